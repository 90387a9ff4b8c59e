import { describe, expect, it } from 'vitest';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import type { ResultShape } from '../../src/planner/result-shape.ts';

const SHAPE: ResultShape = {
  columns: [
    { name: 'state', type: { kind: 'varchar' } },
    { name: 'total', type: { kind: 'hugeint' } },
    { name: 'mean', type: { kind: 'double' } },
  ],
  rows: ['ca', null].map((state, i) => ({
    presence: 5 * i,
    cells: [
      { kind: 'constant', value: state },
      {
        kind: 'number',
        limbs: [
          { shift: 0, position: 5 * i + 1 },
          { shift: 32, position: 5 * i + 2 },
        ],
        notNull: 5 * i + 3,
      },
      {
        kind: 'quotient',
        numerator: [{ shift: 0, position: 5 * i + 1 }],
        denominator: 5 * i + 4,
        scale: 2,
      },
    ],
  })),
};

describe('decodeRows', () => {
  it('joins limbs, divides exactly and knows NULL', () => {
    const opened = [9n, 700n, -(2n ** 40n), 1n, 2n, 1n, 5n, 0n, 0n, 0n];
    expect(decodeRows(SHAPE, opened)).toEqual([
      ['ca', (700n - 2n ** 72n).toString(), 3.5],
      [null, null, null],
    ]);
  });

  it('leaves out groups without rows', () => {
    const opened = [0n, 0n, 0n, 0n, 0n, 1n, 5n, 0n, 1n, 4n];
    expect(decodeRows(SHAPE, opened)).toEqual([[null, 5, 0.0125]]);
  });

  it('refuses a position that was not opened', () => {
    expect(() => decodeRows(SHAPE, [1n])).toThrowError(
      expect.objectContaining({ code: 'PEER_PROTOCOL' }),
    );
  });
});
