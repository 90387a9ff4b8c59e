import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import { circuitCost } from '../../../src/circuits/cost.ts';
import {
  type ConstantDivisionShape,
  constantDivisionCost,
  divideByConstant,
} from '../../../src/circuits/gadgets/divide-constant.ts';
import { costOf, runRows, valuesOf } from '../reference.ts';

const SHAPES: ConstantDivisionShape[] = ['digits', 'reciprocal'];
const word = (b: CircuitBuilder, width: number) => Array.from({ length: width }, () => b.input());

function divide(shape: ConstantDivisionShape, width: number, c: bigint, values: readonly bigint[]) {
  const b = new CircuitBuilder();
  const { quotient, remainder } = divideByConstant(b, word(b, width), c, shape);
  const circuit = b.build([...quotient, ...remainder]);
  const got = runRows(
    circuit,
    [width],
    values.map((v) => [v]),
  );
  return got.map((v) => [BigInt.asUintN(quotient.length, v), v >> BigInt(quotient.length)]);
}

describe.each(SHAPES)('division by a constant (%s)', (shape) => {
  it('equals integers for all values up to 9 bits and small constants', () => {
    for (const width of [1, 2, 5, 9]) {
      const values = valuesOf({ width, signed: false });
      for (let c = 1n; c <= 40n; c += 1n) {
        expect(divide(shape, width, c, values), `${width} bits / ${c}`).toEqual(
          values.map((v) => [v / c, v % c]),
        );
      }
    }
  });

  it('equals integers at large widths, near multiples above all', () => {
    const constant = fc.oneof(
      fc.constantFrom(10n, 1000n, 86_400_000_000n, 2n ** 40n, 7n * 2n ** 20n, 2n ** 31n - 1n),
      fc.bigInt(1n, 2n ** 70n),
    );
    const seeds = fc.array(fc.bigInt(0n, 2n ** 130n), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 128 }), constant, seeds, (width, c, given) => {
        const values = given
          .flatMap((v) => [
            v,
            (v / c) * c,
            (v / c) * c - 1n,
            (BigInt.asUintN(width, v) / c) * c - 1n,
            -1n,
          ])
          .map((v) => BigInt.asUintN(width, v));
        expect(divide(shape, width, c, values)).toEqual(values.map((v) => [v / c, v % c]));
      }),
      { numRuns: 12 },
    );
  });
});

describe('costs of division by a constant', () => {
  const cases = [
    [16, 10n],
    [32, 10n],
    [64, 10n],
    [64, 1000n],
    [64, 86_400_000_000n],
    [32, 7n],
    [128, 100n],
  ] as const;

  it('are', () => {
    const table = cases.map(([width, c]) => {
      const costs = SHAPES.map((shape) => {
        const b = new CircuitBuilder();
        const { quotient, remainder } = divideByConstant(b, word(b, width), c, shape);
        return `${costOf(b, quotient)} ${costOf(b, remainder)}`;
      });
      return `${width} bits / ${c}: ${costs.join('   ')}`;
    });
    expect(table).toMatchInlineSnapshot(`
      [
        "16 bits / 10: 26/26 28/28   181/8 100/10",
        "32 bits / 10: 58/58 60/60   606/10 298/12",
        "64 bits / 10: 122/122 124/124   1888/12 914/14",
        "64 bits / 1000: 330/330 336/336   1674/12 953/17",
        "64 bits / 86400000000: 644/644 667/667   1197/12 1406/23",
        "32 bits / 7: 60/60 62/62   535/10 265/12",
        "128 bits / 100: 488/488 492/492   4466/14 2117/18",
      ]
    `);
  });

  it.each(SHAPES)('are estimated (%s)', (shape) => {
    for (const [width, c] of cases) {
      const b = new CircuitBuilder();
      const { quotient, remainder } = divideByConstant(b, word(b, width), c, shape);
      const { ands, layers } = circuitCost(b.build([...quotient, ...remainder]));
      const estimate = constantDivisionCost(width, c, shape);
      expect(estimate.ands / ands, `${width} / ${c} ANDs`).toBeGreaterThan(0.7);
      expect(estimate.ands / ands, `${width} / ${c} ANDs`).toBeLessThan(1.4);
      expect(estimate.depth / layers.length, `${width} / ${c} layers`).toBeGreaterThan(0.7);
      expect(estimate.depth / layers.length, `${width} / ${c} layers`).toBeLessThan(1.4);
    }
  });
});
