import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import { add, negate, subtract } from '../../../src/circuits/gadgets/add.ts';
import type { AdderShape } from '../../../src/circuits/gadgets/carry.ts';
import {
  multiply,
  nonAdjacentForm,
  scaleByConstant,
} from '../../../src/circuits/gadgets/multiply.ts';
import {
  type BitNumber,
  constantNumber,
  inputNumber,
  type NumberEncoding,
  rangeOf,
} from '../../../src/circuits/gadgets/numbers.ts';
import { costOf, decode, encodings, pairs, runRows, show, valuesOf } from '../reference.ts';

const SHAPES: AdderShape[] = ['ripple', 'prefix'];
const OPERATIONS = {
  add: { gadget: add, on: (x: bigint, y: bigint) => x + y },
  subtract: { gadget: subtract, on: (x: bigint, y: bigint) => x - y },
  multiply: { gadget: multiply, on: (x: bigint, y: bigint) => x * y },
};
type Operation = (typeof OPERATIONS)['add'];

/** The operation's results on the rows that fit `to`, computed by the circuit and by integers. */
function compute(
  { gadget, on }: Operation,
  [x, y, to]: readonly [NumberEncoding, NumberEncoding, NumberEncoding],
  shape: AdderShape,
  values: readonly bigint[][],
) {
  const b = new CircuitBuilder();
  const circuit = b.build(gadget(b, inputNumber(b, x), inputNumber(b, y), to, shape).bits);
  const { min, max } = rangeOf(to);
  const rows = values.filter(([p, q]) => min <= on(p!, q!) && on(p!, q!) <= max);
  const got = runRows(circuit, [x.width, y.width], rows).map((v) => decode(v, to));
  return { got, want: rows.map(([p, q]) => on(p!, q!)) };
}

const encoding = fc.record({ width: fc.integer({ min: 1, max: 64 }), signed: fc.boolean() });
const clip = (e: NumberEncoding, v: bigint) => decode(BigInt.asUintN(e.width, v), e);

describe.each(Object.entries(OPERATIONS))('%s', (name, operation) => {
  it.each(SHAPES)('equals integers for all values of all encodings up to 4 bits (%s)', (shape) => {
    const targets = [
      { width: 1, signed: false },
      { width: 4, signed: true },
      { width: 5, signed: false },
      { width: 10, signed: true },
    ];
    for (const x of encodings(4)) {
      for (const y of encodings(4)) {
        const values = pairs(valuesOf(x), valuesOf(y));
        for (const to of targets) {
          const { got, want } = compute(operation, [x, y, to], shape, values);
          expect(got, `${name} ${show(x)} ${show(y)} to ${show(to)}`).toEqual(want);
        }
      }
    }
  });

  it('equals integers up to 64 bits', () => {
    const rows = fc.array(fc.tuple(fc.bigInt(-(2n ** 64n), 2n ** 64n), fc.bigInt()), {
      minLength: 8,
      maxLength: 32,
    });
    fc.assert(
      fc.property(encoding, encoding, fc.constantFrom(...SHAPES), rows, (x, y, shape, seeds) => {
        const to = { width: 130, signed: true };
        const values = seeds.map(([v, w], i) => [clip(x, v), clip(y, i % 4 ? w : v >> 3n)]);
        const { got, want } = compute(operation, [x, y, to], shape, values);
        expect(got).toEqual(want);
      }),
      { numRuns: 12 },
    );
  });
});

describe('negate', () => {
  it.each(SHAPES)('equals integers for all values up to 4 bits (%s)', (shape) => {
    for (const x of encodings(4)) {
      const to = { width: x.width + 1, signed: true };
      const b = new CircuitBuilder();
      const circuit = b.build(negate(b, inputNumber(b, x), to, shape).bits);
      const rows = valuesOf(x).map((v) => [v]);
      const got = runRows(circuit, [x.width], rows).map((v) => decode(v, to));
      expect(got).toEqual(rows.map(([v]) => -v!));
    }
  });
});

describe('scaleByConstant', () => {
  it('equals integers for all values and small factors', () => {
    for (const x of encodings(4)) {
      for (let c = -20n; c <= 20n; c += 1n) {
        for (const to of [
          { width: 10, signed: true },
          { width: 6, signed: false },
        ]) {
          const b = new CircuitBuilder();
          const circuit = b.build(scaleByConstant(b, inputNumber(b, x), c, to).bits);
          const { min, max } = rangeOf(to);
          const rows = valuesOf(x)
            .filter((v) => min <= c * v && c * v <= max)
            .map((v) => [v]);
          const got = runRows(circuit, [x.width], rows).map((v) => decode(v, to));
          expect(got, `${c} * ${show(x)}`).toEqual(rows.map(([v]) => c * v!));
        }
      }
    }
  });

  it('equals integers up to 64 bits', () => {
    fc.assert(
      fc.property(
        encoding,
        fc.bigInt(-(2n ** 62n), 2n ** 62n),
        fc.constantFrom(...SHAPES),
        fc.array(fc.bigInt(), { minLength: 8 }),
        (x, c, shape, seeds) => {
          const to = { width: 128, signed: true };
          const b = new CircuitBuilder();
          const circuit = b.build(scaleByConstant(b, inputNumber(b, x), c, to, shape).bits);
          const rows = seeds.map((v) => [clip(x, v)]);
          const got = runRows(circuit, [x.width], rows).map((v) => decode(v, to));
          expect(got).toEqual(rows.map(([v]) => c * v!));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('has few digits', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 64n), 2n ** 64n), (c) => {
        const digits = nonAdjacentForm(c);
        expect(digits.reduce((sum, d, i) => sum + (BigInt(d) << BigInt(i)), 0n)).toBe(c);
        expect(digits.every((d, i) => d === 0 || !digits[i + 1])).toBe(true);
      }),
    );
  });
});

describe('costs of arithmetic', () => {
  const u = (width: number) => ({ width, signed: false });
  const s = (width: number) => ({ width, signed: true });
  const cost = (of: (b: CircuitBuilder) => BitNumber) => {
    const b = new CircuitBuilder();
    return costOf(b, of(b).bits);
  };
  const binary = (gadget: typeof add, x: NumberEncoding, to: NumberEncoding, shape: AdderShape) =>
    cost((b) => gadget(b, inputNumber(b, x), inputNumber(b, x), to, shape));

  it('of sums', () => {
    expect(binary(add, u(64), u(65), 'ripple')).toBe('64/64');
    expect(binary(add, u(64), u(65), 'prefix')).toBe('385/7');
    expect(binary(add, s(20), s(21), 'ripple')).toBe('20/20');
    expect(binary(add, s(20), s(21), 'prefix')).toBe('81/6');
    expect(binary(add, s(20), s(64), 'ripple')).toBe('20/20');
    expect(binary(add, s(20), s(20), 'ripple')).toBe('19/19');
    expect(binary(subtract, u(20), s(21), 'ripple')).toBe('20/20');
    expect(cost((b) => negate(b, inputNumber(b, s(20)), s(21), 'ripple'))).toBe('19/19');
    expect(
      cost((b) => add(b, inputNumber(b, u(20)), constantNumber(b, 1n, u(1)), u(21), 'ripple')),
    ).toBe('19/19');
    expect(
      cost((b) => {
        const x = inputNumber(b, u(20));
        return add(b, x, x, u(21), 'ripple');
      }),
    ).toBe('0/0');
  });

  it('of products', () => {
    const table = [4, 8, 16, 32, 64].map((w) =>
      [
        binary(multiply, u(w), u(2 * w), 'ripple'),
        binary(multiply, s(w), s(2 * w), 'ripple'),
        binary(multiply, u(w), u(2 * w), 'prefix'),
        cost((b) => {
          const x = inputNumber(b, u(w));
          return multiply(b, x, x, u(2 * w), 'ripple');
        }),
      ].join(' '),
    );
    expect(table).toMatchInlineSnapshot(`
      [
        "28/7 28/7 39/6 11/5",
        "120/15 120/15 161/8 55/13",
        "496/31 496/31 615/10 239/29",
        "2016/63 2016/63 2325/12 991/61",
        "8128/127 8128/127 8883/14 4031/125",
      ]
    `);
  });

  it('of scalings', () => {
    const table = [1n, 2n, 3n, -1n, 7n, 10n, 100n, -100n, 1000n, 12345n].map(
      (c) =>
        `${c}: ${cost((b) => scaleByConstant(b, inputNumber(b, u(16)), c, s(40)))} ${cost((b) =>
          scaleByConstant(b, inputNumber(b, s(16)), c, s(40), 'prefix'),
        )}`,
    );
    expect(table).toMatchInlineSnapshot(`
      [
        "1: 0/0 0/0",
        "2: 0/0 0/0",
        "3: 16/16 65/5",
        "-1: 15/15 32/4",
        "7: 17/17 67/5",
        "10: 16/16 66/5",
        "100: 32/17 91/6",
        "-100: 36/20 107/7",
        "1000: 35/20 108/7",
        "12345: 73/26 174/8",
      ]
    `);
  });
});
