import { describe, expect, it } from 'vitest';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import type { ResultShape } from '../../src/planner/result-shape.ts';

const SHAPE: ResultShape = {
  columns: [
    { name: 'state', type: { kind: 'varchar' } },
    { name: 'total', type: { kind: 'hugeint' } },
  ],
  rows: ['ca', null].map((state, i) => ({
    presence: 4 * i,
    cells: [
      { kind: 'constant', value: state },
      {
        kind: 'number',
        limbs: [
          { shift: 0, position: 4 * i + 1 },
          { shift: 32, position: 4 * i + 2 },
        ],
        notNull: 4 * i + 3,
      },
    ],
  })),
};

const decode = (scalars: readonly bigint[], shape = SHAPE) =>
  decodeRows(shape, { scalars, planes: [] });

describe('decodeRows', () => {
  it('joins limbs and knows NULL', () => {
    expect(decode([9n, 700n, -(2n ** 40n), 1n, 1n, 5n, 0n, 0n])).toEqual([
      ['ca', (700n - 2n ** 72n).toString()],
      [null, null],
    ]);
  });

  it('leaves out groups without rows', () => {
    expect(decode([0n, 0n, 0n, 0n, 1n, 5n, 0n, 1n])).toEqual([[null, 5]]);
  });

  it('sorts what is left', () => {
    const sort = [{ column: 0, descending: false, nullsFirst: true }];
    const opened = [9n, 700n, 0n, 1n, 1n, 5n, 0n, 1n];
    expect(decode(opened, { ...SHAPE, sort })).toEqual([
      [null, 5],
      ['ca', 700],
    ]);
  });

  it('refuses a position that was not opened, and cells beyond the columns', () => {
    const refused = expect.objectContaining({ code: 'PEER_PROTOCOL' });
    expect(() => decode([1n])).toThrowError(refused);
    const narrow = { ...SHAPE, columns: SHAPE.columns.slice(1) };
    expect(() => decode([9n, 700n, 0n, 1n, 1n, 5n, 0n, 1n], narrow)).toThrowError(refused);
  });
});

it('says where all positions are zero', () => {
  const cells = [[0], [1], [0, 2], [0, 1]].map(
    (positions) => ({ kind: 'zero', positions }) as const,
  );
  const columns = cells.map((_, k) => ({ name: `c${k}`, type: { kind: 'boolean' } }) as const);
  const opened = { scalars: [0n, -5n, 0n], planes: [] };
  expect(decodeRows({ columns, rows: [{ cells }] }, opened)).toEqual([[true, false, true, false]]);
  expect(() => decodeRows({ columns, rows: [{ cells }] }, { scalars: [0n], planes: [] })).toThrow(
    expect.objectContaining({ code: 'PEER_PROTOCOL' }),
  );
});
