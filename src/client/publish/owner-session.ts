import { type Purpose, signedMessage } from '../../catalog/digest.ts';
import type { Signature } from '../../catalog/version.ts';
import { fromHex, hex } from '../../crypto/hex.ts';
import type { KeyProvider, Signer } from '../../crypto/keys.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { PartyUploads } from './party-uploads.ts';

/** An owner, the consortium it belongs to, and its connections to all parties. */
export interface OwnerSession {
  readonly crypto: CryptoProvider;
  readonly keys: KeyProvider;
  /** The owner's name in the consortium, and its identity key. */
  readonly name: string;
  readonly signer: Signer;
  /** Digest of the consortium's parties, equal at all its members: signatures are bound to it. */
  readonly consortium: Uint8Array;
  /** The parties in the order of the consortium, and their Ed25519 identity keys. */
  readonly parties: readonly PartyUploads[];
  readonly identities: readonly Uint8Array[];
}

/** The owner's signature of a digest for one purpose. */
export function signFor(session: OwnerSession, purpose: Purpose, digest: string): Signature {
  return hex(session.signer.sign(signedMessage(purpose, session.consortium, digest)));
}

/** Whether a key has signed a digest for a purpose. */
export function isSignedBy(
  session: OwnerSession,
  publicKey: Uint8Array,
  purpose: Purpose,
  digest: string,
  signature: Signature,
): boolean {
  const bytes = fromHex(signature);
  const message = signedMessage(purpose, session.consortium, digest);
  return bytes !== undefined && session.keys.verify(publicKey, message, bytes);
}

/** The signature, if it is the party's; PEER_PROTOCOL names the party if not. */
export function requireSigned(
  session: OwnerSession,
  party: number,
  purpose: Purpose,
  digest: string,
  signature: Signature,
): Signature {
  const key = session.identities[party];
  if (key && isSignedBy(session, key, purpose, digest, signature)) return signature;
  throw new TacitError(
    'PEER_PROTOCOL',
    `party ${party + 1} sent a signature (${purpose}) that its key in consortium.json did not make`,
  );
}
