import type { AnalystPlatform } from '../../src/client/party-connection.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateExchangeKeys, nodeKeys, unseal } from '../../src/crypto/node-keys.ts';

/** The analyst's platform on Node. */
export const nodePlatform: AnalystPlatform = {
  randomFill: (view) => nodeCrypto.randomFill(view),
  createKey: () => {
    const { privateKey, publicKey } = generateExchangeKeys();
    return { publicKey, unseal: (sealed, label) => unseal(privateKey, sealed, label) };
  },
  sha256: (...parts) => nodeCrypto.sha256(...parts),
  verify: (key, message, signature) => nodeKeys.verify(key, message, signature),
  now: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};
