import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import { roundedQuotient } from '../../../src/circuits/gadgets/quotient.ts';
import { Shapes } from '../../../src/circuits/gadgets/shapes.ts';
import { quotientToDouble } from '../../../src/planner/logical/nearest-double.ts';
import { costOf, pairs, runRows, valuesOf } from '../reference.ts';

const LAN = { roundTripSeconds: 0.00015, bytesPerSecond: 250_000_000 };
const WAN = { roundTripSeconds: 0.05, bytesPerSecond: 12_500_000 };
const word = (b: CircuitBuilder, width: number) => Array.from({ length: width }, () => b.input());

function quotients(
  shapes: Shapes,
  n: number,
  d: number,
  fraction: number,
  rows: readonly bigint[][],
) {
  const b = new CircuitBuilder();
  const { magnitude, inexact } = roundedQuotient(b, word(b, n), word(b, d), fraction, shapes);
  expect(magnitude.length).toBe(n + fraction);
  const packed = runRows(b.build([...magnitude, inexact]), [n, d], rows);
  return packed.map((v) => ({
    magnitude: BigInt.asUintN(magnitude.length, v),
    inexact: v >> BigInt(magnitude.length) === 1n,
  }));
}

describe.each([
  ['few rows on a WAN: iteration', new Shapes(WAN, 10)],
  ['many rows on a LAN: digits', new Shapes(LAN, 1_000_000)],
])('rounded quotient, %s', (_name, shapes) => {
  it('is the integer quotient where the precision is low, for all 5-bit numbers', () => {
    const values = valuesOf({ width: 5, signed: false });
    const rows = pairs(values, values.slice(1));
    const want = rows.map(([n, d]) => ({
      magnitude: (n! << 6n) / d!,
      inexact: (n! << 6n) % d! !== 0n,
    }));
    expect(quotients(shapes, 5, 5, 6, rows)).toEqual(want);
  });

  it('rounds to the nearest double', () => {
    const widths = fc.constantFrom<readonly [number, number]>(
      [1, 1],
      [5, 9],
      [40, 20],
      [64, 31],
      [130, 40],
      [33, 90],
    );
    const seeds = fc.array(
      fc.tuple(fc.bigInt(0n, 2n ** 200n), fc.bigInt(0n, 2n ** 200n), fc.nat(200)),
      {
        minLength: 30,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(widths, seeds, fc.nat(20), ([n, d], given, extra) => {
        const fraction = d + 55 + extra;
        const rows = given.flatMap(([x, y, drop]) => {
          const divisor = 1n + (BigInt.asUintN(d, y) >> BigInt(drop % d));
          const fits = BigInt.asUintN(d, divisor) || 1n;
          const dividend = BigInt.asUintN(n, x) >> BigInt((drop * 7) % n);
          return [
            [dividend, fits],
            [BigInt.asUintN(n, (dividend / fits) * fits), fits],
            [0n, fits],
          ];
        });
        quotients(shapes, n, d, fraction, rows).forEach(({ magnitude, inexact }, r) => {
          const [dividend, divisor] = rows[r] as [bigint, bigint];
          const double = quotientToDouble(
            2n * magnitude + (inexact ? 1n : 0n),
            1n << BigInt(fraction + 1),
          );
          expect(double).toBe(quotientToDouble(dividend, divisor));
          expect(inexact).toBe(dividend << BigInt(fraction) !== magnitude * divisor);
          if (inexact) expect(magnitude >> 54n).not.toBe(0n);
        });
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

describe('costs of rounded quotients', () => {
  it('are', () => {
    const cost = (shapes: Shapes, n: number, d: number) => {
      const b = new CircuitBuilder();
      const { magnitude, inexact } = roundedQuotient(b, word(b, n), word(b, d), d + 55, shapes);
      return costOf(b, [...magnitude, inexact]);
    };
    const table = (
      [
        [40, 20],
        [70, 30],
        [140, 60],
      ] as const
    ).map(
      ([n, d]) =>
        `${n} / ${d}: ${cost(new Shapes(LAN, 1_000_000), n, d)} ${cost(new Shapes(WAN, 10), n, d)}`,
    );
    expect(table).toMatchInlineSnapshot(`
      [
        "40 / 20: 3245/1202 12713/78",
        "70 / 30: 5034/1813 17277/83",
        "140 / 60: 9954/3624 25395/88",
      ]
    `);
  });
});
