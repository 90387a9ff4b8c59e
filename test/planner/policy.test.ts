import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { enforceReveal } from '../../src/planner/policy.ts';
import { claims } from './tables.ts';

/** The columns `a`, `n`, `state` and `flag` of claims are never revealed. */
function catalog(): Catalog {
  const table = claims();
  const never = new Set(['a', 'n', 'state', 'flag']);
  const columns = table.definition.columns.map((column) =>
    never.has(column.name) ? { ...column, reveal: 'never' as const } : column,
  );
  return { tables: [{ ...table, definition: { ...table.definition, columns } }] };
}

function enforce(sql: string): void {
  enforceReveal(bind(parseStatement(sql), catalog()));
}

/** The column that is refused, marked by `^`, in a statement. */
const REFUSED: readonly (readonly [column: string, sql: string])[] = [
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
    const plan = bind(parseStatement(marked.replace('^', '')), { tables: [claims()] });
    expect(() => enforceReveal(plan)).not.toThrow();
  });

  it.each(ALLOWED)('may be read by WHERE: %s', (sql) => {
    expect(() => enforce(sql)).not.toThrow();
  });

  it('names a column that is read', () => {
    const thrown = caught(() => enforce('SELECT SUM(b), SUM(a) FROM claims'));
    expect(String(thrown)).toContain('"a" of claims');
  });
});

function caught(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
