import type { Bounds } from '../../catalog/types.ts';
import type { Rounding } from './scalar.ts';

/** dividend / divisor as an integer; the divisor is not 0. */
export function quotient(rounding: Rounding, dividend: bigint, divisor: bigint): bigint {
  const truncated = dividend / divisor;
  const rest = dividend - truncated * divisor;
  if (rest === 0n) return truncated;
  const away = rest > 0n === divisor > 0n ? 1n : -1n;
  switch (rounding) {
    case 'truncate':
      return truncated;
    case 'floor':
      return away < 0n ? truncated - 1n : truncated;
    case 'ceil':
      return away > 0n ? truncated + 1n : truncated;
    case 'halfAway':
    case 'halfEven': {
      const twice = 2n * magnitude(rest) - magnitude(divisor);
      const up = twice > 0n || (twice === 0n && (rounding === 'halfAway' || truncated % 2n !== 0n));
      return up ? truncated + away : truncated;
    }
  }
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

export function larger(a: bigint, b: bigint): bigint {
  return smaller(a, b) === a ? b : a;
}

/** The smallest range that holds all values; 0 to 0 for none. */
export function hull(ranges: readonly Bounds[]): Bounds {
  const [first, ...rest] = ranges;
  if (first === undefined) return { min: 0n, max: 0n };
  return rest.reduce(
    (all, { min, max }) => ({ min: smaller(all.min, min), max: larger(all.max, max) }),
    first,
  );
}

/** Exact range of the integer quotient for divisors other than 0. */
export function quotientRange(rounding: Rounding, dividend: Bounds, divisor: Bounds): Bounds {
  const divisors = [divisor.min, divisor.max, 1n, -1n].filter(
    (d) => d !== 0n && d >= divisor.min && d <= divisor.max,
  );
  return hull(
    divisors.flatMap((d) =>
      [dividend.min, dividend.max].map((n) => {
        const value = quotient(rounding, n, d);
        return { min: value, max: value };
      }),
    ),
  );
}

/** Range that holds every remainder: the dividend's sign, smaller than the divisor. */
export function remainderRange(dividend: Bounds, divisor: Bounds): Bounds {
  const widest = [divisor.min, divisor.max].map(magnitude).reduce(larger);
  const most = widest === 0n ? 0n : widest - 1n;
  const low = dividend.min < 0n ? dividend.min : 0n;
  const high = dividend.max > 0n ? dividend.max : 0n;
  return { min: low < -most ? -most : low, max: high > most ? most : high };
}

/** Whether 0 lies within the range. */
export function mayBeZero({ min, max }: Bounds): boolean {
  return min <= 0n && max >= 0n;
}
