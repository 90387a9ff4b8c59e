import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import type { Wire } from '../../../src/circuits/circuit.ts';
import { circuitCost } from '../../../src/circuits/cost.ts';
import { digitsCost, divideByDigits } from '../../../src/circuits/gadgets/divide-digits.ts';
import { divideByIteration } from '../../../src/circuits/gadgets/divide-iteration.ts';
import type { Division } from '../../../src/circuits/gadgets/division.ts';
import { iterationCost } from '../../../src/circuits/gadgets/iteration-plan.ts';
import { costOf, pairs, runRows, valuesOf } from '../reference.ts';

type Divide = (
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  quotientBits: number,
) => Division;

const SHAPES: [string, Divide][] = [
  ['digits, ripple', (b, n, d, q) => divideByDigits(b, n, d, q, 'ripple')],
  ['digits, prefix', (b, n, d, q) => divideByDigits(b, n, d, q, 'prefix')],
  ['iteration', divideByIteration],
];

const word = (b: CircuitBuilder, width: number) => Array.from({ length: width }, () => b.input());
const unsigned = (width: number) => ({ width, signed: false });

/** Rows with a divisor and a quotient below 2^quotientBits, divided by the circuit and by BigInt. */
function divide(
  shape: Divide,
  [n, d, q]: readonly [number, number, number],
  values: readonly (readonly bigint[])[],
) {
  const b = new CircuitBuilder();
  const { quotient, remainder } = shape(b, word(b, n), word(b, d), q);
  expect(remainder.length).toBeLessThanOrEqual(d);
  const circuit = b.build([...quotient, ...remainder]);
  const rows = values.filter(([x, y]) => y! > 0n && x! / y! < 1n << BigInt(q));
  const split = BigInt(quotient.length);
  const got = runRows(circuit, [n, d], rows).map((v) => [
    BigInt.asUintN(Number(split), v),
    v >> split,
  ]);
  return { got, want: rows.map(([x, y]) => [x! / y!, x! % y!]) };
}

describe.each(SHAPES)('division by %s', (_name, shape) => {
  it('equals integers for all values up to 6 bits', () => {
    for (const n of [1, 2, 3, 5, 6]) {
      for (const d of [1, 2, 3, 4, 6]) {
        for (const q of new Set([n, 2, Math.max(1, n - 1)])) {
          const { got, want } = divide(
            shape,
            [n, d, q],
            pairs(valuesOf(unsigned(n)), valuesOf(unsigned(d))),
          );
          expect(got, `${n} / ${d} to ${q}`).toEqual(want);
        }
      }
    }
  });

  it('equals integers at all divisors up to 10 bits', () => {
    const divisors = valuesOf(unsigned(10)).filter((d) => d > 0n);
    const rows = divisors.flatMap((d) => {
      const top = (1n << 20n) - 1n;
      const exact = (top / d) * d;
      return [
        [top, d],
        [exact, d],
        [exact - 1n, d],
        [d, d],
        [d - 1n, d],
        [2n * d - 1n, d],
      ];
    });
    const { got, want } = divide(shape, [20, 10, 20], rows);
    expect(got).toEqual(want);
  });

  it('equals integers at large widths, near multiples above all', () => {
    const widths = fc.constantFrom<readonly [number, number, number]>(
      [40, 20, 40],
      [64, 64, 64],
      [64, 30, 64],
      [90, 128, 90],
      [140, 40, 140],
      [128, 100, 60],
      [120, 120, 120],
      [300, 250, 57],
    );
    const seeds = fc.array(
      fc.tuple(fc.bigInt(0n, 2n ** 300n), fc.bigInt(0n, 2n ** 300n), fc.nat(300), fc.nat(300)),
      { minLength: 40, maxLength: 40 },
    );
    fc.assert(
      fc.property(widths, seeds, ([n, d, q], given) => {
        const rows = given.flatMap(([x, y, a, c], i) => {
          const divisor = 1n + (BigInt.asUintN(d, y) >> BigInt(a % d));
          const multiple = divisor * BigInt.asUintN(q - (c % q), x);
          return [
            multiple + BigInt((i % 3) - 1),
            multiple + divisor - 1n,
            BigInt.asUintN(n, x),
          ].map((v) => [BigInt.asUintN(n, v < 0n ? 0n : v), BigInt.asUintN(d, divisor)]);
        });
        const { got, want } = divide(shape, [n, d, q], rows);
        expect(got).toEqual(want);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});

describe('costs of division', () => {
  const ESTIMATES = [
    (n: number, d: number, q: number) => digitsCost(n, d, q, 'ripple'),
    (n: number, d: number, q: number) => digitsCost(n, d, q, 'prefix'),
    (_n: number, d: number, q: number) => iterationCost(d, q),
  ];

  it.each(SHAPES.map(([name], k) => [name, k] as const))('are estimated by %s', (_name, k) => {
    for (const [n, d, q] of [
      [16, 16, 16],
      [32, 16, 32],
      [64, 64, 64],
      [64, 20, 64],
      [20, 64, 20],
      [140, 60, 57],
    ] as const) {
      const b = new CircuitBuilder();
      const { quotient, remainder } = SHAPES[k]![1](b, word(b, n), word(b, d), q);
      const { ands, layers } = circuitCost(b.build([...quotient, ...remainder]));
      const estimate = ESTIMATES[k]!(n, d, q);
      expect(estimate.ands / ands, `${n} / ${d} to ${q}: ANDs`).toBeGreaterThan(0.95);
      expect(estimate.ands / ands, `${n} / ${d} to ${q}: ANDs`).toBeLessThan(1.4);
      expect(estimate.depth / layers.length, `${n} / ${d} to ${q}: layers`).toBeGreaterThan(0.85);
      expect(estimate.depth / layers.length, `${n} / ${d} to ${q}: layers`).toBeLessThan(1.2);
    }
  });

  it('are', () => {
    const cost = (shape: Divide, n: number, d: number, q: number) => {
      const b = new CircuitBuilder();
      const { quotient, remainder } = shape(b, word(b, n), word(b, d), q);
      return costOf(b, [...quotient, ...remainder]);
    };
    const table = (
      [
        [16, 16, 16],
        [32, 32, 32],
        [64, 64, 64],
        [120, 120, 120],
        [140, 60, 140],
        [256, 256, 57],
      ] as const
    ).map(
      (w) =>
        `${w.join(' ')}: ${SHAPES.map(([, shape]) => cost(shape, w[0], w[1], w[2])).join(' ')}`,
    );
    expect(table).toMatchInlineSnapshot(`
      [
        "16 16 16: 253/201 743/83 2153/49",
        "32 32 32: 893/725 3392/189 6740/59",
        "64 64 64: 3325/2733 15581/431 23477/82",
        "120 120 120: 11277/9327 60886/853 86960/107",
        "140 60 140: 7737/7212 41502/853 82238/102",
        "256 256 57: 15103/14848 118965/523 48120/86",
      ]
    `);
  });
});
