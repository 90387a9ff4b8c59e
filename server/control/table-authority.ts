import { type Purpose, signedMessage } from '../../src/catalog/digest.ts';
import type { Signature } from '../../src/catalog/version.ts';
import { fromHex, hex } from '../../src/crypto/hex.ts';
import type { Signer } from '../../src/crypto/keys.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { signerOf } from '../engine/signer.ts';
import { certificateKey, type Identity } from '../identity/certificate.ts';
import type { Consortium } from '../identity/consortium.ts';
import { partiesDigest } from '../identity/consortium-digest.ts';

/** Whose signatures count for tables, and this party's own. */
export interface TableAuthority {
  /** 0-based number of this party. */
  readonly self: number;
  readonly signer: Signer;
  /** Digest of the parties, which signatures are bound to. */
  readonly consortium: Uint8Array;
  /** Ed25519 identity keys of the parties, in order. */
  readonly parties: readonly Uint8Array[];
  /** Ed25519 identity keys of the members that are owners, by name. */
  readonly owners: ReadonlyMap<string, Uint8Array>;
}

/** The authority of a party by what its consortium file says. */
export function tableAuthority(
  consortium: Consortium,
  identity: Identity,
  self: number,
): TableAuthority {
  const owners = consortium.members.flatMap(({ certificate, name, roles }) => {
    const key = certificateKey(certificate);
    return key && roles.includes('owner') ? [[name, key] as const] : [];
  });
  return {
    self,
    signer: signerOf(identity),
    consortium: partiesDigest(consortium),
    parties: consortium.parties.map((party) => Buffer.from(party.identityKey, 'base64')),
    owners: new Map(owners),
  };
}

/** This party's signature of a digest for one purpose. */
export function signAs(authority: TableAuthority, purpose: Purpose, digest: string): Signature {
  return hex(authority.signer.sign(signedMessage(purpose, authority.consortium, digest)));
}

/** Whether a key has signed a digest for a purpose. */
export function isSigned(
  authority: TableAuthority,
  publicKey: Uint8Array | undefined,
  purpose: Purpose,
  digest: string,
  signature: Signature | undefined,
): boolean {
  const bytes = fromHex(signature ?? '');
  if (!publicKey || bytes?.length !== 64) return false;
  return nodeKeys.verify(publicKey, signedMessage(purpose, authority.consortium, digest), bytes);
}
