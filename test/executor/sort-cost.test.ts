import { describe, expect, it } from 'vitest';
import { numbersOfPlanes } from '../../src/program/clear-bits.ts';
import { measure } from '../../src/program/measure.ts';
import { impossibleSorts } from '../../src/program/sort-record.ts';
import { Rng } from '../oracle/rng.ts';
import { runParties, SECURITIES, secured, storesWith } from '../program/run-parties.ts';
import { type Sorting, sortingProgram, stablySorted } from './sorting.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 73);
const WIDTH = 40;
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

describe.each(SECURITIES)('the cost of sorts, %s', (security) => {
  it.each([0, 1, 2, 9, 300, 3000])(
    'of %i rows is what was measured with their record',
    async (rows) => {
      const rng = new Rng(SEED + rows);
      const values = range(rows).map(() => rng.bigint(0n, (1n << BigInt(WIDTH)) - 1n));
      // Networks are for few rows; the last key says one plane twice.
      const method = rows < 1000 ? 'network' : 'quick';
      const sorts: Sorting[] = [
        { key: range(WIDTH - 4), method: 'quick' },
        { key: [3, 4], method },
        { key: [38, 39, 38], method: 'quick' },
      ];
      const program = secured(sortingProgram(values, WIDTH, sorts), security);
      const run = await runParties(program, await storesWith());
      const { total } = measure(program, true, run.sorts);
      expect([run.rounds, run.andGates, run.multiplications]).toEqual([
        ...[total.rounds, total.andGates, total.multiplications],
      ]);
      expect(run.bytesSent).toEqual(total.bytesPerParty);
      expect(run.sorts).toHaveLength(method === 'network' ? 2 : 3);
      expect(impossibleSorts(program, run.sorts)).toBeUndefined();
      const sorted = sorts.reduce((left, { key }) => stablySorted(left, key), values);
      expect(numbersOfPlanes(run.planes, rows)).toEqual(sorted);
    },
  );
});
