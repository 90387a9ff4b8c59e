import { beforeAll, describe, expect, it } from 'vitest';
import type { Reveal, TableVersion } from '../../src/catalog/table.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { directPlanner, type Planner } from '../../src/engine/planner.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';

/** A party whose operator patched the policy away: it plans as if owners had allowed everything. */
const lawless: Planner = {
  ...directPlanner(nodeCrypto),
  plan: (question, tables) => directPlanner(nodeCrypto).plan(question, tables.map(allowAll)),
};

function allowAll(version: TableVersion): TableVersion {
  const columns = version.definition.columns.map((column) => ({
    ...column,
    reveal: 'rows' as Reveal,
  }));
  return { ...version, definition: { ...version.definition, columns } };
}

/** `n`, `word` and `flag` serve conditions only. */
function guarded(): TestTable {
  const table = randomTable(5, { rows: 40, owners: 2 });
  const columns = table.definition.columns.map((column) => {
    const isSecret = ['n', 'word', 'flag'].includes(column.name);
    return { ...column, reveal: isSecret ? ('never' as const) : ('aggregate' as const) };
  });
  return { ...table, definition: { ...table.definition, columns } };
}

const FORBIDDEN = [
  'SELECT MAX(n) FROM t',
  'SELECT SUM(n + id) FROM t WHERE id = 7',
  'SELECT COUNT(n) FROM t',
  'SELECT SUM(CASE WHEN n > 5 THEN 1 ELSE 0 END) FROM t',
  'SELECT COUNT(*) FILTER (WHERE n > 5) FROM t',
  'SELECT BOOL_OR(flag) FROM t',
  'SELECT word, COUNT(*) FROM t GROUP BY word',
  'SELECT DISTINCT word FROM t',
  'SELECT COUNT(DISTINCT word) FROM t',
  'SELECT COUNT(*) FROM t GROUP BY CASE WHEN flag THEN 1 ELSE 2 END',
  'SELECT few, COUNT(*) FROM t GROUP BY few HAVING MIN(n) > 0',
  'SELECT few, COUNT(*) FROM t GROUP BY few ORDER BY SUM(n) LIMIT 1',
  'SELECT AVG(x) FROM (SELECT COALESCE(n, 0) AS x FROM t) s',
  'WITH s AS (SELECT word AS w FROM t) SELECT MIN(w) FROM s',
  "SELECT COUNT(*) FROM t GROUP BY UPPER(word) = 'NY'",
  'SELECT /*+ JOIN_ROWS(DISCLOSED) */ COUNT(*) FROM t x JOIN t y ON x.flag = y.flag WHERE x.few < y.few',
] as const;

describe.each([0, 1, 2])('party %i alone keeps to the policy', (honest) => {
  let consortium: Consortium;
  beforeAll(async () => {
    consortium = await inProcessConsortium([guarded()], undefined, (parts) =>
      parts.self === honest ? parts : { ...parts, planner: lawless },
    );
  });

  it.each(FORBIDDEN)('%s', async (sql) => {
    const refused = await consortium.query(sql).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(TacitError);
    expect(refused).toMatchObject({ code: 'SQL_POLICY' });
    expect(String(refused)).toMatch(/column "(n|word|flag)" of t is never revealed/);
  });

  it('answers what the policy allows', async () => {
    const { rows } = await consortium.query('SELECT COUNT(*), MAX(few) FROM t WHERE id > 5');
    expect(rows).toHaveLength(1);
  });
});

it.each([
  'SELECT COUNT(*) FROM t WHERE n <> id',
  'SELECT few, AVG(id) FROM t WHERE n <> id GROUP BY few',
  'SELECT MAX(c) FROM (SELECT few, COUNT(*) AS c FROM t WHERE n <> id GROUP BY few) s',
  'SELECT COUNT(*) FROM t x JOIN t y USING (id) WHERE x.n <> x.id AND y.few > 1',
  'SELECT COUNT(*) FROM t x LEFT JOIN t y ON x.id = y.id AND y.n <> y.id',
  'SELECT COUNT(*) FROM t x CROSS JOIN t y WHERE x.n <> x.id',
  'SELECT SUM(m) FROM (SELECT id + 1 AS m, n * 2 AS k FROM (SELECT * FROM t WHERE few > 1)) WHERE k <> m',
  'WITH s AS (SELECT id, few, n IS NULL AS u FROM t) SELECT few, MAX(id) FROM s WHERE u GROUP BY few',
  'SELECT COUNT(*) FROM t WHERE id IN (SELECT id FROM t WHERE n <> id)',
  'SELECT MAX(i) FROM (SELECT id AS i FROM t WHERE n <> id UNION ALL SELECT few FROM t) s WHERE i > 3',
])('%s: EXPLAIN says that a condition tells of a secret column', async (sql) => {
  const consortium = await inProcessConsortium([guarded()]);
  const { rows } = await consortium.query(`EXPLAIN ${sql}`);
  expect(rows.flat().join()).toContain('what conditions on n tell, which is never revealed itself');
});

it.each([
  'SELECT COUNT(*) FROM t WHERE id > 5',
  'SELECT COUNT(*) FROM (SELECT * FROM t) x JOIN t y USING (id)',
])('%s: EXPLAIN does not say so', async (sql) => {
  const consortium = await inProcessConsortium([guarded()]);
  const { rows } = await consortium.query(`EXPLAIN ${sql}`);
  expect(rows.flat().join()).not.toContain('never revealed');
});

it.each([
  [
    'SELECT id, few FROM t WHERE id > 5 AND few < 3',
    'which rows are chosen: where id > 5 AND few < 3',
  ],
  [
    'SELECT id FROM t WHERE id IN (SELECT few FROM t WHERE few > 1)',
    'which rows are chosen: where few > 1; with a match for id = few',
  ],
  ['SELECT id, MEDIAN(n) FROM t WHERE few > 1 GROUP BY id', 'which rows are chosen: where few > 1'],
  [
    'SELECT q.id FROM (SELECT id, COUNT(*) AS n FROM t WHERE few > 1 GROUP BY id) q JOIN t ON q.id = t.few',
    'which rows are chosen: where few > 1; joined on few = id',
  ],
  [
    'SELECT id FROM t INTERSECT ALL SELECT few FROM t',
    'which rows are chosen: where both sides have the row, equal rows counted one by one',
  ],
  [
    'SELECT few FROM t EXCEPT SELECT id FROM t WHERE id > 3',
    'which groups exist and meet the second side does not have the row',
  ],
])('%s: EXPLAIN says what chose the rows that are shown', async (sql, what) => {
  const table = randomTable(5, { rows: 40, owners: 2 });
  const columns = table.definition.columns.map((column) => ({
    ...column,
    reveal: 'rows' as const,
  }));
  const shown = { ...table, definition: { ...table.definition, columns } };
  const { rows } = await (await inProcessConsortium([shown])).query(`EXPLAIN ${sql}`);
  expect(rows.flat().join('\n')).toContain(`to analyst: ${what}`);
});
