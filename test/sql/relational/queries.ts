import {
  COLUMNS,
  column,
  condition,
  count,
  type Draw,
  NUMBERS,
  type RelationalQuery,
  totalOrder,
  where,
} from './draw.ts';
import { type FromClause, fromClause, subquery } from './sources.ts';
import { windowItem } from './windows.ts';

/** Draws one of the statement forms over the tables a, b and c. */
export function relationalQuery(draw: Draw): RelationalQuery {
  const { rng } = draw;
  const form = rng.pick([
    rows,
    rows,
    totals,
    groups,
    groups,
    groups,
    windows,
    windows,
    sets,
    nested,
  ]);
  return form(draw);
}

function items(draw: Draw, tables: readonly string[], number: number): string[] {
  return Array.from({ length: number }, () => column(draw, tables, COLUMNS));
}

function select(list: readonly string[]): string {
  return list.map((item, k) => `${item} AS c${k}`).join(', ');
}

function filter(draw: Draw, tables: readonly string[]): string {
  if (!draw.rng.chance(0.25)) return where(draw, tables);
  const more = draw.rng.chance(0.3) ? ` AND ${condition(draw, tables)}` : '';
  return ` WHERE ${subquery(draw, tables)}${more}`;
}

function finished(draw: Draw, sql: string, columns: number): RelationalQuery {
  if (!draw.rng.chance(0.4)) return { sql, ordered: false };
  return { sql: `${sql}${totalOrder(draw, columns)}`, ordered: true };
}

function rows(draw: Draw): RelationalQuery {
  const { rng } = draw;
  const from = fromClause(draw);
  const list = items(draw, from.tables, 1 + rng.below(3));
  if (rng.chance(0.2)) list.push(`${column(draw, from.tables, ['v'])} + ${rng.below(9)}`);
  const distinct = rng.chance(0.15) ? count(draw, 'distinct', 'DISTINCT ') : '';
  const sql = `SELECT ${distinct}${select(list)} FROM ${from.sql}${filter(draw, from.tables)}`;
  return finished(draw, count(draw, 'rows', sql), list.length);
}

function aggregate(draw: Draw, { tables }: FromClause): string {
  const { rng } = draw;
  const number = column(draw, tables, NUMBERS);
  const text = rng.pick([
    () => 'COUNT(*)',
    () => `COUNT(${column(draw, tables, COLUMNS)})`,
    () => `SUM(${number})`,
    () => `SUM(${number})`,
    () => `AVG(${number})`,
    () => `${rng.pick(['MIN', 'MAX'])}(${column(draw, tables, COLUMNS)})`,
    () => count(draw, 'distinct aggregate', `COUNT(DISTINCT ${column(draw, tables, COLUMNS)})`),
    () => count(draw, 'distinct aggregate', `SUM(DISTINCT ${column(draw, tables, ['k', 'g'])})`),
    () =>
      count(
        draw,
        'bool aggregate',
        `${rng.pick(['BOOL_AND', 'BOOL_OR'])}(${column(draw, tables, ['f'])})`,
      ),
    () => count(draw, 'median', `MEDIAN(${number})`),
    () =>
      count(
        draw,
        'quantile',
        `QUANTILE_${rng.pick(['CONT', 'DISC'])}(${number}, ${rng.pick([0.25, 0.5, 0.9])})`,
      ),
    () =>
      count(
        draw,
        'variance',
        `${rng.pick(['VAR_POP', 'STDDEV_SAMP'])}(${column(draw, tables, ['k', 'g'])})`,
      ),
  ])();
  if (!rng.chance(0.2)) return text;
  return count(draw, 'filter clause', `${text} FILTER (WHERE ${condition(draw, tables)})`);
}

function totals(draw: Draw): RelationalQuery {
  const from = fromClause(draw);
  const list = Array.from({ length: 1 + draw.rng.below(2) }, () => aggregate(draw, from));
  const sql = `SELECT ${select(list)} FROM ${from.sql}${filter(draw, from.tables)}`;
  return { sql: count(draw, 'totals', sql), ordered: false };
}

function groups(draw: Draw): RelationalQuery {
  const { rng } = draw;
  const from = fromClause(draw);
  const keys = [column(draw, from.tables, ['v', 'k', 'd', 'w', 'day', 'id', 'g', 'f'])];
  if (rng.chance(0.3)) keys.push(`${column(draw, from.tables, ['k', 'v'])} + 1`);
  const list = [...keys, ...Array.from({ length: 1 + rng.below(2) }, () => aggregate(draw, from))];
  const having = rng.chance(0.25)
    ? count(
        draw,
        'having',
        ` HAVING ${rng.pick(['COUNT(*) > 1', `SUM(${column(draw, from.tables, ['v'])}) > 0`])}`,
      )
    : '';
  const by = keys.map((_, k) => String(k + 1)).join(', ');
  const sql = `SELECT ${select(list)} FROM ${from.sql}${filter(draw, from.tables)} GROUP BY ${by}${having}`;
  return finished(draw, count(draw, 'groups', sql), list.length);
}

function windows(draw: Draw): RelationalQuery {
  const { rng } = draw;
  const table = rng.pick(['a', 'b']);
  const list = [
    `${table}.id`,
    ...Array.from({ length: 1 + rng.below(2) }, () => windowItem(draw, table)),
  ];
  const sql = `SELECT ${select(list)} FROM ${table}${where(draw, [table])}`;
  return finished(draw, count(draw, 'windows', sql), list.length);
}

function sets(draw: Draw): RelationalQuery {
  const { rng } = draw;
  const names = rng.pick([['k'], ['k', 'w'], ['g', 'f'], ['d'], ['day', 'k'], ['w']]);
  const branch = (table: string) =>
    `SELECT ${names.map((name, k) => `${table}.${name} AS c${k}`).join(', ')} FROM ${table}${where(draw, [table])}`;
  const operator = () => {
    const op = rng.pick([
      'UNION',
      'UNION ALL',
      'INTERSECT',
      'EXCEPT',
      'INTERSECT ALL',
      'EXCEPT ALL',
    ]);
    return count(draw, op.toLowerCase(), op);
  };
  let sql = `${branch('a')} ${operator()} ${branch('b')}`;
  if (rng.chance(0.25)) sql += ` ${operator()} ${branch('c')}`;
  return finished(draw, sql, names.length);
}

/** A join with a grouped or limited derived table, and an aggregate of a join's groups. */
function nested(draw: Draw): RelationalQuery {
  const { rng } = draw;
  return rng.pick([
    () => {
      const inner = `SELECT b.k AS k, SUM(b.v) AS s, COUNT(*) AS n FROM b${where(draw, ['b'])} GROUP BY b.k`;
      const sql = `SELECT a.id AS c0, s.s AS c1, s.n AS c2 FROM a ${rng.pick(['', 'LEFT '])}JOIN (${inner}) s ON a.k = s.k`;
      return finished(draw, count(draw, 'join of groups', sql), 3);
    },
    () => {
      const inner = `SELECT a.v AS v, COUNT(*) AS n FROM a JOIN b ON a.k = b.k GROUP BY a.v`;
      const sql = `SELECT n AS c0, COUNT(*) AS c1, MAX(v) AS c2 FROM (${inner}) s GROUP BY n`;
      return finished(draw, count(draw, 'groups of groups', sql), 3);
    },
    () => {
      const inner = `SELECT * FROM a ORDER BY id LIMIT ${1 + rng.below(9)}`;
      const sql = `SELECT s.id AS c0, b.v AS c1 FROM (${inner}) s JOIN b ON s.k = b.k`;
      return finished(draw, count(draw, 'join of limited rows', sql), 2);
    },
    () => {
      const inner = `SELECT id, k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, id) AS r FROM a`;
      const sql = `SELECT id AS c0, v AS c1 FROM (${inner}) s WHERE r <= ${1 + rng.below(3)}`;
      return finished(draw, count(draw, 'top of each group', sql), 2);
    },
    () => {
      const sql = `SELECT x.id AS c0, y.id AS c1 FROM a x JOIN a y ON x.k = y.k AND x.id < y.id`;
      return finished(draw, count(draw, 'self join', sql), 2);
    },
    () => {
      const on = rng.pick(['USING (k)', 'USING (k, g)']);
      const sql = `SELECT k AS c0, a.v AS c1, b.v AS c2 FROM a ${rng.pick(['', 'LEFT ', 'FULL '])}JOIN b ${on}`;
      return finished(draw, count(draw, 'using', sql), 3);
    },
  ])();
}
