import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { enforceReveal } from '../../src/planner/policy.ts';
import { claims } from './tables.ts';

/** The columns `a`, `n`, `state` and `flag` of claims are never revealed; rows may show `b`, `d`, `note` and `day`. */
function catalog(): Catalog {
  const table = claims();
  const never = new Set(['a', 'n', 'state', 'flag']);
  const rows = new Set(['b', 'd', 'note', 'day']);
  const columns = table.definition.columns.map((column) => {
    if (never.has(column.name)) return { ...column, reveal: 'never' as const };
    return rows.has(column.name) ? { ...column, reveal: 'rows' as const } : column;
  });
  return { tables: [{ ...table, definition: { ...table.definition, columns } }] };
}

function enforce(sql: string): void {
  enforceReveal(bind(parseStatement(sql), catalog()));
}

/** The column that is refused, marked by `^`, in a statement. */
const REFUSED: readonly (readonly [column: string, sql: string])[] = [
  ['a', 'SELECT b FROM claims WHERE a > 3 AND price > 7'],
  ['flag', 'SELECT 1 FROM claims WHERE flag'],
  ['a', 'SELECT b, RANK() OVER (PARTITION BY note ORDER BY d) FROM claims WHERE a > 3'],
  ['a', 'SELECT x.b, y.d FROM claims x JOIN claims y ON x.b = y.b WHERE x.a > 3 AND y.price > 3'],
  ['flag', 'SELECT x.b, y.d FROM claims x LEFT JOIN claims y ON x.b = y.b AND y.flag'],
  ['flag', 'SELECT b FROM claims WHERE d IN (SELECT d FROM claims WHERE flag AND price > 3)'],
  ['flag', 'SELECT b FROM claims EXCEPT SELECT d FROM claims WHERE flag'],
  ['a', 'SELECT DISTINCT b FROM claims WHERE a > 3'],
  ['a', 'SELECT b FROM claims UNION SELECT d FROM claims WHERE a > 3'],
  ['a', 'SELECT SUM(^a) FROM claims'],
  ['a', 'SELECT AVG(^a) FROM claims'],
  ['a', 'SELECT COUNT(^a + n) FROM claims'],
  ['n', 'SELECT COUNT(^n) FROM claims'],
  ['a', 'SELECT MIN(^a) FROM claims'],
  ['a', 'SELECT MAX(^a), COUNT(*) FROM claims WHERE b = 3'],
  ['state', 'SELECT MAX(^state) FROM claims'],
  ['a', 'SELECT VAR_POP(^a) FROM claims'],
  ['a', 'SELECT STDDEV(^a) FROM claims'],
  ['flag', 'SELECT BOOL_OR(^flag) FROM claims'],
  ['state', 'SELECT COUNT(DISTINCT ^state) FROM claims'],
  ['a', 'SELECT SUM(b * ^a) FROM claims'],
  ['a', 'SELECT SUM(b / ^a) FROM claims'],
  ['a', 'SELECT SUM(-(b + ABS(^a) % 7)) FROM claims'],
  ['flag', 'SELECT SUM(CASE WHEN ^flag THEN b ELSE 0 END) FROM claims'],
  ['a', 'SELECT SUM(CASE WHEN b > 3 THEN ^a END) FROM claims'],
  ['n', 'SELECT SUM(COALESCE(^n, b)) FROM claims'],
  ['n', 'SELECT SUM(NULLIF(b, ^n)) FROM claims'],
  ['a', 'SELECT SUM(GREATEST(b, ^a)) FROM claims'],
  ['a', 'SELECT SUM(CAST(^a AS BIGINT)) FROM claims'],
  ['flag', 'SELECT SUM(^flag::INT) FROM claims'],
  ['a', 'SELECT SUM(ROUND(^a, -2)) FROM claims'],
  ['state', 'SELECT SUM(LENGTH(^state)) FROM claims'],
  ['state', "SELECT COUNT(CASE WHEN ^state LIKE 'N%' THEN 1 END) FROM claims"],
  ['flag', 'SELECT COUNT(*) FILTER (WHERE ^flag) FROM claims'],
  ['a', 'SELECT SUM(b) FILTER (WHERE b > ^a) FROM claims'],
  ['state', 'SELECT ^state, COUNT(*) FROM claims GROUP BY state'],
  ['state', 'SELECT COUNT(*) FROM claims GROUP BY ^state'],
  ['state', 'SELECT COUNT(*) FROM claims GROUP BY UPPER(^state)'],
  ['a', 'SELECT COUNT(*) FROM claims GROUP BY ^a > 500'],
  ['flag', 'SELECT ^flag AS f, COUNT(*) FROM claims GROUP BY f'],
  ['flag', 'SELECT COUNT(*), ^flag FROM claims GROUP BY 2'],
  ['flag', 'SELECT COUNT(*), ^flag FROM claims GROUP BY ALL'],
  ['state', 'SELECT DISTINCT ^state FROM claims'],
  ['state', "SELECT DISTINCT CASE WHEN ^state = 'NY' THEN 1 ELSE 2 END FROM claims"],
  ['a', 'SELECT COUNT(*) FROM claims HAVING SUM(^a) > 3'],
  ['a', 'SELECT note, COUNT(*) FROM claims GROUP BY note HAVING MAX(^a) > 3'],
  ['a', 'SELECT note, COUNT(*) FROM claims GROUP BY note ORDER BY SUM(^a)'],
  ['a', 'SELECT note, COUNT(*) FROM claims GROUP BY note ORDER BY AVG(^a) DESC LIMIT 1'],
  ['a', 'SELECT SUM(x) FROM (SELECT ^a AS x FROM claims)'],
  ['a', 'SELECT SUM(y) FROM (SELECT x + 1 AS y FROM (SELECT ^a AS x, b FROM claims))'],
  ['a', 'SELECT MAX(s) FROM (SELECT note, SUM(^a) AS s FROM claims GROUP BY note)'],
  ['state', 'SELECT MAX(c) FROM (SELECT COUNT(*) AS c FROM claims GROUP BY ^state)'],
  ['state', 'SELECT COUNT(*) FROM (SELECT DISTINCT ^state FROM claims)'],
  ['a', 'WITH x AS (SELECT ^a AS secret FROM claims) SELECT SUM(secret) FROM x'],
  [
    'a',
    'WITH x(s) AS (SELECT ^a FROM claims), y AS (SELECT s * 2 AS t FROM x) SELECT MIN(t) FROM y',
  ],
  ['a', 'SELECT SUM(^a) FROM (SELECT * FROM claims)'],
  ['a', 'SELECT SUM(c.^a) FROM claims AS c'],
  ['a', 'SELECT ^a FROM claims'],
  ['a', 'SELECT * FROM claims'],
  ['state', 'SELECT b, UPPER(^state) FROM claims'],
  ['a', 'SELECT b FROM claims ORDER BY ^a'],
  ['a', 'SELECT b FROM claims ORDER BY ^a LIMIT 1'],
  ['a', 'SELECT COUNT(*) FROM (SELECT b FROM claims ORDER BY ^a LIMIT 10)'],
  ['a', 'SELECT COUNT(*) FROM claims x JOIN claims y ON ^x.a = y.b'],
  ['a', 'SELECT COUNT(*) FROM claims x JOIN claims y ON x.b = ^y.a'],
  ['a', 'SELECT COUNT(*) FROM claims x JOIN claims y USING (a)'],
  ['a', 'SELECT COUNT(*) FROM claims x, claims y WHERE ^x.a = y.b'],
  ['a', 'SELECT COUNT(*) FROM claims x, claims y WHERE ^x.a < y.b'],
  ['flag', 'SELECT COUNT(*) FROM claims x JOIN claims y ON x.b = y.b WHERE ^x.flag OR y.b > 3'],
  ['a', 'SELECT COUNT(*) FROM claims x LEFT JOIN claims y ON x.b = y.b AND ^x.a > 3'],
  ['a', 'SELECT COUNT(*) FROM claims x LEFT JOIN claims y ON x.b = y.b WHERE ^y.a > 3'],
  ['a', 'SELECT COUNT(*) FROM claims x LEFT JOIN claims y ON x.b = y.b WHERE ^y.a IS NULL'],
  ['a', 'SELECT COUNT(*) FROM claims x FULL JOIN claims y ON x.b = y.b AND ^x.a > 3'],
  ['a', 'SELECT SUM(^y.a) FROM claims x JOIN claims y ON x.b = y.b'],
  [
    'a',
    'SELECT SUM(^y.s) FROM claims x LEFT JOIN (SELECT b, a + 1 AS s FROM claims) y ON x.b = y.b',
  ],
  ['a', 'SELECT COUNT(*) FROM claims WHERE ^a IN (SELECT b FROM claims)'],
  ['a', 'SELECT COUNT(*) FROM claims WHERE b IN (SELECT ^a FROM claims)'],
  ['a', 'SELECT COUNT(*) FROM claims WHERE b NOT IN (SELECT ^a FROM claims)'],
  ['a', 'SELECT COUNT(*) FROM claims x WHERE EXISTS (SELECT 1 FROM claims y WHERE ^y.a = x.b)'],
  ['a', 'SELECT COUNT(*) FROM claims x WHERE NOT EXISTS (SELECT 1 FROM claims y WHERE y.b < ^x.a)'],
  ['a', 'SELECT COUNT(*) FROM claims WHERE b > (SELECT MAX(^a) FROM claims)'],
  ['a', 'SELECT b FROM claims UNION ALL SELECT ^a FROM claims'],
  ['a', 'SELECT b FROM claims UNION SELECT ^a FROM claims'],
  ['a', 'SELECT ^a FROM claims EXCEPT SELECT b FROM claims'],
  ['a', 'SELECT SUM(^x) FROM (SELECT b AS x FROM claims UNION ALL SELECT a FROM claims)'],
  [
    'a',
    'SELECT COUNT(*) FROM (SELECT a AS x FROM claims UNION ALL SELECT b FROM claims) WHERE ^x > 3',
  ],
  ['a', 'SELECT b, RANK() OVER (ORDER BY ^a) FROM claims'],
  ['a', 'SELECT COUNT(*) FROM (SELECT RANK() OVER (ORDER BY ^a) AS r FROM claims) WHERE r < 10'],
  ['state', 'SELECT MAX(c) FROM (SELECT COUNT(*) OVER (PARTITION BY ^state) AS c FROM claims)'],
  ['a', 'SELECT b, LAG(^a) OVER (ORDER BY b) FROM claims'],
  ['flag', 'SELECT b, COUNT(*) FILTER (WHERE ^flag) OVER () FROM claims'],
  ['a', 'SELECT SUM(SUM(^a)) OVER () FROM claims GROUP BY note'],
  ['a', 'SELECT MEDIAN(^a) FROM claims'],
  ['a', 'SELECT QUANTILE_DISC(^a, 0.9) FROM claims'],
];

/** Columns of which only aggregates may be shown. */
const AGGREGATE_ONLY: readonly (readonly [column: string, sql: string])[] = [
  ['price', 'SELECT b FROM claims WHERE price > 3'],
  ['price', 'SELECT price FROM claims'],
  ['price', 'SELECT b, price * 2 FROM claims'],
  ['price', 'SELECT CASE WHEN price > 3 THEN 1 ELSE 2 END FROM claims'],
  ['price', 'SELECT x FROM (SELECT price AS x FROM claims)'],
  [
    'price',
    'SELECT y.x FROM claims c LEFT JOIN (SELECT b, price + 1 AS x FROM claims) y ON c.b = y.b',
  ],
  ['price', 'SELECT b FROM claims ORDER BY price'],
  ['price', 'SELECT b FROM claims ORDER BY price DESC LIMIT 1'],
  ['price', 'SELECT b FROM (SELECT b FROM claims ORDER BY price LIMIT 1)'],
  ['price', 'SELECT b FROM claims UNION ALL SELECT price FROM claims'],
  ['price', 'SELECT b, LAG(price) OVER (ORDER BY b) FROM claims'],
  ['price', 'SELECT b, FIRST_VALUE(price) OVER (ORDER BY b) FROM claims'],
  ['price', 'SELECT b, RANK() OVER (ORDER BY price) FROM claims'],
  ['price', 'SELECT b, SUM(price) OVER (ORDER BY b) FROM claims'],
  ['price', 'SELECT b, AVG(price) OVER () FROM claims'],
  ['price', 'SELECT b, COUNT(*) OVER (PARTITION BY price) FROM claims'],
  ['price', 'SELECT b, COUNT(*) FILTER (WHERE price > 3) OVER () FROM claims'],
  [
    'price',
    'SELECT b FROM (SELECT b, ROW_NUMBER() OVER (ORDER BY price) AS r FROM claims) WHERE r = 1',
  ],
  ['price', 'SELECT b FROM (SELECT b, MAX(price) OVER () AS m FROM claims) WHERE m > 3'],
  [
    'price',
    'SELECT x.b FROM claims x JOIN (SELECT b, RANK() OVER (ORDER BY price) AS r FROM claims) y ON x.d = y.r',
  ],
  [
    'price',
    'SELECT x.b FROM claims x SEMI JOIN (SELECT b, RANK() OVER (ORDER BY price) AS r FROM claims) y ON x.d = y.r',
  ],
  ['price', 'SELECT x.b, y.b FROM claims x JOIN claims y ON x.price = y.b'],
  ['price', 'SELECT x.b, y.b FROM claims x JOIN claims y ON x.b = y.b AND x.price < y.d'],
  ['price', 'SELECT x.b, y.b FROM claims x LEFT JOIN claims y ON x.b = y.b AND x.price > 3'],
  ['rate', 'SELECT x.b FROM claims x JOIN claims y USING (rate)'],
  ['price', 'SELECT b FROM claims WHERE price IN (SELECT b FROM claims)'],
  ['price', 'SELECT b FROM claims WHERE b NOT IN (SELECT price FROM claims)'],
  [
    'price',
    'SELECT b FROM claims x WHERE NOT EXISTS (SELECT 1 FROM claims y WHERE y.price > x.price)',
  ],
  ['price', 'SELECT (SELECT price FROM claims ORDER BY b LIMIT 1)'],
  ['price', 'SELECT b FROM claims EXCEPT SELECT d FROM claims WHERE price > 3'],
  ['price', 'SELECT b FROM claims EXCEPT SELECT price FROM claims'],
  ['price', 'SELECT b FROM claims EXCEPT ALL SELECT price FROM claims'],
  ['price', 'SELECT b FROM claims INTERSECT SELECT d FROM claims WHERE price > 3'],
  ['price', 'SELECT b FROM claims INTERSECT ALL SELECT price + 1 FROM claims'],
  ['price', 'SELECT b FROM claims WHERE price > 3 INTERSECT SELECT d FROM claims'],
  ['price', 'SELECT b FROM claims UNION SELECT d FROM claims WHERE price > 3'],
  [
    'price',
    'SELECT b, d FROM claims EXCEPT SELECT b, d FROM claims WHERE price > 3 ORDER BY 1 LIMIT 3',
  ],
  [
    'price',
    '(SELECT b FROM claims EXCEPT SELECT d FROM claims WHERE price > 3) UNION ALL SELECT d FROM claims',
  ],
  ['price', 'SELECT DISTINCT b FROM claims WHERE price > 3'],
  ['price', 'SELECT b FROM claims WHERE price > 3 GROUP BY b'],
  ['price', 'SELECT DISTINCT b, rate FROM claims WHERE price > 3'],
  [
    'price',
    'SELECT x.b FROM claims x JOIN (SELECT DISTINCT d FROM claims WHERE price > 3) y USING (d)',
  ],
  ['price', 'SELECT b FROM claims WHERE b IN (SELECT DISTINCT price FROM claims)'],
  [
    'price',
    'SELECT b FROM claims WHERE b NOT IN (SELECT price FROM claims GROUP BY price HAVING COUNT(*) > 1)',
  ],
  [
    'price',
    'SELECT x.b FROM claims x JOIN (SELECT price AS p, COUNT(*) AS c FROM claims GROUP BY price) y ON x.b = y.p',
  ],
  [
    'price',
    'SELECT x.b FROM claims x, (SELECT price AS p, COUNT(*) AS c FROM claims GROUP BY price) y WHERE y.p > 3 AND x.b = y.c',
  ],
  [
    'price',
    'SELECT x.b FROM claims x, (SELECT price AS p FROM claims UNION SELECT rate FROM claims) y WHERE x.b < y.p',
  ],
  ['price', 'SELECT b FROM claims WHERE b = (SELECT b FROM claims ORDER BY price LIMIT 1)'],
];

const ROWS_ALLOWED = [
  'SELECT b, d + 1, UPPER(note) FROM claims',
  'SELECT b FROM claims ORDER BY d DESC LIMIT 3',
  'SELECT b FROM claims WHERE d > (SELECT AVG(price) FROM claims)',
  'SELECT b, (SELECT SUM(price) FROM claims WHERE flag) FROM claims',
  'SELECT b FROM claims EXCEPT SELECT d FROM claims WHERE b > 3',
  'SELECT b, COUNT(*) FROM claims WHERE price > 3 AND flag GROUP BY b',
  'SELECT b FROM claims WHERE flag GROUP BY b HAVING SUM(price) > 10',
  'SELECT b FROM claims WHERE b IN (SELECT MAX(price) FROM claims GROUP BY note)',
  'SELECT x.b FROM claims x JOIN (SELECT note, SUM(price) AS s FROM claims GROUP BY note) y USING (note) WHERE s > 3',
  'SELECT DISTINCT price FROM claims WHERE flag AND price > 3',
  'SELECT DISTINCT b, price FROM claims WHERE price > 3',
  'SELECT b, price FROM claims GROUP BY b, price HAVING price > 3 ORDER BY price LIMIT 3',
  'SELECT price FROM claims WHERE flag EXCEPT SELECT b FROM claims',
  'SELECT COUNT(*) FROM (SELECT b FROM claims INTERSECT SELECT price FROM claims WHERE flag)',
  'SELECT COUNT(*) FROM (SELECT DISTINCT b FROM claims WHERE flag) x JOIN claims USING (b)',
  'SELECT p, c FROM (SELECT price AS p, COUNT(*) AS c FROM claims GROUP BY price) WHERE p IN (SELECT b FROM claims) AND p > 3',
  'SELECT x.p, y.c FROM (SELECT DISTINCT price AS p FROM claims) x JOIN (SELECT price AS p, COUNT(*) AS c FROM claims GROUP BY price) y USING (p)',
  'SELECT price, COUNT(*) FROM claims GROUP BY price',
  'SELECT MAX(price), MEDIAN(price), COUNT(DISTINCT price) FROM claims',
  'SELECT SUM(x.price * y.rate) FROM claims x JOIN claims y ON x.price = y.price',
  'SELECT COUNT(*) FROM claims x JOIN claims y ON x.b = y.b WHERE x.a > 3 AND y.flag',
  'SELECT COUNT(*) FROM claims x LEFT JOIN claims y ON x.b = y.b AND y.a > 3 WHERE x.flag',
  'SELECT COUNT(*) FROM claims x JOIN claims y ON x.b = y.b AND x.flag',
  'SELECT note, SUM(price), RANK() OVER (ORDER BY SUM(price)) FROM claims GROUP BY note',
  'SELECT SUM(price) FROM (SELECT price FROM claims ORDER BY price LIMIT 10)',
  'SELECT AVG(s) FROM (SELECT SUM(price) OVER (PARTITION BY note) AS s FROM claims)',
  'SELECT price FROM claims UNION SELECT b FROM claims',
  'SELECT SUM(y.s) FROM claims x LEFT JOIN (SELECT b, a, d + 1 AS s FROM claims) y ON x.b = y.b',
];

const ALLOWED = [
  'SELECT COUNT(*), SUM(b) FROM claims WHERE a > 3',
  "SELECT note, AVG(b) FROM claims WHERE state = 'NY' AND flag GROUP BY note",
  'SELECT SUM(x) FROM (SELECT b AS x, a FROM claims) WHERE a > 3',
  'WITH x AS (SELECT b, flag FROM claims WHERE n IS NULL) SELECT SUM(b) FROM x WHERE flag',
  'SELECT SUM(b) FROM claims WHERE CASE WHEN flag THEN a ELSE n END > 10',
  'SELECT SUM(b), MIN(day), MAX(note) FROM claims',
  'SELECT 1 + 1',
];

describe('columns that are never revealed', () => {
  it.each(REFUSED)('%s: %s', (column, marked) => {
    const sql = marked.replace('^', '');
    const thrown = caught(() => enforce(sql));
    expect(thrown).toBeInstanceOf(TacitError);
    if (!(thrown instanceof TacitError)) return;
    expect(thrown.code).toBe('SQL_POLICY');
    expect(thrown.message).toContain(`"${column}"`);
    expect(thrown.position?.line).toBe(1);
  });

  it.each(REFUSED)('are shown if they need not be hidden: %s: %s', (_, marked) => {
    const plan = bind(parseStatement(marked.replace('^', '')), open());
    expect(() => enforceReveal(plan)).not.toThrow();
  });

  it.each(ALLOWED)('may be read by WHERE: %s', (sql) => {
    expect(() => enforce(sql)).not.toThrow();
  });

  it.each(ROWS_ALLOWED)('hinder nothing else: %s', (sql) => {
    expect(() => enforce(sql)).not.toThrow();
  });

  it('names a column that is read', () => {
    const thrown = caught(() => enforce('SELECT SUM(b), SUM(a) FROM claims'));
    expect(String(thrown)).toContain('"a" of claims');
  });
});

describe('columns that only aggregates reveal', () => {
  it.each(AGGREGATE_ONLY)('%s: %s', (column, sql) => {
    const thrown = caught(() => enforce(sql));
    expect(thrown).toBeInstanceOf(TacitError);
    if (!(thrown instanceof TacitError)) return;
    expect(thrown.code).toBe('SQL_POLICY');
    expect(thrown.message).toContain(`"${column}"`);
    expect(thrown.message).toContain('aggregates only');
    expect(thrown.position?.line).toBe(1);
  });

  it.each(AGGREGATE_ONLY)('are shown if rows may be: %s: %s', (_, sql) => {
    expect(() => enforceReveal(bind(parseStatement(sql), open()))).not.toThrow();
  });
});

/** All columns may be shown row by row. */
function open(): Catalog {
  const table = claims();
  const columns = table.definition.columns.map((column) => ({
    ...column,
    reveal: 'rows' as const,
  }));
  return { tables: [{ ...table, definition: { ...table.definition, columns } }] };
}

function caught(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
