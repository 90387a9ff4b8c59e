import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableVersion } from '../../../src/catalog/table.ts';
import { decodeRows } from '../../../src/client/query/decode-rows.ts';
import { LAN } from '../../../src/planner/network.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import { measure } from '../../../src/program/measure.ts';
import { compileSql, versionOf } from '../../compiler/clear.ts';
import { groupedTable } from '../../compiler/relational/grouped-table.ts';
import { inProcessConsortium } from '../../engine/consortium.ts';
import { difference } from '../../oracle/compare.ts';
import { type Oracle, oracle } from '../../oracle/duckdb.ts';
import { Rng } from '../../oracle/rng.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { clearRows, signed } from '../clear-rows.ts';
import { compareQuery } from '../compare-query.ts';

const GROUPS = 'SELECT k, j, COUNT(*) AS n, SUM(x) AS s FROM t GROUP BY k, j';
const BY_J = 'SELECT j, COUNT(*) AS n, SUM(x) AS s FROM t GROUP BY j';
const NUMBERED =
  'SELECT j, k, id, ROW_NUMBER() OVER (PARTITION BY j ORDER BY x NULLS FIRST, id) AS r FROM t';

/** Statements whose operators read rows that come in an order. */
const JOINS: readonly string[] = [
  'SELECT t.j, SUM(u.x), COUNT(*) FROM t JOIN u ON t.j = u.id GROUP BY t.j',
  'SELECT t.j, u.y, MAX(t.x) FROM t JOIN u ON t.j = u.id AND t.y = u.y GROUP BY 1, 2',
  'SELECT t.j, MAX(t.x) FROM t JOIN u ON t.j = u.id AND t.k = u.y GROUP BY 1',
  'SELECT t.k, MAX(t.x) FROM t JOIN u ON t.j = u.id AND t.k = u.y GROUP BY 1',
  'SELECT t.k, COUNT(u.x), SUM(u.price) FROM t LEFT JOIN u ON t.k = u.id GROUP BY 1',
  'SELECT t.id + 0, COUNT(u.x) FROM t LEFT JOIN u ON t.id = u.id GROUP BY 1',
  'SELECT t.j, COUNT(u.x) FROM t LEFT JOIN u ON t.j = u.id GROUP BY 1',
  'SELECT j, COUNT(*) FROM t WHERE j IN (SELECT id FROM u WHERE x > 0) GROUP BY j',
  'SELECT id, k FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.j = t.id) ORDER BY id',
  'SELECT t.id, u.k FROM t JOIN u ON t.id = u.id ORDER BY t.id LIMIT 5',
  `SELECT a.j, a.n, b.n FROM (${BY_J}) a JOIN (${BY_J}) b ON a.j = b.j ORDER BY 1`,
  `SELECT a.j, SUM(b.x) FROM (${BY_J}) a JOIN t b ON a.j = b.j GROUP BY a.j`,
];

/** The same with how many sorts they need. */
const STATEMENTS: readonly (readonly [sql: string, sorts: number])[] = [
  [`SELECT j, n, s FROM (${BY_J}) ORDER BY j LIMIT 4`, 2],
  [`SELECT j, n, s FROM (${BY_J}) WHERE n > 1 ORDER BY j LIMIT 4 OFFSET 1`, 2],
  [`SELECT j, n, s FROM (${BY_J}) ORDER BY j DESC NULLS FIRST LIMIT 4`, 2],
  [`SELECT k, j, n FROM (${GROUPS}) ORDER BY k, j`, 1],
  [`SELECT k, j, n FROM (${GROUPS}) WHERE s > 0 ORDER BY k, j, n DESC LIMIT 7`, 2],
  [`SELECT k, j, n FROM (${GROUPS}) ORDER BY j, k LIMIT 7`, 2],
  [`SELECT DISTINCT k FROM (${GROUPS}) WHERE n > 1`, 2],
  [`SELECT k, COUNT(*), SUM(n), MAX(j) FROM (${GROUPS}) GROUP BY k`, 2],
  [`SELECT j, COUNT(*), SUM(n), MIN(k) FROM (${GROUPS}) GROUP BY j`, 2],
  [`SELECT k, COUNT(DISTINCT n), MEDIAN(n) FROM (${GROUPS}) GROUP BY k`, 2],
  [`SELECT j, n, ROW_NUMBER() OVER (ORDER BY j) AS r FROM (${BY_J}) WHERE n > 1`, 2],
  [`SELECT j, n, LAG(n) OVER (ORDER BY j) AS r, RANK() OVER (ORDER BY n) FROM (${BY_J})`, 3],
  [`SELECT k, j, SUM(n) OVER (PARTITION BY k) AS r FROM (${GROUPS}) WHERE n < 3`, 2],
  [`SELECT k, j, ROW_NUMBER() OVER (PARTITION BY k ORDER BY j) AS r FROM (${GROUPS})`, 2],
  [`SELECT k, j, ROW_NUMBER() OVER (PARTITION BY k ORDER BY j DESC) AS r FROM (${GROUPS})`, 2],
  [`SELECT j, MAX(r), SUM(k) FROM (${NUMBERED}) GROUP BY j`, 1],
  [`SELECT j, MAX(r), SUM(k) FROM (${NUMBERED}) WHERE r <= 2 GROUP BY j`, 2],
  [`SELECT k, MAX(r), MIN(j) FROM (${NUMBERED}) WHERE r <= 2 GROUP BY k`, 2],
  ['SELECT j, COUNT(*) FROM (SELECT j, id FROM t ORDER BY j, id LIMIT 9) GROUP BY j', 1],
  ['SELECT j, COUNT(*) FROM (SELECT j, id FROM t ORDER BY id LIMIT 9) GROUP BY j', 2],
  [`SELECT -k AS m, SUM(n) FROM (${GROUPS}) GROUP BY m`, 2],
  [`SELECT k AS a, k AS b, j, SUM(n) FROM (${GROUPS}) GROUP BY a, b, j`, 2],
];

const ORDERED = /ORDER BY [^()]*$/;

/** The tables t and u, whose rows may be shown; ids are different in every row. */
function drawTables(seed: number, rows: number): TestTable[] {
  const rng = new Rng(seed);
  return ['t', 'u'].map((name) => {
    const { definition, parts } = groupedTable(rng.word(), rows, 1 + rng.below(2));
    const columns = definition.columns.map((column) => ({ ...column, reveal: 'rows' as const }));
    return { definition: { ...definition, name, columns }, parts };
  });
}

/** Of tables that differ in their names. */
function versionsOf(tables: readonly TestTable[]): TableVersion[] {
  return tables.map((table) => {
    const version = versionOf(table);
    const { name } = version.definition;
    const parts = version.parts.map((part) => ({ ...part, id: `${name} ${part.id}` }));
    return { ...version, digest: name, parts };
  });
}

interface Case {
  readonly tables: readonly TestTable[];
  readonly truth: Oracle;
}

async function clearDifference(sql: string, { tables, truth }: Case) {
  const versions = versionsOf(tables);
  const { program, shape } = compileSql(sql, versions);
  const opened = evaluate(program, clearRows(versions, tables));
  const rows = decodeRows(shape, signed(opened));
  return difference(await truth.run(sql), rows, ORDERED.test(sql));
}

describe('rows that come in an order', () => {
  const cases: Case[] = [];
  beforeAll(async () => {
    for (const [seed, rows] of [33, 9, 1].entries()) {
      const tables = drawTables(seed + 1, rows);
      cases.push({ tables, truth: await oracle(tables) });
    }
  });
  afterAll(() => {
    for (const { truth } of cases) truth.close();
  });

  it.each(JOINS)('%s', async (sql) => {
    for (const each of cases) expect(await clearDifference(sql, each)).toBeUndefined();
  });

  it.each(STATEMENTS)('%s: %i sorts', async (sql, sorts) => {
    for (const each of cases) expect(await clearDifference(sql, each)).toBeUndefined();
    const { program } = compileSql(sql, versionsOf(cases[0]?.tables ?? []));
    expect(program.stages.filter(({ kind }) => kind === 'sort')).toHaveLength(sorts);
  });

  it('are not sorted again by three parties', async () => {
    const tables = drawTables(5, 20);
    const truth = await oracle(tables);
    const consortium = await inProcessConsortium(tables);
    const statements = [...JOINS, ...STATEMENTS.map(([sql]) => sql)];
    for (const sql of statements.filter((_, k) => k % 5 === 0)) {
      const query = { sql, ordered: ORDERED.test(sql) };
      const outcome = await compareQuery(query, { tables, truth, consortium }, sql);
      expect(outcome, sql).not.toBeTypeOf('string');
    }
    truth.close();
  });

  it('are gathered bit by bit where there are many', async () => {
    const tables = drawTables(6, 900).slice(0, 1);
    const truth = await oracle(tables);
    const consortium = await inProcessConsortium(tables);
    const sql = `SELECT j, n, s FROM (${BY_J}) WHERE n > 1 ORDER BY j LIMIT 50`;
    const { stages } = compileSql(sql, versionsOf(tables)).program;
    expect(stages.filter(({ kind }) => kind === 'sort')).toHaveLength(1);
    const outcome = await compareQuery({ sql, ordered: true }, { tables, truth, consortium }, sql);
    expect(outcome).not.toBeTypeOf('string');
    truth.close();
  });
});

it('what is gathered after a sort costs less than another sort', () => {
  const versions = versionsOf(drawTables(1, 40));
  const big = versions.map((version) => ({
    ...version,
    parts: version.parts.slice(0, 1).map((part) => ({ ...part, rows: 20_000 })),
  }));
  const cost = (key: string) => {
    const sql = `SELECT ${key}, SUM(u.x) FROM t JOIN u ON t.j = u.id GROUP BY ${key}`;
    return measure(compileSql(sql, big, LAN).program).total.andGates;
  };
  expect(cost('t.j')).toBeLessThan(0.8 * cost('t.k'));
});
