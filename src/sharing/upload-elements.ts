import type { ByteStream } from '../crypto/provider.ts';
import type { UploadContext } from './upload.ts';

const P_HIGH = 0x1fffffff;
const P_LOW = 0xffffffff;

/**
 * Writes `count` uniform elements of F_p at `at`: stream words masked to 61 bits; a word equal to p
 * is drawn again from the rest of the stream, in the order of the positions (never `mod p`, which
 * would be biased), so both ends of a seed get the same elements.
 */
export function drawFieldElements(
  context: UploadContext,
  stream: ByteStream,
  at: number,
  count: number,
): void {
  stream.fill(context.arena.u8.subarray(at, at + count * 8));
  if (context.kernels.fpSample(at, count) === 0) return;
  const words = new Uint32Array(context.arena.memory.buffer, at, count * 2);
  const fresh = new Uint32Array(2);
  const freshBytes = new Uint8Array(fresh.buffer);
  for (let k = 0; k < count * 2; k += 2) {
    while (words[k] === P_LOW && words[k + 1] === P_HIGH) {
      stream.fill(freshBytes);
      words[k] = fresh[0] ?? 0;
      words[k + 1] = (fresh[1] ?? 0) & P_HIGH;
    }
  }
}

/** Copies bytes out of the arena, whose views do not outlive the next allocation. */
export function copyOut(context: UploadContext, at: number, bytes: number): Uint8Array {
  return context.arena.u8.slice(at, at + bytes);
}

/** Writes the elements `constants` (as 64-bit words) into fresh arena memory; returns their address. */
export function putConstants(context: UploadContext, constants: readonly bigint[]): number {
  const at = context.arena.alloc(constants.length * 8);
  new BigUint64Array(context.arena.memory.buffer, at, constants.length).set(constants);
  return at;
}
