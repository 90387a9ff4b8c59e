import { beforeAll, describe, expect, it } from 'vitest';
import type { ColumnDefinition, TableVersion } from '../../src/catalog/table.ts';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import { mod } from '../../src/field/p61.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import { measure } from '../../src/program/measure.ts';
import type { Program, RowStage } from '../../src/program/program.ts';
import type { MemoryStore } from '../../src/storage/memory-store.ts';
import type { TestTable } from '../oracle/tables.ts';
import { relationOf } from '../program/random-program.ts';
import { runParties, SECURITIES, secured, storesWith } from '../program/run-parties.ts';

/**
 * Sums that weigh every row by its position: rows that were mixed up, doubled or lost in a chunk or block change
 * them, even where every count is right.
 */
const ID_BITS = 17;
const COLUMNS: readonly ColumnDefinition[] = [
  {
    name: 'id',
    type: { kind: 'integer', name: 'INTEGER' },
    nullable: false,
    bounds: { min: 0n, max: 2n ** BigInt(ID_BITS) - 1n },
  },
  {
    name: 'flag',
    type: { kind: 'boolean' },
    nullable: true,
    bounds: { min: 0n, max: 1n },
  },
];

const idOf = (row: number) => (row * 40_503 + 7) % 2 ** ID_BITS;
const flagOf = (row: number) => (row * row + (row >> 7)) % 5 < 2;
const isNull = (row: number) => row % 31 === 30;

function positionTable(owners: readonly number[]): TestTable {
  let from = 0;
  const parts = owners.map((rows, k) => {
    const start = from;
    from += rows;
    const row = Array.from({ length: rows }, (_, r) => start + r);
    return {
      owner: `owner ${k}`,
      rows,
      columns: [
        { values: BigInt64Array.from(row, (r) => BigInt(idOf(r))) },
        {
          values: BigInt64Array.from(row, (r) => (flagOf(r) && !isNull(r) ? 1n : 0n)),
          nulls: Uint8Array.from(row, (r) => (isNull(r) ? 1 : 0)),
        },
      ],
    };
  });
  return { definition: { name: 't', columns: COLUMNS, keys: [] }, parts };
}

/** sums of id, of the flag, of id * flag, of (id from its bits) * id, and of id * flag * id. */
function positionProgram(version: TableVersion, chunkRows: number, lanes: number): Program {
  const b = new CircuitBuilder();
  const id = Array.from({ length: ID_BITS }, () => b.input());
  const [value, absent] = [b.input(), b.input()];
  const flag = b.and(value, b.not(absent));
  const outputs = Array.from({ length: ID_BITS }, (_, k) => k + 1);
  const sum = (a: number, scalar: number) => ({ kind: 'sum', a, scalar }) as const;
  const dot = (a: number, other: number, scalar: number) =>
    ({ kind: 'dot', a, b: other, scalar, operator: 0 }) as const;
  return {
    format: 3,
    suite: { parties: 3, threshold: 1, security: 'passive' },
    stages: [
      {
        kind: 'rows',
        source: { kind: 'stored', relation: relationOf(version) },
        folds: [],
        chunkRows,
        lanes,
        bits: [
          { column: 0, planes: ID_BITS, inputs: id.map((_, k) => k) },
          { column: 1, planes: 2, inputs: [ID_BITS, ID_BITS + 1] },
        ],
        fields: [{ column: 0, limb: 0, register: 0 }],
        circuit: b.build([flag, ...id]),
        registers: 4,
        steps: [
          { kind: 'inject', pairs: [{ output: 0, to: 1 }], operator: 0 },
          { kind: 'bitsToField', outputs, to: 2, operator: 0 },
          { kind: 'multiply', products: [{ a: 0, b: 1, to: 3 }], operator: 0 },
        ],
        reductions: [sum(0, 0), sum(1, 1), dot(0, 1, 2), dot(2, 0, 3), dot(3, 0, 4)],
        operator: 0,
      },
    ],
    results: {
      ...{ scalars: 5, folds: 0, relations: 0, constants: [] },
      ...{ tests: [], reveal: [0, 1, 2, 3, 4], operator: 0 },
    },
    operators: ['everything'],
  };
}

function expected(rows: number): bigint[] {
  const sums = [0n, 0n, 0n, 0n, 0n];
  for (let row = 0; row < rows; row++) {
    const id = BigInt(idOf(row));
    const flag = flagOf(row) && !isNull(row) ? 1n : 0n;
    [id, flag, id * flag, id * id, id * flag * id].forEach((term, k) => {
      sums[k] = (sums[k] ?? 0n) + term;
    });
  }
  return sums.map(mod);
}

async function check(
  stores: readonly MemoryStore[],
  rows: number,
  chunkRows: number,
  lanes: number,
): Promise<void> {
  const version = stores[0]?.tables()[0] as TableVersion;
  for (const security of SECURITIES) {
    const program = secured(positionProgram(version, chunkRows, lanes), security);
    const run = await runParties(program, stores);
    expect(run.values).toEqual(expected(rows));
    const { total } = measure(program);
    expect([run.rounds, run.bytesSent]).toEqual([total.rounds, total.bytesPerParty]);
  }
}

describe('every row counts once, at its own place', () => {
  it.each([
    { owners: [1023], chunkRows: 1024 },
    { owners: [1024], chunkRows: 1024 },
    { owners: [1025], chunkRows: 1024 },
    { owners: [2047, 1, 2049], chunkRows: 1024 },
    { owners: [0, 5000, 0, 17], chunkRows: 2048 },
    { owners: [127, 128, 129, 1], chunkRows: 4096 },
  ])('owners with $owners rows in chunks of $chunkRows', async ({ owners, chunkRows }) => {
    const rows = owners.reduce((sum, n) => sum + n, 0);
    const stores = await storesWith(positionTable(owners));
    for (const lanes of [1, 2, 5]) await check(stores, rows, chunkRows, lanes);
  });
});

describe('lanes do not write into each other', () => {
  /** The sum of the flag alone, so that injection decides how much scratch memory there is. */
  const injectionOnly = (program: Program): Program => {
    const [stage] = program.stages as [RowStage];
    const steps = stage.steps.filter(({ kind }) => kind === 'inject');
    const reductions = stage.reductions.filter(({ scalar }) => scalar === 1 || scalar === 2);
    return {
      ...program,
      stages: [{ ...stage, steps, reductions }],
      results: { ...program.results, reveal: [1, 2] },
    };
  };

  // A smaller chunk may have a larger injection group: 191 rows are one, 193 are 64 + 64 + 65.
  it.each([
    [191, 193],
    [193, 191],
    [575, 577],
    [577, 575, 576],
    [1, 191, 192],
  ])('chunks of %i and %i rows side by side', async (...owners) => {
    const rows = owners.reduce((sum, n) => sum + n, 0);
    const [, flags, flagged] = expected(rows);
    // Parts are ordered by their random ids: several publications see both orders.
    for (let k = 0; k < 4; k++) {
      const stores = await storesWith(positionTable(owners));
      const version = stores[0]?.tables()[0] as TableVersion;
      for (const lanes of [2, 3]) {
        const run = await runParties(injectionOnly(positionProgram(version, 1024, lanes)), stores);
        expect(run.values).toEqual([flags, flagged]);
      }
    }
  });
});

describe('a part of several stored blocks', () => {
  const ROWS = BLOCK_ROWS + 4_465;
  let stores: MemoryStore[];
  beforeAll(async () => {
    stores = await storesWith(positionTable([ROWS]));
  });

  it.each([
    { what: 'one chunk over both blocks', chunkRows: 131_072, lanes: 1 },
    { what: 'a chunk that begins in the middle of a block', chunkRows: 49_152, lanes: 2 },
    { what: 'a chunk per block', chunkRows: BLOCK_ROWS, lanes: 2 },
  ])('$what', async ({ chunkRows, lanes }) => {
    await check(stores, ROWS, chunkRows, lanes);
  });
});
