import type { Bounds } from '../../catalog/types.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { addBits } from '../../circuits/gadgets/carry.ts';
import { conjunction } from '../../circuits/gadgets/conjunction.ts';
import { divide, divideByPublic } from '../../circuits/gadgets/divide.ts';
import type { Division } from '../../circuits/gadgets/division.ts';
import { negateIf } from '../../circuits/gadgets/increment.ts';
import { type BitNumber, extend, recode } from '../../circuits/gadgets/numbers.ts';
import { roundedQuotient } from '../../circuits/gadgets/quotient.ts';
import type { Rounding, Scalar, ScalarOf } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import { magnitude, signOf, withSign } from './arithmetic.ts';
import type { NullableNumber } from './column-source.ts';
import type { Translator } from './translator.ts';

/** A quotient in the form of a `quotient` cell of result-shape.ts. */
export interface Quotient {
  readonly magnitude: readonly Wire[];
  readonly negative: Wire;
  readonly inexact: Wire;
  readonly isNull: Wire;
}

export function division(t: Translator, scalar: ScalarOf<'divide'>): NullableNumber {
  const fraction = fractionOf(t, scalar.dividend, scalar.divisor);
  const number = round(t, fraction, scalar.rounding);
  return { number: recode(t.b, number, encodingOf(scalar)), isNull: fraction.isNull };
}

export function remainder(t: Translator, scalar: ScalarOf<'remainder'>): NullableNumber {
  const fraction = fractionOf(t, scalar.dividend, scalar.divisor);
  const rest = divideMagnitudes(t, fraction, magnitude(t, fraction.dividend)).remainder;
  const number = withSign(t, rest, signOf(t, fraction.dividend));
  return { number: recode(t.b, number, encodingOf(scalar)), isNull: fraction.isNull };
}

/** 2^fractionBits times a ratio, truncated toward zero. */
export function fixedPoint(t: Translator, scalar: ScalarOf<'fixed'>): NullableNumber {
  const ratio = scalar.operand;
  if (ratio.kind !== 'ratio') throw new RangeError('only a ratio becomes a fixed-point number');
  const fraction = fractionOf(t, ratio.numerator, ratio.denominator);
  const zeros = Array.from({ length: scalar.fractionBits }, () => t.b.zero);
  const dividend: BitNumber = {
    bits: [...zeros, ...fraction.dividend.bits],
    signed: fraction.dividend.signed,
  };
  const most = fraction.most << BigInt(scalar.fractionBits);
  const number = round(t, { ...fraction, dividend, most }, 'truncate');
  return { number: recode(t.b, number, encodingOf(scalar)), isNull: fraction.isNull };
}

/** The quotient of a ratio, close enough to round it to the nearest double. */
export function ratioQuotient(
  t: Translator,
  ratio: ScalarOf<'ratio'>,
  fractionBits: number,
): Quotient {
  const fraction = fractionOf(t, ratio.numerator, ratio.denominator);
  const { dividend, divisor, isNull } = fraction;
  const n = magnitude(t, dividend).slice(0, bitLength(fraction.most));
  const d = magnitude(t, divisor).slice(0, bitLength(fraction.greatest));
  const found = roundedQuotient(t.b, n, d, fractionBits, t.shapes);
  return { ...found, negative: t.b.xor(signOf(t, dividend), signOf(t, divisor)), isNull };
}

/** Whether a ratio is NULL: one of its sides is, or the denominator is 0. */
export function ratioIsNull(t: Translator, ratio: ScalarOf<'ratio'>): Wire {
  return fractionOf(t, ratio.numerator, ratio.denominator).isNull;
}

/** A dividend and a divisor, and what is known of them in public. */
interface Fraction {
  readonly dividend: BitNumber;
  readonly divisor: BitNumber;
  /** The divisor, if it is public and not 0. */
  readonly constant: bigint | undefined;
  /** The greatest magnitude of the dividend. */
  readonly most: bigint;
  /** The least magnitude of the divisor but for 0, and the greatest. */
  readonly least: bigint;
  readonly greatest: bigint;
  readonly isNull: Wire;
}

function fractionOf(t: Translator, left: Scalar, right: Scalar): Fraction {
  const [x, y] = [t.number(left), t.number(right)];
  const { min, max } = right.bounds;
  const isZero =
    min <= 0n && 0n <= max
      ? conjunction(
          t.b,
          y.number.bits.map((bit) => t.b.not(bit)),
        )
      : t.b.zero;
  return {
    dividend: x.number,
    divisor: y.number,
    constant: right.kind === 'constant' && min === max && min !== 0n ? min : undefined,
    most: greatestOf(left.bounds),
    least: min > 0n ? min : max < 0n ? -max : 1n,
    greatest: greatestOf(right.bounds),
    isNull: t.b.or(t.b.or(x.isNull, y.isNull), isZero),
  };
}

function round(t: Translator, fraction: Fraction, rounding: Rounding): BitNumber {
  if (rounding === 'floor') return roundDown(t, fraction);
  if (rounding !== 'ceil') return roundMagnitude(t, fraction, rounding);
  const opposite = roundDown(t, { ...fraction, dividend: opposed(t, fraction.dividend, t.b.one) });
  return opposed(t, opposite, t.b.one);
}

/** floor(n / d): for d > 0 and n < 0 it is ~floor(~n / d), and ~n is not negative. */
function roundDown(t: Translator, fraction: Fraction): BitNumber {
  const { b } = t;
  const { divisor } = fraction;
  const dividend = divisor.signed
    ? opposed(t, fraction.dividend, signOf(t, divisor))
    : fraction.dividend;
  if (!dividend.signed) {
    const bits = divideMagnitudes(t, fraction, dividend.bits).quotient;
    return { bits, signed: false };
  }
  const sign = signOf(t, dividend);
  const flipped = dividend.bits.slice(0, -1).map((bit) => b.xor(bit, sign));
  const { quotient } = divideMagnitudes(t, fraction, flipped);
  return { bits: [...quotient.map((bit) => b.xor(bit, sign)), sign], signed: true };
}

/** Rounding that depends on magnitudes only: half of the divisor is added to round to the nearest. */
function roundMagnitude(
  t: Translator,
  fraction: Fraction,
  rounding: 'truncate' | 'halfAway' | 'halfEven',
): BitNumber {
  const { b } = t;
  const [n, d] = [magnitude(t, fraction.dividend), magnitude(t, fraction.divisor)];
  const negative = b.xor(signOf(t, fraction.dividend), signOf(t, fraction.divisor));
  if (rounding === 'truncate') {
    return withSign(t, divideMagnitudes(t, fraction, n).quotient, negative);
  }
  const most = fraction.most + fraction.greatest / 2n;
  const width = bitLength(most);
  const shape = t.shapes.adder(width);
  const half = { bits: d.slice(1), signed: false };
  const raised = addBits(
    b,
    extend(b, { bits: n, signed: false }, width),
    extend(b, half, width),
    shape,
  );
  const { quotient, remainder } = divideMagnitudes(t, { ...fraction, most }, raised);
  const [lowest, ...others] = quotient;
  if (rounding === 'halfAway' || lowest === undefined) return withSign(t, quotient, negative);
  // Halfway, an odd quotient has been rounded up by one half.
  const isTie = conjunction(
    b,
    [d[0] ?? b.zero, ...remainder].map((bit) => b.not(bit)),
  );
  return withSign(t, [b.and(lowest, b.not(isTie)), ...others], negative);
}

/** n / |d| for plain binary n. */
function divideMagnitudes(t: Translator, fraction: Fraction, n: readonly Wire[]): Division {
  const { constant, most, least, divisor, greatest } = fraction;
  const dividend = n.slice(0, bitLength(most));
  if (constant !== undefined) return divideByPublic(t.b, dividend, greatest, t.shapes);
  const d = magnitude(t, divisor).slice(0, bitLength(greatest));
  return divide(t.b, dividend, d, bitLength(most / least), t.shapes);
}

/** -x if `negative`, else x, as a signed number. */
function opposed(t: Translator, x: BitNumber, negative: Wire): BitNumber {
  const width = x.bits.length + 1;
  const bits = negateIf(t.b, extend(t.b, x, width), negative, t.shapes.adder(width));
  return { bits, signed: true };
}

function greatestOf({ min, max }: Bounds): bigint {
  return -min > max ? -min : max;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
