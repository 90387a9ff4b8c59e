import { printType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { foldNode, foldScalar } from '../logical/fold.ts';
import { divide, remainder } from '../logical/make-division.ts';
import { ratio } from '../logical/make-ratio.ts';
import { larger, magnitude } from '../logical/quotient.ts';
import {
  arithmetic,
  DOUBLE,
  HUGEINT,
  isNullConstant,
  isNumeric,
  negate,
  nullOf,
  number,
  type Scalar,
  scaleOf,
  textFacts,
} from '../logical/scalar.ts';
import type { Measured, Sink } from './aggregate-sink.ts';
import type { Binder, Node } from './binder.ts';
import {
  constantDouble,
  DOUBLE_INTEGER_MAX,
  exact,
  gcd,
  integerOf,
  isExactDouble,
  unscaled,
} from './doubles.ts';
import { exactOperand, notNegative } from './exact-operand.ts';
import { bindScalar } from './expression.ts';
import { convert } from './joint-type.ts';
import { toEncoded } from './text-encoding.ts';

type Fraction = NonNullable<Measured['fraction']>;
type Common = Omit<Measured, 'fn' | 'operand'>;

/** Largest divisor of a fraction. */
const DIVISOR_MAX = 1_000_000n;

/**
 * Binds a quantile of a bound operand. Interpolated ones are made of the two values around their place: with n values,
 * low + (high - low) * fraction of (n - 1) * f. As in DuckDB, DECIMALs and dates are rounded down, what has no middle is not
 * interpolated.
 */
export function bindQuantile(
  binder: Binder,
  call: Node<'quantile'>,
  operand: Scalar,
  common: Common,
  sink: Sink,
): Scalar {
  const { fraction, descending } = fractionOf(binder, call);
  const { type } = operand;
  const isNumber = isNumeric(type) || type.kind === 'double';
  const isTime = type.kind === 'date' || type.kind === 'timestamp';
  if (call.form === 'disc' || (!isNumber && !isTime)) {
    return discrete(operand, fraction, descending, common, sink);
  }
  const { numerator, denominator } = fraction;
  const place = descending ? { numerator: denominator - numerator, denominator } : fraction;
  return interpolated(operand, place, common, sink);
}

/** The fraction as written, from 0 to 1; a negative one counts from the other end. */
function fractionOf(binder: Binder, call: Node<'quantile'>) {
  const { at } = call.fraction;
  const scalar = foldScalar(bindScalar(binder, call.fraction));
  const { numerator, denominator } = exactFraction(scalar);
  const [size, sign] = numerator < 0n ? [-numerator, true] : [numerator, false];
  if (size > denominator) {
    throw new TacitError('SQL_TYPE', 'a quantile takes a fraction from -1 to 1', at);
  }
  const common = gcd(size, denominator);
  const fraction = { numerator: size / common, denominator: denominator / common };
  if (fraction.denominator > DIVISOR_MAX) {
    const message = 'a quantile takes a fraction with at most 6 digits after the point';
    throw new TacitError('SQL_UNSUPPORTED', message, at);
  }
  return { fraction, descending: sign !== call.descending };
}

function exactFraction(scalar: Scalar): Fraction {
  const value = integerOf(scalar);
  if (value !== undefined && isNumeric(scalar.type)) {
    return { numerator: value, denominator: 10n ** BigInt(scaleOf(scalar.type)) };
  }
  if (scalar.kind === 'ratio' && constantDouble(scalar) !== undefined) {
    const [n, d] = [integerOf(scalar.numerator) ?? 0n, integerOf(scalar.denominator) ?? 1n];
    return d < 0n ? { numerator: -n, denominator: -d } : { numerator: n, denominator: d };
  }
  throw new TacitError('SQL_TYPE', 'a quantile takes a constant fraction from -1 to 1', scalar.at);
}

function discrete(
  operand: Scalar,
  fraction: Fraction,
  descending: boolean,
  common: Common,
  sink: Sink,
): Scalar {
  const { at } = common;
  if (isNullConstant(operand)) return nullOf(operand.type, at);
  const isDouble = operand.type.kind === 'double';
  const { value, unit } = isDouble
    ? exactOperand(operand, { fn: 'quantile_disc', distinct: true, at })
    : { value: toEncoded(operand), unit: undefined };
  const turned = descending ? foldNode(negate(unscaled(value), HUGEINT, at)) : value;
  const found = sink.add({ fn: 'quantileDisc', operand: turned, fraction, ...common });
  const back = descending ? { ...negate(found, value.type, at), ...textFacts(value) } : found;
  if (unit === undefined) return back;
  return ratio(back, unit, operand.kind === 'ratio' ? operand.roundings : 0, [], at);
}

function interpolated(operand: Scalar, fraction: Fraction, common: Common, sink: Sink): Scalar {
  const { at } = common;
  const { type } = operand;
  const isTime = type.kind === 'date' || type.kind === 'timestamp';
  const isExact = isTime || type.kind === 'decimal';
  const result = isTime ? ({ kind: 'timestamp' } as const) : isExact ? type : DOUBLE;
  if (isNullConstant(operand)) return nullOf(result, at);
  if (isExact) requireDyadic(fraction, type, at);
  if (!isExact && (fraction.numerator === 0n || fraction.denominator === 1n)) {
    return endmost(operand, fraction, common, sink);
  }
  const { value, unit } = isExact
    ? { value: isTime ? convert(operand, result, at) : operand, unit: number(1n, HUGEINT, at) }
    : exactOperand(operand, { fn: 'quantile_cont', distinct: false, at });
  if (isExact) requireNarrow(value, at);
  const low = sink.add({ fn: 'quantileLow', operand: value, fraction, ...common });
  const high = sink.add({ fn: 'quantileHigh', operand: value, fraction, ...common });
  const [below, above] = [unscaled(low), unscaled(high)];
  const gap = notNegative(exact('-', above, below, at));
  const rest = placeRest(value, fraction, common, sink);
  const step = exact('*', gap, rest, at);
  const divisor = number(fraction.denominator, HUGEINT, at);
  if (isExact) {
    const offset = foldNode(divide('floor', step, divisor, HUGEINT, at));
    const sum = foldNode(arithmetic('+', below, offset, result, at));
    return { ...sum, bounds: value.bounds };
  }
  const numerator = exact('+', exact('*', below, divisor, at), step, at);
  const roundings = isMidway(value, unit, fraction) ? 0 : 3;
  return ratio(numerator, exact('*', divisor, unit, at), roundings, [], at);
}

/** The least or greatest value: nothing is between. */
function endmost(operand: Scalar, fraction: Fraction, common: Common, sink: Sink): Scalar {
  const { at } = common;
  const { value, unit } = exactOperand(operand, { fn: 'quantile_cont', distinct: false, at });
  const found = unscaled(sink.add({ fn: 'quantileLow', operand: value, fraction, ...common }));
  const roundings = operand.kind === 'ratio' ? operand.roundings : isExactDouble(operand) ? 0 : 1;
  return ratio(found, unit, roundings, [], at);
}

/** Whether DOUBLEs hold every number on the way. */
function isMidway(value: Scalar, unit: Scalar, { denominator }: Fraction): boolean {
  const { min, max } = value.bounds;
  const largest = larger(magnitude(min), magnitude(max)) * 2n * denominator;
  return integerOf(unit) === 1n && isDyadic(denominator) && largest <= DOUBLE_INTEGER_MAX;
}

function isDyadic(denominator: bigint): boolean {
  return (denominator & (denominator - 1n)) === 0n;
}

/** DuckDB multiplies the distance of two values by a DOUBLE. */
function requireNarrow({ bounds }: Scalar, at: Scalar['at']): void {
  if (bounds.max - bounds.min <= DOUBLE_INTEGER_MAX) return;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    'an interpolated quantile of values this far apart is not exact; declare tighter bounds, or use QUANTILE_DISC',
    at,
  );
}

/** DuckDB multiplies DOUBLEs and rounds down: only fractions that DOUBLEs hold give what arithmetic says. */
function requireDyadic({ denominator }: Fraction, type: Scalar['type'], at: Scalar['at']): void {
  if (isDyadic(denominator)) return;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `an interpolated quantile of ${printType(type)} takes fractions like 0.25, 0.5 and 0.75; use QUANTILE_DISC, or cast numbers to DOUBLE`,
    at,
  );
}

/** (n - 1) * numerator modulo the denominator: how far the place is beyond the lower value. */
function placeRest(
  value: Scalar,
  { numerator, denominator }: Fraction,
  common: Common,
  sink: Sink,
): Scalar {
  const { at } = common;
  const count = unscaled(sink.add({ fn: 'count', operand: value, ...common }));
  const times = exact('*', count, number(numerator, HUGEINT, at), at);
  // One denominator more keeps it from being negative without any value.
  const place = exact('+', times, number(denominator - numerator, HUGEINT, at), at);
  return foldNode(remainder(place, number(denominator, HUGEINT, at), HUGEINT, at));
}
