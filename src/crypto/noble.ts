import { ed25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { KeyProvider } from './keys.ts';
import type { CryptoProvider } from './provider.ts';
import { isStrictEd25519 } from './strict-ed25519.ts';

/** The part of a provider that verifying takes, for browsers: slower than Node's, the same results. */
export const nobleCrypto: Pick<CryptoProvider, 'sha256' | 'hkdf'> = {
  sha256(...parts) {
    const hash = sha256.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  },

  hkdf(secret, salt, info, length) {
    return hkdf(sha256, secret, salt, new TextEncoder().encode(info), length);
  },
};

const { Point } = ed25519;
const HALF = 32;

/**
 * Strict Ed25519 as {@link isStrictEd25519} says, with exactly the rules of the Node provider: R is recomputed as
 * S B - k A, without cofactor, and compared as bytes. The library's own `verify` multiplies by the cofactor, so it accepts
 * signatures under keys of mixed order that OpenSSL refuses.
 */
export const nobleKeys: Pick<KeyProvider, 'verify'> = {
  verify(publicKey, message, signature) {
    if (!isStrictEd25519(publicKey, signature)) return false;
    const [r, s] = [signature.subarray(0, HALF), signature.subarray(HALF)];
    try {
      const key = Point.fromBytes(publicKey);
      const challenge = sha512.create().update(r).update(publicKey).update(message).digest();
      const fromKey = key.negate().multiplyUnsafe(scalarOf(challenge));
      const expected = Point.BASE.multiplyUnsafe(scalarOf(s)).add(fromKey).toBytes();
      return expected.every((byte, k) => byte === r[k]);
    } catch {
      // Not a point of the curve.
      return false;
    }
  },
};

/** Little-endian bytes modulo the order of the base point. */
function scalarOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let k = bytes.length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[k] ?? 0);
  return value % Point.Fn.ORDER;
}
