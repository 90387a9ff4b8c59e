import { nodeCrypto } from '../../src/crypto/node.ts';
import { canonicalBytes } from '../../src/program/canonical.ts';
import type { Consortium } from './consortium.ts';

/**
 * What all parties must agree on about the consortium, as one digest: the security, limits, keys, names, roles and order. Addresses may
 * change without notice and are left out.
 */
export function consortiumDigest(consortium: Consortium): Uint8Array {
  const { limits, members, parties, security, threshold, tls } = consortium;
  const value = {
    ...{ threshold, security, tls, limits },
    parties: parties.map(({ name, index, certificate }) => ({ name, index, certificate })),
    members: members.map(({ name, roles, certificate }) => ({ name, roles, certificate })),
  };
  return nodeCrypto.sha256(new TextEncoder().encode('tacit/consortium|'), canonicalBytes(value));
}

/**
 * The consortium as signatures of definitions and versions name it: the parties that hold the shares. Members may come
 * and go without any owner or party having to sign again.
 */
export function partiesDigest({ parties, threshold }: Consortium): Uint8Array {
  const listed = parties.map(({ name, index, identityKey }) => ({ name, index, identityKey }));
  const value = { threshold, parties: listed };
  return nodeCrypto.sha256(new TextEncoder().encode('tacit/parties|'), canonicalBytes(value));
}
