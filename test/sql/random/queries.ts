import { aggregate, having, overAggregates } from './aggregates.ts';
import { condition } from './conditions.ts';
import { count, type Source } from './source.ts';
import { exact } from './values.ts';

/** A random statement of the SQL over one table. */
export interface RandomQuery {
  readonly sql: string;
  /** Every row has its place: rows must come in DuckDB's order. */
  readonly ordered: boolean;
}

const KEYS = [
  'word',
  'flag',
  'few',
  'n % 3',
  'CASE WHEN n > 0 THEN 1 WHEN n < -500 THEN 2 ELSE 0 END',
  'EXTRACT(month FROM day)',
  "CASE WHEN flag THEN 'yes' ELSE 'no' END",
  'SUBSTRING(word, 1, 1)',
  'n IS NULL',
  'id // 300',
] as const;

/** Draws one of the statement forms. */
export function randomQuery(source: Source): RandomQuery {
  const { rng } = source;
  const table = tableOf(source);
  switch (rng.below(12)) {
    case 0:
      return derived(source, table);
    case 1:
      return secondLevel(source, table);
    case 2: {
      const keys = someKeys(source);
      const sql = `SELECT DISTINCT ${keys.map((key, k) => `${key} AS k${k}`).join(', ')} FROM ${table}${where(source)}`;
      return { sql: count(source, 'select distinct', sql), ordered: false };
    }
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return grouped(source, table);
    default: {
      const items = aggregateItems(source, 1 + rng.below(3));
      return { sql: `SELECT ${items.join(', ')} FROM ${table}${where(source)}`, ordered: false };
    }
  }
}

function tableOf(source: Source): string {
  return source.rng.chance(0.2) ? count(source, 'table alias', 't AS t') : 't';
}

function where(source: Source): string {
  const { rng } = source;
  if (!rng.chance(0.6)) return '';
  return ` WHERE ${count(source, 'where', condition(source, rng.pick([0, 1, 2, 3])))}`;
}

function someKeys(source: Source): string[] {
  const { rng } = source;
  const first = rng.pick(KEYS);
  if (rng.chance(0.7)) return [first];
  const second = rng.pick(KEYS);
  return first === second ? [first] : [first, second];
}

function aggregateItems(source: Source, number: number): string[] {
  const { rng } = source;
  return Array.from({ length: number }, (_, k) => {
    return `${rng.chance(0.3) ? overAggregates(source) : aggregate(source)} AS a${k}`;
  });
}

function grouped(source: Source, table: string): RandomQuery {
  const { rng } = source;
  const keys = someKeys(source);
  const items = [
    ...keys.map((key, k) => `${key} AS k${k}`),
    ...aggregateItems(source, 1 + rng.below(2)),
  ];
  const groupBy = rng.pick([
    () => keys.join(', '),
    () => keys.map((_, k) => `k${k}`).join(', '),
    () => keys.map((_, k) => String(k + 1)).join(', '),
    () => count(source, 'group by all', 'ALL'),
  ])();
  const filter = rng.chance(0.35) ? ` HAVING ${count(source, 'having', having(source))}` : '';
  const start = `SELECT ${items.join(', ')} FROM ${table}${where(source)} GROUP BY ${groupBy}${filter}`;
  if (!rng.chance(0.4)) return { sql: start, ordered: false };
  return { sql: `${start}${order(source, keys)}`, ordered: true };
}

/** All keys at the end make the order total. */
function order(source: Source, keys: readonly string[]): string {
  const { rng } = source;
  const direction = () =>
    `${rng.pick(['', ' ASC', ' DESC'])}${rng.pick(['', '', ' NULLS FIRST', ' NULLS LAST'])}`;
  const first = rng.pick(['SUM(n)', 'COUNT(*)', 'MAX(id)', 'AVG(n)', 'a0', 'k0', '1']);
  const places = [first, ...keys.map((_, k) => `k${k}`)].map((key) => `${key}${direction()}`);
  const limit = rng.pick([
    () => '',
    () => count(source, 'limit', ` LIMIT ${rng.below(6)}`),
    () => count(source, 'offset', ` LIMIT ${1 + rng.below(4)} OFFSET ${rng.below(4)}`),
    () => count(source, 'fetch first', ` FETCH FIRST ${1 + rng.below(4)} ROWS ONLY`),
  ])();
  return ` ORDER BY ${count(source, 'order by', places.join(', '))}${limit}`;
}

function derived(source: Source, table: string): RandomQuery {
  const { rng } = source;
  const inner = `SELECT ${exact(source, 2)} AS x, few AS f, word AS w, n FROM ${table}${where(source)}`;
  const outer = rng.pick([
    'SELECT SUM(x) AS a, COUNT(*) AS b FROM s WHERE f > 0 OR x IS NULL',
    'SELECT w, MAX(x) AS a FROM s GROUP BY w',
    'SELECT f, AVG(n) AS a, COUNT(x) AS b FROM s WHERE n <> 7 GROUP BY f',
  ]);
  if (rng.chance(0.5)) {
    return { sql: count(source, 'with', `WITH s AS (${inner}) ${outer}`), ordered: false };
  }
  const sql = outer.replace('FROM s', `FROM (${inner}) AS s`);
  return { sql: count(source, 'derived table', sql), ordered: false };
}

function secondLevel(source: Source, table: string): RandomQuery {
  const { rng } = source;
  const key = rng.pick(KEYS);
  const filter = rng.chance(0.3) ? ` HAVING ${having(source)}` : '';
  const total = rng.pick(['SUM(n)', 'COUNT(*)', 'MAX(id)', 'COUNT(price)', 'SUM(few)']);
  const inner = `SELECT ${key} AS k, ${total} AS total FROM ${table}${where(source)} GROUP BY 1${filter}`;
  const outer = rng.pick([
    'MAX(total) AS a, MIN(total) AS b',
    'COUNT(*) AS a, SUM(total) AS b',
    'AVG(total) AS a',
    'COUNT(*) FILTER (WHERE total > 3) AS a',
  ]);
  const sql = `SELECT ${outer} FROM (${inner}) s${rng.chance(0.3) ? ' WHERE total IS NOT NULL' : ''}`;
  return { sql: count(source, 'aggregate of aggregates', sql), ordered: false };
}
