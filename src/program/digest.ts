import type { CryptoProvider } from '../crypto/provider.ts';
import { canonicalBytes } from './canonical.ts';
import type { Program } from './program.ts';

/** SHA-256 of the program's canonical form; parties compare it before the first share moves. */
export function programDigest(
  crypto: Pick<CryptoProvider, 'sha256'>,
  program: Program,
): Uint8Array {
  return crypto.sha256(new TextEncoder().encode('tacit/program|'), canonicalBytes(program));
}
