import { createCipheriv, createHash, createHmac, randomFillSync } from 'node:crypto';
import { invariant } from '../errors/tacit-error.ts';
import type { ByteStream, CryptoProvider } from './provider.ts';

const KEY_BYTES = 32;
const HASH_BYTES = 32;
const COUNTER_BYTES = 16;
/** Keystream is made in pieces of this size: larger ones leave the cache. */
const PIECE_BYTES = 64 * 1024;
/** Longer data is masked in pieces of this size: one call is cheapest, but 16 MiB pieces run at 1 GB/s. */
const MASK_BYTES = 1024 * 1024;
const ZEROS = new Uint8Array(PIECE_BYTES);

/** The provider for Node: everything comes from `node:crypto` (OpenSSL). */
export const nodeCrypto: CryptoProvider = {
  randomFill(view) {
    randomFillSync(view);
  },

  sha256(...parts) {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return plain(hash.digest());
  },

  hkdf(secret, salt, info, length) {
    return expand(extract(secret, salt), info, length);
  },

  stream(key) {
    return aesStream(key);
  },
};

interface Extracted {
  readonly secret: Uint8Array;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

/** What was extracted last from a secret, for as long as that lives: most give many keys under one salt. */
const extractions = new WeakMap<Uint8Array, Extracted>();

/** The first half of HKDF. OpenSSL would do both every time, which takes four times as long. */
function extract(secret: Uint8Array, salt: Uint8Array): Uint8Array {
  const known = extractions.get(secret);
  if (known && Buffer.compare(known.secret, secret) === 0 && Buffer.compare(known.salt, salt) === 0)
    return known.key;
  const key = createHmac('sha256', salt).update(secret).digest();
  extractions.set(secret, { secret: secret.slice(), salt: salt.slice(), key });
  return key;
}

/** The second half of HKDF: `length` bytes, at most 255 hashes. */
function expand(key: Uint8Array, info: string, length: number): Uint8Array {
  invariant(length <= 255 * HASH_BYTES, 'length of a derived key');
  const out = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array();
  for (let k = 1; (k - 1) * HASH_BYTES < length; k++) {
    block = plain(
      createHmac('sha256', key).update(block).update(info).update(Buffer.of(k)).digest(),
    );
    const at = (k - 1) * HASH_BYTES;
    out.set(block.subarray(0, length - at), at);
  }
  return out;
}

/** AES-256 in counter mode from counter 0 (SP 800-38A); the cipher object carries the position. */
function aesStream(key: Uint8Array): ByteStream {
  invariant(key.byteLength === KEY_BYTES, 'a stream key has 32 bytes');
  const cipher = createCipheriv('aes-256-ctr', key, new Uint8Array(COUNTER_BYTES));
  return {
    fill(view) {
      for (let at = 0; at < view.byteLength; at += PIECE_BYTES) {
        const length = Math.min(PIECE_BYTES, view.byteLength - at);
        const zeros = length === PIECE_BYTES ? ZEROS : ZEROS.subarray(0, length);
        view.set(cipher.update(zeros), at);
      }
    },

    mask(data) {
      if (data.byteLength <= MASK_BYTES) return plain(cipher.update(data));
      const masked = new Uint8Array(data.byteLength);
      for (let at = 0; at < data.byteLength; at += MASK_BYTES) {
        masked.set(cipher.update(data.subarray(at, at + MASK_BYTES)), at);
      }
      return masked;
    },
  };
}

/** The same bytes as a Uint8Array: callers compare and print those, and a Buffer behaves differently. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
