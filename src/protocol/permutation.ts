import type { ByteStream } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { Arena } from '../field/arena.ts';

const INDEX_BYTES = 4;
/** Numbers drawn at a time. */
const DRAWN = 16_384;

/**
 * A uniformly random permutation of 0..n-1 from a stream, as 32-bit indices in the arena (Fisher and Yates' shuffle): everyone who
 * has the stream finds the same one. A place is drawn again until it is in range, never reduced, so all n! are
 * equally likely; how often says nothing about the places taken. n < 2^32.
 */
export function randomOrder(arena: Arena, stream: ByteStream, n: number): number {
  invariant(Number.isInteger(n) && n >= 0 && n < 2 ** 32, 'rows of a permutation');
  const address = arena.alloc(n * INDEX_BYTES);
  const order = indices(arena, address, n);
  for (let k = 0; k < n; k++) order[k] = k;
  const bytes = new Uint8Array(DRAWN * INDEX_BYTES);
  const words = new Uint32Array(bytes.buffer);
  let used = DRAWN;
  for (let last = n - 1; last > 0; last--) {
    const mask = 0xffffffff >>> Math.clz32(last);
    let place: number;
    do {
      if (used === DRAWN) {
        stream.fill(bytes);
        used = 0;
      }
      place = ((words[used++] ?? 0) & mask) >>> 0;
    } while (place > last);
    const moved = order[last] ?? 0;
    order[last] = order[place] ?? 0;
    order[place] = moved;
  }
  return address;
}

/** n indices at an address of the arena; valid until it grows. */
export function indices(arena: Arena, address: number, n: number): Uint32Array {
  return new Uint32Array(arena.memory.buffer, address, n);
}
