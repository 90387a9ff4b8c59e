import type { ByteStream } from '../crypto/provider.ts';
import { inv, mod, P, readElement } from '../field/p61.ts';
import { pointOf } from './shamir.ts';
import type { Streams } from './streams.ts';

/**
 * Pseudo-random secret sharing [CDI05]: shares of values nobody knows, without a message. For every set A of t
 * parties, the others hold a key; f_A is the polynomial of degree t with f_A(0) = 1 and zeros at the points of A.
 */

const MASK = P;

/** All subsets of {0..n-1} of the given size, in lexicographic order. */
export function subsets(n: number, size: number): number[][] {
  const out: number[][] = [];
  const extend = (from: number, chosen: number[]) => {
    if (chosen.length === size) {
      out.push(chosen);
      return;
    }
    for (let k = from; k < n; k++) extend(k + 1, [...chosen, k]);
  };
  extend(0, []);
  return out;
}

/** The parties outside a set. */
export function outside(n: number, set: readonly number[]): number[] {
  return Array.from({ length: n }, (_, k) => k).filter((k) => !set.includes(k));
}

/** f_A at a party's point. */
export function vanishing(set: readonly number[], party: number): bigint {
  return set.reduce((product, other) => {
    const x = pointOf(other);
    return mod(product * mod((x - pointOf(party)) * inv(x)));
  }, 1n);
}

/** `count` uniform elements from the stream: 61-bit words, the single word p is drawn again (never `mod p`). */
export function drawElements(stream: ByteStream, count: number): bigint[] {
  const word = new Uint8Array(8);
  return Array.from({ length: count }, () => {
    for (;;) {
      stream.fill(word);
      const value = readElement(word, 0) & MASK;
      if (value !== P) return value;
    }
  });
}

/** Which sets, label and number of values a sharing without messages is made of. */
interface Draw {
  readonly streams: Streams;
  readonly self: number;
  readonly n: number;
  /** Size of the sets A whose outsiders hold the keys. */
  readonly size: number;
  readonly label: string;
  readonly count: number;
  /** Elements drawn from a set's stream for each value. */
  readonly perValue: number;
}

/** Sum over the sets A that this party is not in of `term(A, the elements drawn for the value)`, for each value. */
function sumOverSets(
  { streams, self, n, size, label, count, perValue }: Draw,
  term: (set: readonly number[], drawn: readonly bigint[]) => bigint,
): bigint[] {
  const out = new Array<bigint>(count).fill(0n);
  for (const set of subsets(n, size)) {
    if (set.includes(self)) continue;
    const values = drawElements(streams.set(outside(n, set), label), count * perValue);
    for (let k = 0; k < count; k++) {
      const drawn = values.slice(k * perValue, (k + 1) * perValue);
      out[k] = mod((out[k] ?? 0n) + term(set, drawn));
    }
  }
  return out;
}

/** This party's degree-t shares of `count` uniform values nobody knows. */
export function randomShares(
  streams: Streams,
  self: number,
  n: number,
  t: number,
  label: string,
  count: number,
): bigint[] {
  return sumOverSets(
    { streams, self, n, size: t, label, count, perValue: 1 },
    (set, [value = 0n]) => value * vanishing(set, self),
  );
}

/** This party's shares of `count` zeros on random polynomials of degree 2t (masks an opening of products). */
export function zeroSharesOfProducts(
  streams: Streams,
  self: number,
  n: number,
  t: number,
  label: string,
  count: number,
): bigint[] {
  const x = pointOf(self);
  return sumOverSets(
    { streams, self, n, size: t, label, count, perValue: t },
    (set, drawn) => vanishing(set, self) * drawn.reduceRight((tail, v) => mod((tail + v) * x), 0n),
  );
}

/**
 * This party's shares of `count` zeros on random polynomials of degree t: re-randomises shares before they
 * leave the parties (PROTOCOLS A3), so that the receiver learns the value and nothing about how it was computed.
 */
export function zeroShares(
  streams: Streams,
  self: number,
  n: number,
  t: number,
  label: string,
  count: number,
): bigint[] {
  return sumOverSets(
    { streams, self, n, size: t - 1, label, count, perValue: 1 },
    (set, [value = 0n]) => value * vanishing(set, self) * pointOf(self),
  );
}
