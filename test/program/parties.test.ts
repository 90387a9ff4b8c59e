import { beforeAll, describe, expect, it } from 'vitest';
import type { TableVersion } from '../../src/catalog/table.ts';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import { checkProgram } from '../../src/compiler/check-program.ts';
import { numbersOfPlanes } from '../../src/program/clear-bits.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { measure, SEAL_OVERHEAD_BYTES } from '../../src/program/measure.ts';
import { batchesOf } from '../../src/program/measure-verification.ts';
import type { Program } from '../../src/program/program.ts';
import type { MemoryStore } from '../../src/storage/memory-store.ts';
import { Rng } from '../oracle/rng.ts';
import type { TestTable } from '../oracle/tables.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { clearRows } from '../sql/clear-rows.ts';
import { randomProgram, relationOf } from './random-program.ts';
import { runParties, SECURITIES, secured, storesWith } from './run-parties.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 61);
const isLong = process.env['TACIT_LONG'] === '1';
const PROGRAMS = isLong ? 60 : 6;

/** Rows of each owner; a chunk never spans two of them. */
const SHAPES: readonly (readonly number[])[] = [
  [1500, 0, 1500],
  [1024, 1025, 951],
  [2049],
  [1],
  [63, 64, 65],
  [191, 192, 193],
  [0],
  [0, 0, 0],
];

/** A program shows the same values and cost in the clear evaluator, by measurement and at real parties. */
async function compare(
  program: Program,
  version: TableVersion,
  table: TestTable,
  stores: readonly MemoryStore[],
): Promise<void> {
  checkProgram(program);
  const clear = evaluate(program, clearRows([version], [table]));
  const run = await runParties(program, stores);
  const { total, operators } = measure(program, true, run.sorts);
  expect(run.rounds).toBe(total.rounds);
  expect(run.bytesSent).toEqual(total.bytesPerParty);
  expect(run.andGates).toBe(total.andGates);
  expect(run.multiplications).toBe(total.multiplications);
  const verified = program.suite.security === 'active' ? 1 : 0;
  expect(operators.length).toBe(program.operators.length + verified + 1);
  if (verified === 1) {
    const expected = batchesOf(program, run.sorts).map(({ id, shape }) => ({ batch: id, shape }));
    expect(run.batches).toEqual(expected);
  }
  const masked = new Set(program.results.tests.map(({ to }) => to));
  program.results.reveal.forEach((scalar, k) => {
    if (masked.has(scalar)) expect(run.values[k] === 0n).toBe(clear.scalars[k] === 0n);
    else expect(run.values[k]).toBe(clear.scalars[k]);
  });
  const { planes } = program.results;
  if (planes !== undefined) {
    expect(numbersOfPlanes(run.planes, planes.rows)).toEqual(
      numbersOfPlanes(clear.planes, planes.rows),
    );
  }
  const sealed = run.payloads.reduce((sum, bytes) => sum + SEAL_OVERHEAD_BYTES + bytes.length, 0);
  expect(sealed).toBe(total.bytesToAnalyst);
}

describe.each(SHAPES.map((owners) => ({ owners })))('owners with $owners rows', ({ owners }) => {
  const table = plainTable(owners, variedRow);
  let stores: MemoryStore[];
  let version: TableVersion;

  beforeAll(async () => {
    stores = await storesWith(table);
    version = stores[0]?.tables()[0] as TableVersion;
  });

  it.each([1, 2, 3])('random programs in %i lanes', async (lanes) => {
    for (let k = 0; k < PROGRAMS; k++) {
      const seed = SEED + 1000 * k + lanes;
      const rng = new Rng(seed);
      const options = {
        chunkRows: rng.pick([1024, 2048]),
        lanes,
        stages: 1 + rng.below(2),
        relations: 6,
      };
      const program = randomProgram(rng, version, options);
      const securities = isLong ? SECURITIES : ([k % 2 === 0 ? 'active' : 'passive'] as const);
      for (const security of securities) {
        await compare(secured(program, security), version, table, stores).catch(
          (error: unknown) => {
            const text = `seed ${seed}, rows ${owners}, ${security}, ${JSON.stringify(options)}`;
            throw new Error(text, { cause: error });
          },
        );
      }
    }
  });
});

describe('programs without rows', () => {
  it('open public constants', async () => {
    const program: Program = {
      format: 3,
      suite: { parties: 3, threshold: 1, security: 'passive' },
      stages: [],
      results: {
        scalars: 3,
        folds: 0,
        relations: 0,
        constants: [
          { scalar: 0, value: 7n },
          { scalar: 2, value: 0n },
        ],
        tests: [{ of: 2, to: 1 }],
        reveal: [2, 1, 0],
        operator: 0,
      },
      operators: ['reveal'],
    };
    const run = await runParties(program, await storesWith());
    expect(run.values).toEqual([0n, 0n, 7n]);
    expect(run.rounds).toBe(measure(program).total.rounds);
    expect(run.bytesSent).toEqual(measure(program).total.bytesPerParty);
  });

  it('cost nothing if they open nothing', () => {
    const results = {
      scalars: 0,
      folds: 0,
      relations: 0,
      constants: [],
      tests: [],
      reveal: [],
      operator: 0,
    };
    const suite = { parties: 3, threshold: 1, security: 'passive' } as const;
    const { total } = measure({ format: 3, suite, stages: [], results, operators: ['reveal'] });
    expect(total).toEqual({
      rounds: 0,
      bytesPerParty: [0, 0, 0],
      bytesToAnalyst: 0,
      andGates: 0,
      multiplications: 0,
    });
  });
});

describe('zero tests', () => {
  it('open a fresh random value for everything but zero', async () => {
    const b = new CircuitBuilder();
    const table = plainTable([5], variedRow);
    const stores = await storesWith(table);
    const version = stores[0]?.tables()[0] as TableVersion;
    const program: Program = {
      format: 3,
      suite: { parties: 3, threshold: 1, security: 'passive' },
      stages: [
        {
          kind: 'rows',
          source: { kind: 'stored', relation: relationOf(version) },
          folds: [],
          chunkRows: 1024,
          lanes: 1,
          bits: [],
          fields: [{ column: 0, limb: 0, register: 0 }],
          circuit: b.build([]),
          registers: 1,
          steps: [],
          reductions: [{ kind: 'sum', a: 0, scalar: 0 }],
          operator: 0,
        },
      ],
      results: {
        scalars: 3,
        folds: 0,
        relations: 0,
        constants: [{ scalar: 1, value: 0n }],
        tests: [{ of: 0, to: 2 }],
        reveal: [0, 2],
        operator: 0,
      },
      operators: ['all'],
    };
    const runs = [await runParties(program, stores), await runParties(program, stores)];
    const masked = runs.map(({ values }) => values[1]);
    expect(runs.map(({ values }) => values[0])).toEqual([10n, 10n]);
    expect(new Set([...masked, 0n, 10n]).size).toBe(4);
  });
});
