import { signerOf } from '../../server/engine/signer.ts';
import type { Identity } from '../../server/identity/certificate.ts';
import type { Consortium } from '../../server/identity/consortium.ts';
import { partiesDigest } from '../../server/identity/consortium-digest.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { OwnerClient } from './owner-client.ts';
import type { PartyClient } from './party-client.ts';

/** An owner of a consortium at work over connections to its parties, in their order. */
export function ownerSession(
  consortium: Consortium,
  name: string,
  identity: Identity,
  connections: readonly PartyClient[],
): OwnerSession {
  return {
    crypto: nodeCrypto,
    keys: nodeKeys,
    name,
    signer: signerOf(identity),
    consortium: partiesDigest(consortium),
    parties: connections.map((connection) => new OwnerClient(connection)),
    identities: consortium.parties.map((party) => Buffer.from(party.identityKey, 'base64')),
  };
}
