import type { ByteStream } from '../crypto/provider.ts';
import { WORD_BYTES } from '../program/row-words.ts';
import type { Party } from './party.ts';

/** Streams run best in pieces of at most 1 MiB. */
const PIECE_BYTES = 1 << 20;

/** z = x ^ y, n words; z may be x or y. The kernel takes pairs of words. */
export function xorWords(
  { arena, kernels }: Pick<Party, 'arena' | 'kernels'>,
  x: number,
  y: number,
  z: number,
  n: number,
): void {
  const paired = (n - (n % 2)) * WORD_BYTES;
  kernels.xor(x, y, z, paired);
  const { u8 } = arena;
  for (let at = paired; at < n * WORD_BYTES; at++) {
    u8[z + at] = (u8[x + at] ?? 0) ^ (u8[y + at] ?? 0);
  }
}

/** Adds the next n words of a stream to those at the address. */
export function addStream(
  party: Pick<Party, 'arena'>,
  stream: ByteStream,
  address: number,
  n: number,
): void {
  inPieces(party, address, n, (piece) => piece.set(stream.mask(piece)));
}

/** Writes the next n words of a stream. */
export function writeStream(
  party: Pick<Party, 'arena'>,
  stream: ByteStream,
  address: number,
  n: number,
): void {
  inPieces(party, address, n, (piece) => stream.fill(piece));
}

function inPieces(
  { arena }: Pick<Party, 'arena'>,
  address: number,
  n: number,
  work: (piece: Uint8Array) => void,
): void {
  const end = address + n * WORD_BYTES;
  for (let at = address; at < end; at += PIECE_BYTES) {
    work(arena.u8.subarray(at, Math.min(end, at + PIECE_BYTES)));
  }
}

/** Words as bytes, little-endian. */
export function bytesOfWords(words: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(words.length * WORD_BYTES);
  const view = new DataView(bytes.buffer);
  words.forEach((word, k) => {
    view.setBigUint64(k * WORD_BYTES, word, true);
  });
  return bytes;
}

/** The inverse of {@link bytesOfWords}. */
export function wordsOfBytes(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / WORD_BYTES }, (_, k) =>
    view.getBigUint64(k * WORD_BYTES, true),
  );
}
