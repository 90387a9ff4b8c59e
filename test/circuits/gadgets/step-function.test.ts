import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import { inputNumber, type NumberEncoding } from '../../../src/circuits/gadgets/numbers.ts';
import { Shapes } from '../../../src/circuits/gadgets/shapes.ts';
import { stepFunction } from '../../../src/circuits/gadgets/step-function.ts';
import { thresholds } from '../../../src/circuits/gadgets/thresholds.ts';
import { costOf, decode, encodings, runRows, valuesOf } from '../reference.ts';

const SHAPES = new Shapes({ roundTripSeconds: 0.001, bytesPerSecond: 1e8 }, 1000);
const TO: NumberEncoding = { width: 7, signed: true };

function steps(
  x: NumberEncoding,
  breaks: readonly bigint[],
  values: readonly bigint[],
  at: readonly bigint[],
) {
  const b = new CircuitBuilder();
  const circuit = b.build(stepFunction(b, inputNumber(b, x), breaks, values, TO, SHAPES).bits);
  return runRows(
    circuit,
    [x.width],
    at.map((v) => [v]),
  ).map((v) => decode(v, TO));
}

function expected(breaks: readonly bigint[], values: readonly bigint[], at: readonly bigint[]) {
  return at.map((v) => values[breaks.filter((limit) => limit <= v).length]);
}

const ascending = (values: readonly bigint[]) =>
  [...new Set(values)].sort((p, q) => (p < q ? -1 : 1));
const valuesFor = (breaks: readonly bigint[]) =>
  Array.from({ length: breaks.length + 1 }, (_, k) => BigInt(((k * 37) % 100) - 50));

describe('step function', () => {
  it('is right for all sets of breaks around 3-bit numbers', () => {
    for (const x of encodings(3)) {
      const at = valuesOf(x);
      for (let set = 0; set < 1 << 8; set += 1) {
        const breaks = Array.from({ length: 8 }, (_, i) => BigInt(2 * i - 5)).filter(
          (_, i) => (set >> i) & 1,
        );
        const values = valuesFor(breaks);
        expect(steps(x, breaks, values, at)).toEqual(expected(breaks, values, at));
      }
    }
  });

  it('is right for numbers of 40 bits', () => {
    const number = fc.bigInt(-(2n ** 39n), 2n ** 39n - 1n);
    fc.assert(
      fc.property(
        fc.array(number, { maxLength: 40 }),
        fc.array(number, { minLength: 5 }),
        (limits, others) => {
          const breaks = ascending(limits);
          const at = [...others, ...breaks, ...breaks.map((v) => BigInt.asIntN(40, v - 1n))];
          const values = valuesFor(breaks);
          const x = { width: 40, signed: true };
          expect(steps(x, breaks, values, at)).toEqual(expected(breaks, values, at));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('costs of thresholds', () => {
  const cost = (width: number, constants: readonly bigint[]) => {
    const b = new CircuitBuilder();
    const x = inputNumber(b, { width, signed: false }).bits;
    const reached = thresholds(b, x, constants);
    return costOf(b, constants.map(reached));
  };
  it('are about one AND for each constant', () => {
    const spread = (count: number, by: bigint) =>
      Array.from({ length: count }, (_, k) => 1n + BigInt(k) * by);
    expect({
      'all of 4 bits': cost(4, spread(15, 1n)),
      'all of 8 bits': cost(8, spread(255, 1n)),
      '12 of 9 bits': cost(9, spread(12, 31n)),
      '120 months of 15 bits': cost(15, spread(120, 30n)),
      '10 of 32 bits': cost(32, spread(10, 387_420_489n)),
    }).toMatchInlineSnapshot(`
      {
        "10 of 32 bits": "197/5",
        "12 of 9 bits": "44/4",
        "120 months of 15 bits": "248/4",
        "all of 4 bits": "14/2",
        "all of 8 bits": "268/3",
      }
    `);
  });
});
