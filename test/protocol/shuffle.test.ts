import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planeBytes } from '../../src/field/planes.ts';
import { fromPlanes, toPlanes } from './replicated-bits.ts';
import { atThree, openEnds, shuffling, succeeded } from './shuffling.ts';

const SECURITIES = ['passive', 'active'] as const;
const ROWS = [0, 1, 2, 3, 63, 64, 65, 127, 128, 129, 1000, 40_000];

/** Rows in ascending order. */
function sorted(values: readonly bigint[]): bigint[] {
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

describe.each(SECURITIES)('shuffle, %s', (security) => {
  it.each(ROWS)('keeps whole rows of any width, %i of them', async (rows) => {
    for (const width of rows > 1000 ? [70] : [1, 63, 64, 65, 130]) {
      const values = fc.sample(fc.bigInt(0n, (1n << BigInt(width)) - 1n), rows);
      const { ends } = await atThree(toPlanes(values, width), security, shuffling(rows));
      const results = succeeded(ends);
      const active = rows === 0 ? 0 : 8;
      const passive = rows === 0 ? 0 : 2;
      expect(results.map((end) => end.rounds)).toEqual(
        results.map(() => (security === 'active' ? active : passive)),
      );
      const planes = openEnds(results);
      const shuffled = fromPlanes(planes, rows);
      expect(sorted(shuffled)).toEqual(sorted(values));
      if (rows >= 63 && width >= 63) expect(shuffled).not.toEqual(values);
      // Nothing beyond the rows.
      const all = fromPlanes(planes, 8 * planeBytes(rows));
      expect(all.slice(rows)).toEqual(all.slice(rows).map(() => 0n));
    }
  });
});
