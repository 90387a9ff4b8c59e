import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { numbersOfPlanes } from '../../src/program/clear-bits.ts';
import { measure } from '../../src/program/measure.ts';
import { batchesOf } from '../../src/program/measure-verification.ts';
import type { Program, SortStage, Stage } from '../../src/program/program.ts';
import { expectedSorts, impossibleSorts } from '../../src/program/sort-record.ts';
import { Rng } from '../oracle/rng.ts';
import { runParties, SECURITIES, secured, storesWith } from '../program/run-parties.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 73);
const WIDTH = 40;
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

function sorting(rows: number, method: SortStage['method'], values: readonly bigint[]): Program {
  const key = range(WIDTH - 4);
  const stages: Stage[] = [
    {
      ...{ kind: 'collect', relation: 0, rows, operator: 0 },
      columns: [{ kind: 'constant', values, width: WIDTH }],
    },
    { kind: 'sort', from: 0, to: 1, rows, key, method, operator: 1 },
    { kind: 'sort', from: 1, to: 2, rows, key: [39, 38], method, operator: 1 },
  ];
  return {
    format: 3,
    suite: { parties: 3, threshold: 1, security: 'active' },
    stages,
    results: {
      ...{ scalars: 0, folds: 0, relations: 3, constants: [], tests: [], reveal: [], operator: 0 },
      planes: { relation: 2, rows, planes: range(WIDTH) },
    },
    operators: ['collect', 'sort'],
  };
}

describe.each(SECURITIES)('the cost of sorts, %s', (security) => {
  it.each([0, 1, 2, 9, 300, 3000])(
    'of %i rows is what was measured with their record',
    async (rows) => {
      const rng = new Rng(SEED + rows);
      const values = range(rows).map(() => rng.bigint(0n, (1n << BigInt(WIDTH)) - 1n));
      const program = secured(sorting(rows, 'quick', values), security);
      const run = await runParties(program, await storesWith());
      const { total } = measure(program, true, run.sorts);
      expect([run.rounds, run.andGates, run.multiplications]).toEqual([
        ...[total.rounds, total.andGates, total.multiplications],
      ]);
      expect(run.bytesSent).toEqual(total.bytesPerParty);
      expect(run.sorts).toHaveLength(2);
      expect(impossibleSorts(program, run.sorts)).toBeUndefined();
      const low = (value: bigint) => BigInt.asUintN(WIDTH - 4, value);
      const high = (value: bigint) => ((value >> 39n) & 1n) + 2n * ((value >> 38n) & 1n);
      const sorted = [...values]
        .sort((a, b) => (low(a) < low(b) ? -1 : low(a) > low(b) ? 1 : 0))
        .sort((a, b) => Number(high(a) - high(b)));
      expect(numbersOfPlanes(run.planes, rows)).toEqual(sorted);
    },
  );
});
