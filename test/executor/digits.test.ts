import { describe, expect, it } from 'vitest';
import type { ColumnDefinition, TableVersion } from '../../src/catalog/table.ts';
import { carryDigits } from '../../src/executor/digits.ts';
import { decodeSigned, ELEMENT_BYTES, mod, P } from '../../src/field/p61.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { measure } from '../../src/program/measure.ts';
import type { Program, WideNumber } from '../../src/program/program.ts';
import { carryLevels } from '../../src/program/shapes.ts';
import { getElements, putElements } from '../../src/protocol/elements.ts';
import { reconstructShamir, splitShamir } from '../../src/sharing/shamir.ts';
import type { MemoryStore } from '../../src/storage/memory-store.ts';
import { compileSql, versionOf } from '../compiler/clear.ts';
import { inProcessConsortium } from '../engine/consortium.ts';
import { difference } from '../oracle/compare.ts';
import { oracle } from '../oracle/duckdb.ts';
import { Rng } from '../oracle/rng.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';
import { runParties, secured, storesWith } from '../program/run-parties.ts';
import { atAll, makeParties } from '../protocol/network.ts';
import { clearRows } from '../sql/clear-rows.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 32);
const ALL = [0, 1, 2];
/** Limbs and carries stay strictly inside plus and minus this. */
const LIMIT = (1n << 60n) - 1n;
/** Message rounds of a level: masked opening, 20 AND layers, two rounds of injection. */
const LEVEL_ROUNDS = 23;

/** Numbers of 2 to 5 limbs and the values of their limbs, some extreme. */
function randomNumbers(rng: Rng, count: number): { numbers: WideNumber[]; values: bigint[] } {
  const values: bigint[] = [];
  const numbers = Array.from({ length: count }, () => {
    let shift = rng.below(3);
    let reached = 0n;
    const limbs = Array.from({ length: 2 + rng.below(4) }, () => {
      // The carry into a limb is at most `reached`.
      const end = LIMIT - 1n - reached;
      const value = rng.pick([0n, 1n, -1n, end, -end, rng.bigint(-end, end)]);
      const bits = rng.pick([1, 7, 22, 32, 59, 60]);
      const limb = { of: values.length, to: 0, shift };
      reached = (LIMIT >> BigInt(bits)) + 1n;
      shift += bits;
      values.push(value);
      return limb;
    });
    return { limbs };
  });
  const first = values.length;
  return {
    numbers: numbers.map(({ limbs }) => ({
      limbs: limbs.map((limb) => ({ ...limb, to: first + limb.of })),
    })),
    values,
  };
}

/** The number that limbs or digits stand for. */
const total = ({ limbs }: WideNumber, value: (k: number) => bigint) =>
  limbs.reduce((sum, { shift }, k) => sum + (value(k) << BigInt(shift)), 0n);

/** The only digits a number can have. */
function digitsOf(number: WideNumber, sum: bigint): bigint[] {
  let rest = sum >> BigInt(number.limbs[0]?.shift ?? 0);
  return number.limbs.map(({ shift }, k) => {
    const next = number.limbs[k + 1];
    if (next === undefined) return rest;
    const bits = next.shift - shift;
    const digit = BigInt.asUintN(bits, rest);
    rest = (rest - digit) >> BigInt(bits);
    return digit;
  });
}

/** A program without rows that carries between public limbs. */
function constantProgram(numbers: readonly WideNumber[], values: readonly bigint[]): Program {
  return {
    format: 3,
    suite: { parties: 3, threshold: 1, security: 'passive' },
    stages: [{ kind: 'normalize', numbers, operator: 1 }],
    results: {
      ...{ scalars: 2 * values.length, folds: 0, relations: 0 },
      constants: values.map((value, scalar) => ({ scalar, value: mod(value) })),
      tests: [],
      reveal: values.map((_, k) => values.length + k),
      operator: 0,
    },
    operators: ['reveal', 'carry'],
  };
}

describe('carries between the limbs of shared numbers', () => {
  it.each([1, 2, 40, 129, 300])('of %i numbers', async (count) => {
    const { numbers, values } = randomNumbers(new Rng(SEED + count), count);
    const rng = new Rng(SEED);
    const shares = values.map((v) => splitShamir(mod(v), 3, [rng.bigint(0n, P - 1n)]));
    const parties = await makeParties(3, 1);
    const results = await atAll(parties, async (lane) => {
      const { arena, self } = lane.party;
      const mark = arena.mark();
      const own = [...shares.map((s) => s[self] ?? 0n), ...values.map(() => 0n)];
      const scalars = putElements(arena, own);
      await carryDigits(lane, numbers, 0, scalars);
      expect(lane.rounds).toBe(LEVEL_ROUNDS * carryLevels(numbers).length);
      // The limbs themselves are still there.
      expect(getElements(arena, scalars, values.length)).toEqual(own.slice(0, values.length));
      const out = getElements(arena, scalars + values.length * ELEMENT_BYTES, values.length);
      arena.release(mark);
      return out;
    });
    for (const number of numbers) {
      const digits = number.limbs.map(({ of }) => {
        const row = results.map((result) => result[of] ?? 0n);
        return decodeSigned(reconstructShamir(row, ALL, 1, 'digit'));
      });
      const sum = total(number, (k) => values[number.limbs[k]?.of ?? 0] ?? 0n);
      expect(digits, `seed ${SEED}`).toEqual(digitsOf(number, sum));
    }
  });

  it('cost what measure says, whatever the elements are', async () => {
    const rng = new Rng(SEED + 7);
    for (const count of [1, 3, 130]) {
      const { numbers, values } = randomNumbers(rng, count);
      const wild = values.map((value) => (rng.chance(0.5) ? value : rng.bigint(0n, P - 1n)));
      const security = count % 2 === 0 ? 'active' : 'passive';
      const program = secured(constantProgram(numbers, wild), security);
      const run = await runParties(program, await storesWith());
      const none = { planes: () => [], limb: () => [] };
      expect(run.values).toEqual(evaluate(program, none).scalars);
      const { operators, total: cost } = measure(program);
      expect(run.rounds).toBe(cost.rounds);
      expect(run.bytesSent).toEqual(cost.bytesPerParty);
      expect(run.andGates).toBe(cost.andGates);
      expect(operators[1]?.cost.rounds).toBe(LEVEL_ROUNDS * carryLevels(numbers).length);
    }
  });
});

/** Limbs whose carries are taken, or that a circuit adds up. */
function wideScalars({ stages }: Program): number[] {
  return stages.flatMap((stage) => {
    if (stage.kind === 'normalize') {
      return stage.numbers.flatMap(({ limbs }) => limbs.map(({ of }) => of));
    }
    if (stage.kind !== 'collect') return [];
    return stage.columns.flatMap((column) => (column.kind === 'scalars' ? column.scalars : []));
  });
}

/** A table of one column that takes all 64 bits, and two flags. */
function wideTable(values: readonly bigint[]): TestTable {
  const flag = {
    type: { kind: 'boolean' },
    nullable: false,
    bounds: { min: 0n, max: 1n },
  } as const;
  const columns: ColumnDefinition[] = [
    {
      name: 'c',
      type: { kind: 'integer', name: 'BIGINT' },
      nullable: false,
      bounds: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
    },
    { name: 'flag', ...flag },
    { name: 'other', ...flag },
  ];
  const set = { values: BigInt64Array.from(values, () => 1n) };
  const part = { owner: 'o', rows: values.length };
  return {
    definition: { name: 't', columns, keys: [] },
    parts: [{ ...part, columns: [{ values: BigInt64Array.from(values) }, set, set] }],
  };
}

describe('what is opened of a wide sum', () => {
  const K = 7n * 2n ** 56n + 12_345n;

  /** Values whose sum, or sum of squares, is the same, but whose limbs add up to something else. */
  const PAIRS = [
    { sql: 'SELECT SUM(c) FROM t', left: [2n ** 31n, 2n ** 31n], right: [2n ** 32n, 0n] },
    { sql: 'SELECT SUM(c) FROM t WHERE flag', left: [-1n, 1n], right: [0n, 0n] },
    {
      sql: 'SELECT AVG(c), COUNT(*) FROM t WHERE other OR flag',
      left: [2n ** 40n - 1n, 5n, -6n],
      right: [2n ** 40n, -2n, 0n],
    },
    {
      sql: 'SELECT flag, SUM(c), SUM(2 * c), AVG(c) FROM t GROUP BY flag',
      left: [-(2n ** 63n), 2n ** 32n - 1n, -7n],
      right: [2n ** 32n - 8n, -(2n ** 63n), 0n],
    },
    { sql: 'SELECT AVG(3 * c), MAX(other) FROM t', left: [5n * K, 0n], right: [-3n * K, 8n * K] },
  ];

  const open = async (table: TestTable, sql: string) => {
    const stores: MemoryStore[] = await storesWith(table);
    const version = stores[0]?.tables()[0] as TableVersion;
    const { program } = compileSql(sql, [version]);
    const { tests } = program.results;
    const limbs = wideScalars(program);
    expect(limbs.length).toBeGreaterThan(1);
    for (const limb of limbs) expect(program.results.reveal).not.toContain(limb);
    const { planes: _, ...rest } = program.results;
    const raw = evaluate(
      { ...program, results: { ...rest, tests: [], reveal: limbs } },
      clearRows([version], [table]),
    ).scalars;
    const run = await runParties(program, stores);
    const masked = new Set(tests.map(({ to }) => to));
    return {
      raw,
      opened: run.values.filter((_, k) => !masked.has(program.results.reveal[k] ?? -1)),
      planes: run.planes,
    };
  };

  it.each(PAIRS)('$sql', async ({ sql, left, right }) => {
    const [one, other] = [await open(wideTable(left), sql), await open(wideTable(right), sql)];
    expect(one.raw).not.toEqual(other.raw);
    expect(one.opened).toEqual(other.opened);
    expect(one.planes).toEqual(other.planes);
  });
});

const WIDE_QUERIES = [
  'SELECT SUM(big), AVG(big), SUM(wide), COUNT(*) FROM t WHERE id > 20',
  'SELECT word, flag, SUM(big), AVG(big), SUM(wide) FROM t GROUP BY word, flag',
  'SELECT SUM(big), SUM(n) FROM t WHERE n IS NULL OR few > 0',
];

/** A random table whose declared bounds make all of the queries need several limbs. */
function tableWithWideSums(): TestTable {
  for (let seed = SEED; ; seed++) {
    const table = randomTable(seed, { rows: 90, owners: 2 });
    const programs = WIDE_QUERIES.map((sql) => compileSql(sql, [versionOf(table)]).program);
    if (programs.every((program) => wideScalars(program).length > 1)) return table;
  }
}

describe('answers with wide sums at three parties', () => {
  it('equal DuckDB, at the cost that EXPLAIN says', async () => {
    const table = tableWithWideSums();
    const truth = await oracle([table]);
    const { stores, query } = await inProcessConsortium([table]);
    const [version] = stores[0]?.tables() ?? [];
    for (const sql of WIDE_QUERIES) {
      const { program } = compileSql(sql, [version as TableVersion]);
      const { rows, stats } = await query(sql);
      expect(difference(await truth.run(sql), rows), `seed ${SEED}: ${sql}`).toBeUndefined();
      const { total: cost } = measure(program);
      expect([stats.rounds, stats.andGates]).toEqual([cost.rounds, cost.andGates]);
      expect(stats.bytesSentPerParty).toEqual(cost.bytesPerParty);
    }
    truth.close();
  });
});
