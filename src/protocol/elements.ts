import type { ByteStream } from '../crypto/provider.ts';
import { invariant, TacitError } from '../errors/tacit-error.ts';
import type { Arena } from '../field/arena.ts';
import { ELEMENT_BYTES, P, readElement, writeElement } from '../field/p61.ts';
import type { Party } from './party.ts';

/** AES-CTR runs best in pieces of at most 1 MiB. */
const FILL_BYTES_MAX = 1 << 20;

/** Writes canonical elements to the arena and returns their address. */
export function putElements(arena: Arena, values: readonly bigint[]): number {
  const address = arena.alloc(values.length * ELEMENT_BYTES);
  values.forEach((value, k) => {
    writeElement(arena.u8, address + k * ELEMENT_BYTES, value);
  });
  return address;
}

/** Reads `count` elements of the arena. */
export function getElements(arena: Arena, address: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, k) =>
    readElement(arena.u8, address + k * ELEMENT_BYTES),
  );
}

/**
 * Fills the arena with uniform elements of the stream. Both ends of the stream see the same bytes, so both
 * redraw the (practically impossible) word p alike.
 */
export function fillElements(
  party: Pick<Party, 'arena' | 'kernels'>,
  stream: ByteStream,
  address: number,
  count: number,
): void {
  const bytes = count * ELEMENT_BYTES;
  const u8 = party.arena.u8;
  for (let at = 0; at < bytes; at += FILL_BYTES_MAX) {
    stream.fill(u8.subarray(address + at, address + Math.min(bytes, at + FILL_BYTES_MAX)));
  }
  if (party.kernels.fpSample(address, count) === 0) return;
  for (let k = 0; k < count; k++) redraw(u8, stream, address + k * ELEMENT_BYTES);
}

function redraw(u8: Uint8Array, stream: ByteStream, at: number): void {
  const word = new Uint8Array(ELEMENT_BYTES);
  while (readElement(u8, at) === P) {
    stream.fill(word);
    writeElement(u8, at, readElement(word, 0) & P);
  }
}

/** Throws PEER_PROTOCOL if a received vector holds a non-canonical element. */
export function requireCanonical(
  party: Pick<Party, 'kernels'>,
  address: number,
  count: number,
  from: number,
  step: string,
): void {
  invariant(count >= 0, 'element count');
  if (count > 0 && party.kernels.fpCanonical(address, count) === 0) {
    throw new TacitError(
      'PEER_PROTOCOL',
      `party ${from + 1} sent a number outside the field in step ${step}`,
    );
  }
}
