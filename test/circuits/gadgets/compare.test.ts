import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import {
  type CompareShape,
  equal,
  lessOrEqual,
  lessThan,
} from '../../../src/circuits/gadgets/compare.ts';
import {
  constantNumber,
  inputNumber,
  type NumberEncoding,
} from '../../../src/circuits/gadgets/numbers.ts';
import { Shapes } from '../../../src/circuits/gadgets/shapes.ts';
import { costOf, encodings, pairs, runRows, show, valuesOf } from '../reference.ts';

const SHAPES: CompareShape[] = ['ripple', { block: 16 }, { block: 8 }, { block: 4 }, { block: 3 }];

function comparisons(x: NumberEncoding, y: NumberEncoding, shape: CompareShape) {
  const b = new CircuitBuilder();
  const [p, q] = [inputNumber(b, x), inputNumber(b, y)];
  return b.build([equal(b, p, q), lessThan(b, p, q, shape), lessOrEqual(b, p, q, shape)]);
}

function expected([p, q]: readonly bigint[]): bigint {
  return (p! === q! ? 1n : 0n) | (p! < q! ? 2n : 0n) | (p! <= q! ? 4n : 0n);
}

describe('comparisons', () => {
  it.each(['ripple', { block: 2 }, { block: 3 }] as CompareShape[])(
    'equal integers for all values of all encodings up to 4 bits (%j)',
    (shape) => {
      for (const x of encodings(4)) {
        for (const y of encodings(4)) {
          const rows = pairs(valuesOf(x), valuesOf(y));
          const got = runRows(comparisons(x, y, shape), [x.width, y.width], rows);
          expect(got, `${show(x)} ${show(y)}`).toEqual(rows.map(expected));
        }
      }
    },
  );

  it('equal integers up to 64 bits', () => {
    const encoding = fc.record({ width: fc.integer({ min: 1, max: 64 }), signed: fc.boolean() });
    fc.assert(
      fc.property(
        encoding,
        encoding,
        fc.constantFrom(...SHAPES),
        fc.array(fc.tuple(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(-3n, 3n)), { minLength: 8 }),
        (x, y, shape, seeds) => {
          const clip = (e: NumberEncoding, v: bigint) =>
            e.signed ? BigInt.asIntN(e.width, v) : BigInt.asUintN(e.width, v);
          const rows = seeds.map(([v, d], i) => [clip(x, v), clip(y, i % 2 ? v + d : v >> 9n)]);
          const got = runRows(comparisons(x, y, shape), [x.width, y.width], rows);
          expect(got).toEqual(rows.map(expected));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cost what PROTOCOLS 2.6 says at 64 bits', () => {
    const cost = (of: (b: CircuitBuilder) => number) => {
      const b = new CircuitBuilder();
      return costOf(b, [of(b) as never]);
    };
    const u64 = { width: 64, signed: false };
    const s64 = { width: 64, signed: true };
    const table = (encoding: NumberEncoding) => ({
      ...Object.fromEntries(
        (['ripple', { block: 16 }, { block: 8 }, { block: 4 }, { block: 1 }] as CompareShape[]).map(
          (shape) => [
            typeof shape === 'string' ? shape : `blocks of ${shape.block}`,
            cost((b) => lessThan(b, inputNumber(b, encoding), inputNumber(b, encoding), shape)),
          ],
        ),
      ),
      equal: cost((b) => equal(b, inputNumber(b, encoding), inputNumber(b, encoding))),
    });
    const golden = {
      ripple: '64/64',
      'blocks of 16': '113/18',
      'blocks of 8': '124/11',
      'blocks of 4': '135/8',
      'blocks of 1': '184/7',
      equal: '63/6',
    };
    expect(table(u64)).toEqual(golden);
    expect(table(s64)).toEqual(golden);
  });

  it('with a constant cost at most one AND per bit', () => {
    for (let value = 0n; value < 256n; value += 1n) {
      const b = new CircuitBuilder();
      const x = inputNumber(b, { width: 8, signed: false });
      const c = constantNumber(b, value, { width: 8, signed: false });
      for (const wire of [lessThan(b, x, c, 'ripple'), lessThan(b, c, x, 'ripple')]) {
        expect(Number(costOf(b, [wire]).split('/')[0])).toBeLessThan(8);
      }
      expect(costOf(b, [equal(b, x, c)])).toBe('7/3');
    }
  });

  it('take the shape that is soonest on the network', () => {
    const lan = { roundTripSeconds: 0.0002, bytesPerSecond: 1e9 };
    const wan = { roundTripSeconds: 0.05, bytesPerSecond: 1e8 };
    expect(new Shapes(lan, 2 ** 23).compare(64)).toBe('ripple');
    expect(new Shapes(wan, 1000).compare(64)).toEqual({ block: 4 });
    expect(new Shapes(wan, 1000).compare(1)).toBe('ripple');
  });
});
