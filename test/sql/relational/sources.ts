import { column, condition, count, type Draw, NUMBERS } from './draw.ts';

/** What FROM reads, with the qualifiers whose columns may be used. */
export interface FromClause {
  readonly sql: string;
  readonly tables: readonly string[];
}

/** One table, a join of two or of three. */
export function fromClause(draw: Draw): FromClause {
  const { rng } = draw;
  const first = rng.pick(['a', 'b']);
  if (rng.chance(0.25)) return { sql: first, tables: [first] };
  const two = join(draw, { sql: first, tables: [first] }, first === 'a' ? 'b' : 'a');
  if (rng.chance(0.8)) return two;
  return join(draw, two, 'c');
}

function join(draw: Draw, left: FromClause, table: string): FromClause {
  const { rng } = draw;
  const right = rng.chance(0.2) ? filtered(draw, table) : table;
  const kind = rng.pick(['JOIN', 'JOIN', 'INNER JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
  const tables = [...left.tables, table];
  if (rng.chance(0.06)) {
    return { sql: count(draw, 'cross join', `${left.sql} CROSS JOIN ${right}`), tables };
  }
  const on = onCondition(draw, left.tables, table);
  return { sql: count(draw, kind.toLowerCase(), `${left.sql} ${kind} ${right} ON ${on}`), tables };
}

/** A derived table under the table's own name. */
function filtered(draw: Draw, table: string): string {
  const sql = `(SELECT * FROM ${table} WHERE ${condition(draw, [table])}) ${table}`;
  return count(draw, 'join of derived table', sql);
}

function onCondition(draw: Draw, lefts: readonly string[], right: string): string {
  const { rng } = draw;
  const key = rng.pick([
    () => `${column(draw, lefts, ['k'])} = ${right}.k`,
    () => `${column(draw, lefts, ['k'])} = ${right}.k`,
    () => `${right}.id = ${column(draw, lefts, ['id', 'k'])}`,
    () => `${column(draw, lefts, ['g'])} = ${right}.g`,
    () => `${column(draw, lefts, ['w'])} = ${right}.w`,
    () => `${column(draw, lefts, ['day'])} = ${right}.day`,
    () => `${column(draw, lefts, ['k'])} + 1 = ${right}.g`,
  ])();
  const more = rng.pick([
    () => '',
    () => '',
    () => count(draw, 'two keys', ` AND ${column(draw, lefts, ['g'])} = ${right}.g`),
    () => count(draw, 'on condition', ` AND ${condition(draw, [...lefts, right])}`),
    () => ` AND ${column(draw, lefts, NUMBERS)} >= ${right}.${rng.pick(NUMBERS)}`,
  ])();
  return `${key}${more}`;
}

/** A condition with a subquery over another table, to be ANDed in WHERE. */
export function subquery(draw: Draw, tables: readonly string[]): string {
  const { rng } = draw;
  const inner = rng.chance(0.5) ? '' : ` WHERE ${condition(draw, ['c'])}`;
  const key = rng.pick(['k', 'g', 'w']);
  return rng.pick([
    () => count(draw, 'in', `${column(draw, tables, [key])} IN (SELECT c.${key} FROM c${inner})`),
    () =>
      count(
        draw,
        'not in',
        `${column(draw, tables, [key])} NOT IN (SELECT c.${key} FROM c${inner})`,
      ),
    () => {
      const on = `c.${key} = ${column(draw, tables, [key])}`;
      const more = rng.chance(0.5) ? ` AND ${condition(draw, ['c', ...tables])}` : '';
      const not = rng.chance(0.5) ? 'NOT ' : '';
      return count(draw, `${not}exists`, `${not}EXISTS (SELECT 1 FROM c WHERE ${on}${more})`);
    },
    () =>
      count(draw, 'scalar subquery', `${column(draw, tables, ['v'])} > (SELECT AVG(c.v) FROM c)`),
  ])();
}
