import { invariant } from '../../errors/tacit-error.ts';
import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { majority } from './carry.ts';
import { conjunction } from './conjunction.ts';
import { type PrefixNetwork, prefixCarries } from './prefix.ts';

/** Bits of an element of F_p, p = 2^61 - 1. */
const WIDTH = 61;

/**
 * ripple: fewest ANDs. block: ripple within blocks of that many bits. Prefix networks: fewest
 * rounds.
 */
export type ModularShape = 'ripple' | PrefixNetwork | { readonly block: number };

/**
 * (x + y) mod p for x, y in [0, p], not both p, LSB first; fewer than 61 bits count as
 * zero-extended. The result is canonical. ANDs/depth: ripple 121/121, blocks of 16 186/34, blocks
 * of 8 198/19, brentkung 343/11, sklansky 473/8.
 */
export function addMod61(
  b: CircuitBuilder,
  x: readonly Wire[],
  y: readonly Wire[],
  shape: ModularShape,
): Wire[] {
  const [xs, ys] = [padded(b, x), padded(b, y)];
  if (shape === 'ripple') return addThenDecrement(b, xs, ys);
  if (typeof shape === 'object') return addEndAroundBlocks(b, xs, ys, shape.block);
  return addEndAround(b, xs, ys, shape);
}

/**
 * (x + y + z) mod p for x, y, z in [0, p), as `addMod61` after one carry-save step of 61 ANDs, in
 * which the top carry re-enters at the bottom because 2^61 = 1 mod p. ANDs/depth: ripple 182/122,
 * blocks of 16 247/35, blocks of 8 259/20, brentkung 404/12, sklansky 534/9.
 */
export function addMod61Three(
  b: CircuitBuilder,
  x: readonly Wire[],
  y: readonly Wire[],
  z: readonly Wire[],
  shape: ModularShape,
): Wire[] {
  const [xs, ys, zs] = [padded(b, x), padded(b, y), padded(b, z)];
  const sums = xs.map((bit, i) => b.xor(b.xor(bit, ys[i]!), zs[i]!));
  const carries = xs.map((bit, i) => majority(b, bit, ys[i]!, zs[i]!));
  return addMod61(b, sums, [carries[WIDTH - 1]!, ...carries.slice(0, -1)], shape);
}

function padded(b: CircuitBuilder, x: readonly Wire[]): Wire[] {
  invariant(x.length <= WIDTH, `a summand modulo 2^61-1 has ${x.length} bits`);
  return Array.from({ length: WIDTH }, (_, i) => x[i] ?? b.zero);
}

/** t = x + y + 1; a carry out says x + y >= p, and then t mod 2^61 is the result, else t - 1. */
function addThenDecrement(b: CircuitBuilder, x: readonly Wire[], y: readonly Wire[]): Wire[] {
  let carry = b.one;
  const plusOne = x.map((bit, i) => {
    const sum = b.xor(b.xor(bit, y[i]!), carry);
    carry = majority(b, bit, y[i]!, carry);
    return sum;
  });
  let borrow = b.not(carry);
  return plusOne.map((bit, i) => {
    const result = b.xor(bit, borrow);
    if (i + 1 < WIDTH) borrow = b.and(b.not(bit), borrow);
    return result;
  });
}

/**
 * The carry in is 1 exactly if x + y >= p: if bits 0..60 generate a carry, or all of them
 * propagate.
 */
function addEndAround(
  b: CircuitBuilder,
  x: readonly Wire[],
  y: readonly Wire[],
  network: PrefixNetwork,
): Wire[] {
  const half = x.map((bit, i) => b.xor(bit, y[i]!));
  const generate = x.map((bit, i) => b.and(bit, y[i]!));
  const carries = carriesAround(b, generate, half, network);
  return half.map((bit, i) => b.xor(bit, carries[i]!));
}

function addEndAroundBlocks(
  b: CircuitBuilder,
  x: readonly Wire[],
  y: readonly Wire[],
  block: number,
): Wire[] {
  const generate: Wire[] = [];
  const propagate: Wire[] = [];
  for (let start = 0; start < WIDTH; start += block) {
    const xs = x.slice(start, start + block);
    generate.push(xs.reduce((carry, bit, i) => majority(b, bit, y[start + i]!, carry), b.zero));
    propagate.push(
      conjunction(
        b,
        xs.map((bit, i) => b.xor(bit, y[start + i]!)),
      ),
    );
  }
  const carries = carriesAround(b, generate, propagate, 'sklansky');
  let carry = b.zero;
  return x.map((bit, i) => {
    if (i % block === 0) carry = carries[i / block]!;
    const sum = b.xor(b.xor(bit, y[i]!), carry);
    if ((i + 1) % block !== 0) carry = majority(b, bit, y[i]!, carry);
    return sum;
  });
}

/** The carry into each position when the carry out of the last one enters the first. */
function carriesAround(
  b: CircuitBuilder,
  generate: readonly Wire[],
  propagate: readonly Wire[],
  network: PrefixNetwork,
): Wire[] {
  const spans = prefixCarries(b, generate, propagate, network);
  const around = b.xor(spans.generate.at(-1)!, spans.propagate.at(-1)!);
  return generate.map((_, i) =>
    i === 0 ? around : b.xor(spans.generate[i - 1]!, b.and(spans.propagate[i - 1]!, around)),
  );
}
