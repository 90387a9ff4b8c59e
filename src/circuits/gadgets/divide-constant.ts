import { invariant } from '../../errors/tacit-error.ts';
import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { type AdderShape, addBits } from './carry.ts';
import { divideByDigits } from './divide-digits.ts';
import type { Division } from './division.ts';
import { nonAdjacentForm, scaleByConstant } from './multiply.ts';
import { type ShapeCost, sumCost, treeDepth } from './shapes.ts';

/** digits: few ANDs, one or more layers per bit. reciprocal: logarithmic depth, w^2/2 ANDs. */
export type ConstantDivisionShape = 'digits' | 'reciprocal';

/**
 * n / c for a public c > 0, n unsigned and LSB first. The twos in c cost nothing. For n of w bits
 * and c of v bits without its twos, digits take (w - v + 1) (v - 1) ANDs and as many layers; the
 * reciprocal about w^2/2 ANDs and 2 + log2 w + log2 2w layers, the remainder some more.
 */
export function divideByConstant(
  b: CircuitBuilder,
  n: readonly Wire[],
  c: bigint,
  shape: ConstantDivisionShape,
): Division {
  invariant(c > 0n, 'a public divisor is positive');
  const { twos, odd } = withoutTwos(c);
  const low = n.slice(0, twos);
  const high = n.slice(twos);
  const { quotient, remainder } =
    odd === 1n ? { quotient: high, remainder: [] } : divideOdd(b, high, odd, shape);
  while (low.length < twos && remainder.length > 0) low.push(b.zero);
  return { quotient, remainder: [...low, ...remainder] };
}

/** What `divideByConstant` costs with its remainder; exactly for digits, else within a third. */
export function constantDivisionCost(
  dividendBits: number,
  c: bigint,
  shape: ConstantDivisionShape,
): ShapeCost {
  const { twos, odd } = withoutTwos(c);
  const bits = Math.max(0, dividendBits - twos);
  const divisorBits = bitLength(odd);
  if (odd === 1n || bits < divisorBits) return { ands: 0, depth: 0 };
  if (shape === 'digits') {
    const ands = (bits - divisorBits + 2) * (divisorBits - 1);
    return { ands, depth: ands };
  }
  const { factor, shift } = reciprocal(bits, odd);
  const rows = nonAdjacentForm(factor).filter((digit) => digit !== 0).length;
  // Of the lower half of the sum only the carry is needed.
  const sum = sumCost(shift + bits - divisorBits, 'prefix');
  const check = nonAdjacentForm(odd).filter((digit) => digit !== 0).length;
  const rest = sumCost(divisorBits, 'prefix');
  return {
    ands: Math.round((rows - 1) * bits + sum.ands / 2 + check * divisorBits + rest.ands),
    depth: treeDepth(rows) + sum.depth - 1 + treeDepth(check + 1) + rest.depth,
  };
}

function divideOdd(
  b: CircuitBuilder,
  n: readonly Wire[],
  c: bigint,
  shape: ConstantDivisionShape,
): Division {
  const width = bitLength(c);
  if (n.length < width) return { quotient: [], remainder: n };
  const digits = n.length - width + 1;
  const divisor = Array.from({ length: width }, (_, i) => ((c >> BigInt(i)) & 1n ? b.one : b.zero));
  if (shape === 'digits') return divideByDigits(b, n, divisor, digits, 'ripple');
  const { factor, shift } = reciprocal(n.length, c);
  const product = { width: n.length + bitLength(factor), signed: false };
  const adder: AdderShape = 'prefix';
  const number = { bits: n, signed: false };
  const scaled = scaleByConstant(b, number, factor, product, adder).bits;
  const quotient = scaled.slice(shift, shift + digits);
  // n - q c lies below c: its lowest bits are enough.
  const back = { bits: quotient.slice(0, width), signed: false };
  const taken = scaleByConstant(b, back, -c, { width: 2 * width + 1, signed: true }, adder);
  const remainder = addBits(b, n.slice(0, width), taken.bits.slice(0, width), adder);
  return { quotient, remainder };
}

/**
 * factor and shift such that floor(n / c) = (n * factor) >> shift for all n of this many bits: with
 * e = factor c - 2^shift the product is n/c + n e / (c 2^shift), and n e < 2^shift keeps it below
 * the next multiple of 1/c. (Granlund and Montgomery 1994)
 */
function reciprocal(bits: number, c: bigint): { factor: bigint; shift: number } {
  const most = (1n << BigInt(bits)) - 1n;
  for (let shift = 0; ; shift += 1) {
    const power = 1n << BigInt(shift);
    const factor = power / c + 1n;
    if ((factor * c - power) * most < power) return { factor, shift };
  }
}

function withoutTwos(c: bigint): { twos: number; odd: bigint } {
  let twos = 0;
  let odd = c;
  for (; (odd & 1n) === 0n; odd >>= 1n) twos += 1;
  return { twos, odd };
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
