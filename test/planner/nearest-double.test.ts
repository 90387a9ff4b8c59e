import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotientToDouble } from '../../src/planner/logical/nearest-double.ts';

/** The exact value of a finite double as a fraction. */
function exact(x: number): { n: bigint; d: bigint } {
  let d = 1n;
  let scaled = x;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    d *= 2n;
  }
  return { n: BigInt(scaled), d };
}

/** The double after or before x. */
function neighbour(x: number, direction: 1n | -1n): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + direction);
  return view.getFloat64(0);
}

/** |n/d - x| as a fraction over d * x.d */
function distance(n: bigint, d: bigint, x: number): bigint {
  const { n: xn, d: xd } = exact(x);
  const difference = n * xd - xn * d;
  const scale = 2n ** 1100n / xd;
  return (difference < 0n ? -difference : difference) * scale;
}

describe('quotientToDouble', () => {
  it('is never farther from the quotient than a neighbouring double', () => {
    const numerator = fc.bigInt({ min: 1n, max: 2n ** 127n });
    const denominator = fc.bigInt({ min: 1n, max: 2n ** 70n });
    fc.assert(
      fc.property(numerator, denominator, (n, d) => {
        const result = quotientToDouble(n, d);
        const error = distance(n, d, result);
        expect(error <= distance(n, d, neighbour(result, 1n))).toBe(true);
        expect(error <= distance(n, d, neighbour(result, -1n))).toBe(true);
        expect(quotientToDouble(-n, d)).toBe(-result);
      }),
    );
  });

  it('agrees with the division of doubles that hold both numbers exactly', () => {
    const safe = fc.maxSafeInteger();
    fc.assert(
      fc.property(safe, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (n, d) => {
        // Number subtraction of zero turns -0 into 0, which is what SQL shows.
        expect(quotientToDouble(BigInt(n), BigInt(d))).toBe(n / d + 0);
      }),
    );
  });

  it.each([
    [0n, 7n, 0],
    [1n, 3n, 1 / 3],
    [2n ** 53n + 1n, 1n, 2 ** 53],
    [2n ** 53n + 3n, 1n, 2 ** 53 + 4],
    [1n, 2n ** 1074n, 5e-324],
    [1n, 2n ** 1075n, 0],
    [3n, 2n ** 1075n, 1e-323],
    [2n ** 1100n, 1n, Number.POSITIVE_INFINITY],
    [10n ** 30n, 10n ** 10n, 1e20],
  ])('%s / %s = %s', (n, d, expected) => {
    expect(quotientToDouble(n, d)).toBe(expected);
  });
});
