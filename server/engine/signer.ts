import { createPrivateKey } from 'node:crypto';
import type { Signer } from '../../src/crypto/keys.ts';
import { nodeSigner } from '../../src/crypto/node-keys.ts';
import type { Identity } from '../identity/certificate.ts';

/** The identity key signs session keys; its raw form ends the PKCS #8 encoding (RFC 8410). */
export function signerOf(identity: Identity): Signer {
  const key = createPrivateKey(identity.privateKey);
  return nodeSigner(new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }).subarray(-32)));
}
