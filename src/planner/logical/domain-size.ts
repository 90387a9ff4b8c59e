import { smaller } from './quotient.ts';
import type { Scalar } from './scalar.ts';

/** How many different values a scalar can have at most, NULL counted as one. */
export function domainSize(scalar: Scalar): bigint {
  return valuesMax(scalar) + (scalar.nullable ? 1n : 0n);
}

/** As {@link domainSize}, without NULL. */
export function valuesMax(scalar: Scalar): bigint {
  const { bounds, dictionary } = scalar;
  const range = bounds.max - bounds.min + 1n;
  const all = dictionary === undefined ? range : smaller(range, BigInt(dictionary.length));
  switch (scalar.kind) {
    case 'steps':
      return smaller(all, BigInt(new Set(scalar.values).size));
    case 'scaled':
    case 'negate':
      return smaller(all, valuesMax(scalar.operand));
    case 'arithmetic': {
      const { left, right } = scalar;
      return smaller(all, valuesMax(left) * valuesMax(right));
    }
    case 'choose': {
      const values = [...scalar.branches.map(({ then }) => then), scalar.otherwise];
      return smaller(
        all,
        values.map(valuesMax).reduce((sum, size) => sum + size, 0n),
      );
    }
    default:
      return all;
  }
}
