import { condition, count, type Draw, NUMBERS, type RelationalQuery, totalOrder } from './draw.ts';

/** Columns that a join by equality may have as keys: of one type in both tables. */
const KEYS = ['k', 'g', 'f', 'day', 'w'] as const;
const AGGREGATES = ['SUM', 'SUM', 'AVG', 'MIN', 'MAX', 'COUNT', 'VAR_POP'] as const;

/** Sums, counts and extremes over joins of two or three tables by keys that are not unique; each mostly of one table. */
export function aggregateOfPairs(draw: Draw): RelationalQuery {
  const { rng } = draw;
  const { sql: from, tables, where: ties = [] } = joined(draw);
  const keys = Array.from({ length: rng.pick([0, 0, 1, 1, 2]) }, () => {
    return `${rng.pick(tables)}.${rng.pick(['k', 'g', 'f', 'w', 'day'])}`;
  });
  const aggregates = Array.from({ length: 1 + rng.below(4) }, () => aggregate(draw, tables));
  const list = [...keys, ...aggregates].map((item, k) => `${item} AS c${k}`);
  const conditions = [...ties, ...(rng.chance(0.3) ? [oneSided(draw, tables)] : [])];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const group = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  const having = rng.chance(0.15)
    ? ` HAVING ${rng.pick(['COUNT(*)', `SUM(${rng.pick(tables)}.g)`])} > ${rng.below(5)}`
    : '';
  const sql = `SELECT ${list.join(', ')} FROM ${from}${where}${group}${having}`;
  if (rng.chance(0.1)) {
    const outer = `SELECT COUNT(*) AS n, MAX(c0) AS m FROM (${sql}) q`;
    return { sql: count(draw, 'derived', outer), ordered: false };
  }
  if (!rng.chance(0.2)) return { sql, ordered: false };
  return { sql: `${sql}${totalOrder(draw, list.length)}`, ordered: true };
}

interface Joined {
  readonly sql: string;
  readonly tables: readonly string[];
  /** Conditions that belong into WHERE. */
  readonly where?: readonly string[];
}

function joined(draw: Draw): Joined {
  const { rng } = draw;
  const on = (left: string, right: string) => {
    const key = rng.pick(KEYS);
    const more = rng.chance(0.2) ? rng.pick(KEYS) : undefined;
    const second = more === undefined ? '' : ` AND ${left}.${more} = ${right}.${more}`;
    return `${left}.${key} = ${right}.${key}${second}`;
  };
  const kind = () => rng.pick(['JOIN', 'JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN']);
  return rng.pick([
    () => ({ sql: `a ${kind()} b ON ${on('a', 'b')}`, tables: ['a', 'b'] }),
    () => ({ sql: `a JOIN b ON ${on('a', 'b')}`, tables: ['a', 'b'] }),
    () => ({ sql: 'a CROSS JOIN b', tables: ['a', 'b'] }),
    () => ({
      sql: `a ${kind()} b ON ${on('a', 'b')} ${kind()} c ON ${on(rng.pick(['a', 'b']), 'c')}`,
      tables: ['a', 'b', 'c'],
    }),
    () => ({
      sql: `(SELECT a.* FROM a, c x WHERE a.g = x.g) a, c, b`,
      where: [on('a', 'b'), on('b', 'c')],
      tables: ['a', 'b', 'c'],
    }),
    () => ({ sql: 'a, c, b', where: [on('a', 'b'), on('b', 'c')], tables: ['a', 'b', 'c'] }),
    () => ({
      sql: `a JOIN (SELECT k, g, f, day, w, v + 1 AS v, id, d FROM b WHERE g < 2) b ON ${on('a', 'b')}`,
      tables: ['a', 'b'],
    }),
  ])();
}

function oneSided(draw: Draw, tables: readonly string[]): string {
  return condition(draw, [draw.rng.pick(tables)]);
}

function aggregate(draw: Draw, tables: readonly string[]): string {
  const { rng } = draw;
  const [first, second] = [rng.pick(tables), rng.pick(tables)];
  const filter = rng.chance(0.25)
    ? ` FILTER (WHERE ${oneSided(draw, tables)}${rng.chance(0.3) ? ` AND ${oneSided(draw, tables)}` : ''})`
    : '';
  const fn = rng.pick(AGGREGATES);
  const number = rng.pick(NUMBERS);
  const call = rng.pick([
    () => 'COUNT(*)',
    () => `${fn}(${first}.${number})`,
    () => `${fn}(${first}.${number})`,
    () => `${rng.pick(['MIN', 'MAX', 'COUNT'])}(${first}.${rng.pick(['w', 'day'])})`,
    () => `${rng.pick(['BOOL_OR', 'BOOL_AND', 'COUNT'])}(${first}.f)`,
    () => `SUM(CAST(${first}.f AS INTEGER))`,
    () => `SUM(${first}.g * ${second}.k)`,
    () => `SUM(${first}.g * ${first}.d + 3)`,
    () => `SUM(${first}.v / 4)`,
    () => `SUM(COALESCE(${first}.g, 7))`,
    () => `SUM(CASE WHEN ${first}.f THEN ${first}.v END)`,
    () => `SUM(5)`,
  ])();
  return count(draw, 'aggregate', `${call}${filter}`);
}
