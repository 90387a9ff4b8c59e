import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeShape, encodeShape } from '../../src/client/query/shape-codec.ts';
import type { RealStep } from '../../src/planner/logical/scalar.ts';
import type { RelationCell, ResultShape } from '../../src/planner/result-shape.ts';

const ROWS = 3;
const planes = fc.array(fc.nat(5000), { maxLength: 70 });
const maybe = fc.option(fc.nat(5000), { nil: undefined });

const step: fc.Arbitrary<RealStep> = fc.oneof(
  fc
    .constantFrom('sqrt', 'negate', 'abs', 'floor', 'ceil', 'sign')
    .map((fn) => ({ fn }) as RealStep),
  fc.integer({ min: -400, max: 400 }).map((digits): RealStep => ({ fn: 'round', digits })),
  fc
    .tuple(fc.constantFrom('+', '-', '*', '/'), fc.double(), fc.boolean())
    .map(([fn, value, swapped]) => ({ fn, value, swapped }) as RealStep),
);

const cell: fc.Arbitrary<RelationCell> = fc
  .oneof(
    fc.record({ kind: fc.constant('number'), planes, signed: fc.boolean(), isNull: maybe }),
    fc.record({
      kind: fc.constant('code'),
      planes,
      dictionary: fc.array(fc.string()),
      isNull: maybe,
    }),
    fc.record({ kind: fc.constant('text'), planes: fc.constant([1, 2, 3, 4, 5, 6, 7, 0]) }),
    fc.record({
      kind: fc.constant('constants'),
      values: fc.array(
        fc.oneof(
          fc.string(),
          fc.boolean(),
          fc.bigInt(-(2n ** 200n), 2n ** 200n),
          fc.constant(null),
        ),
        { minLength: ROWS, maxLength: ROWS },
      ),
    }),
    fc.record({
      kind: fc.constant('quotient'),
      magnitude: planes,
      negative: maybe,
      inexact: fc.nat(9),
      shift: fc.integer({ min: -4096, max: 4096 }),
      isNull: maybe,
      after: fc.array(step),
    }),
  )
  .map((value) => value as RelationCell);

const shape: fc.Arbitrary<ResultShape> = fc
  .tuple(fc.array(cell), maybe, fc.option(planes, { nil: undefined }), fc.boolean())
  .map(([columns, valid, order, descending]) => ({
    columns: [{ name: 'x', type: { kind: 'decimal', precision: 38, scale: 2 } }],
    relation: {
      ...{ rows: ROWS, columns },
      ...(valid === undefined ? {} : { valid }),
      ...(order && { order }),
    },
    sort: [{ column: 0, descending, nullsFirst: !descending }],
    rows: [],
  }));

/** JSON as it is sent. */
const sent = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
const refused = expect.objectContaining({ code: 'PEER_PROTOCOL' });

describe('a result shape as JSON', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(shape, (value) => {
        expect(decodeShape(sent(encodeShape(value)))).toEqual(value);
      }),
    );
  });

  it('comes back with what is TRUE where all is zero', () => {
    const columns = [{ name: 'x', type: { kind: 'boolean' } }] as const;
    const rows = [[0], [7, 2]].map((positions) => ({ cells: [{ kind: 'zero', positions }] }));
    const value = { columns, rows } as ResultShape;
    expect(decodeShape(sent(encodeShape(value)))).toEqual(value);
  });

  it('is the same text for the same shape, whatever the order of its members', () => {
    const value: RelationCell = { kind: 'text', planes: [], isNull: 1 };
    const other: RelationCell = { isNull: 1, planes: [], kind: 'text' };
    const text = (columns: RelationCell[]) =>
      JSON.stringify(encodeShape({ columns: [], relation: { rows: 0, columns }, rows: [] }));
    expect(text([value])).toBe(text([other]));
  });

  const base = { columns: [{ name: 'a', type: { kind: 'double' } }], rows: [] };
  const relation = (cell: unknown, more: object = {}) => ({
    ...base,
    relation: { rows: 1, columns: [cell], ...more },
  });
  const number = { kind: 'number', planes: [0], signed: false };
  const quotient = { kind: 'quotient', magnitude: [0], inexact: 1, shift: 0, after: [] };

  it.each([
    ['no relation', { ...base, relation: null }],
    ['too many rows', relation(number, { rows: 2 ** 22 + 1 })],
    ['a fraction of a row', relation(number, { rows: 0.5 })],
    ['a negative plane', relation({ ...number, planes: [-1] })],
    ['a plane that is no number', relation({ ...number, planes: ['0'] })],
    ['too many planes', relation({ ...number, planes: new Array(5000).fill(0) })],
    ['too many planes of an order', relation(number, { order: new Array(5000).fill(0) })],
    ['no sign', relation({ kind: 'number', planes: [0] })],
    ['an unknown cell', relation({ kind: 'other' })],
    ['no cell', relation(null)],
    ['a fraction of a byte', relation({ kind: 'text', planes: [0] })],
    ['a dictionary of numbers', relation({ kind: 'code', planes: [0], dictionary: [1] })],
    ['too few public values', relation({ kind: 'constants', values: [] })],
    ['too many public values', relation({ kind: 'constants', values: [null, null] })],
    ['a public double', relation({ kind: 'constants', values: [0.5] })],
    ['a huge public number', relation({ kind: 'constants', values: [{ int: '9'.repeat(500) }] })],
    ['a huge shift', relation({ ...quotient, shift: 1e6 })],
    ['a huge negative shift', relation({ ...quotient, shift: -1e6 })],
    ['no inexact bit', relation({ ...quotient, inexact: undefined })],
    ['an unknown step', relation({ ...quotient, after: [{ fn: 'exec' }] })],
    ['many digits', relation({ ...quotient, after: [{ fn: 'round', digits: 1e9 }] })],
    ['a bare operand', relation({ ...quotient, after: [{ fn: '+', value: 1, swapped: true }] })],
    [
      'an odd operand',
      relation({ ...quotient, after: [{ fn: '+', value: '1_0', swapped: true }] }),
    ],
    [
      'another spelling',
      relation({ ...quotient, after: [{ fn: '+', value: '1.0', swapped: true }] }),
    ],
    ['no direction', relation({ ...quotient, after: [{ fn: '+', value: '1' }] })],
    [
      'a key that is no column',
      { ...base, sort: [{ column: 1, descending: true, nullsFirst: true }] },
    ],
    ['a comparison of nothing', { ...base, rows: [{ cells: [{ kind: 'zero', positions: [] }] }] }],
    ['a key without direction', { ...base, sort: [{ column: 0, nullsFirst: true }] }],
  ])('is refused with %s', (_, value) => {
    expect(() => decodeShape(sent(value))).toThrowError(refused);
  });
});
