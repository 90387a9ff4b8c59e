import type { Rng } from '../../oracle/rng.ts';

/** Columns that every random table has, by what may be compared with each other. */
const FAMILIES = [['id', 'few', 'n', 'price'], ['flag'], ['day', '"at"'], ['word']] as const;
const NUMBERS = ['id', 'few', 'n'] as const;
const JOINS = ['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN'];

/** A relation in FROM by its alias, with the columns of a random table. */
interface Source {
  readonly sql: string;
  readonly aliases: readonly string[];
}

/** A random statement of joins, subqueries, set operations and windows over tables with the columns of `randomTable`. */
export function randomRelationQuery(rng: Rng, tables: readonly string[]): string {
  const query = new RelationQuery(rng, tables);
  if (rng.chance(0.15)) return query.setOperation();
  return query.select();
}

class RelationQuery {
  private readonly rng: Rng;
  private readonly tables: readonly string[];
  private aliases = 0;

  constructor(rng: Rng, tables: readonly string[]) {
    this.rng = rng;
    this.tables = tables;
  }

  setOperation(): string {
    const { rng } = this;
    const columns = this.several(2, () => rng.pick(rng.pick(FAMILIES)));
    const side = () => {
      const { sql, aliases } = this.from(1 + rng.below(2));
      const list = columns.map((column) => `${rng.pick(aliases)}.${column}`);
      return `SELECT ${list.join(', ')} FROM ${sql}${this.where(aliases)}`;
    };
    const sides = [side(), side(), ...(rng.chance(0.3) ? [side()] : [])];
    return sides.reduce((all, next) => `${all} ${this.setOperator()} ${next}`);
  }

  private setOperator(): string {
    return this.rng.pick([
      'UNION',
      'UNION ALL',
      'INTERSECT',
      'INTERSECT ALL',
      'EXCEPT',
      'EXCEPT ALL',
    ]);
  }

  select(): string {
    const { rng } = this;
    const { sql, aliases } = this.from(1 + rng.below(3));
    const tail = ` FROM ${sql}${this.where(aliases)}`;
    const column = () => `${rng.pick(aliases)}.${rng.pick(rng.pick(FAMILIES))}`;
    const number = () => `${rng.pick(aliases)}.${rng.pick(NUMBERS)}`;
    const shape = rng.below(4);
    if (shape === 0) {
      const keys = this.several(2, column);
      const having = rng.chance(0.3) ? ' HAVING COUNT(*) > 1' : '';
      return `SELECT ${keys.join(', ')}, ${this.aggregates(number, column)}${tail} GROUP BY ${keys.join(', ')}${having}`;
    }
    if (shape === 1) return `SELECT ${this.aggregates(number, column)}${tail}`;
    if (shape === 2)
      return `SELECT ${this.several(3, () => this.windowed(number, column)).join(', ')}${tail}`;
    const items = this.several(3, () => (rng.chance(0.7) ? column() : this.computed(number)));
    return `SELECT ${rng.chance(0.2) ? 'DISTINCT ' : ''}${items.join(', ')}${tail}`;
  }

  private aggregates(number: () => string, column: () => string): string {
    const { rng } = this;
    return this.several(3, () =>
      rng.pick([
        () => 'COUNT(*)',
        () => `COUNT(${column()})`,
        () => `SUM(${number()})`,
        () => `AVG(${number()})`,
        () => `MIN(${column()})`,
        () => `COUNT(DISTINCT ${column()})`,
        () => `MEDIAN(${number()})`,
        () => `QUANTILE_DISC(${column()}, ${rng.pick(['0.1', '0.25', '0.9'])})`,
        () => `SUM(${number()}) FILTER (WHERE ${number()} > 0)`,
        () => `MAX(${number()}) - (SELECT MIN(n) FROM ${rng.pick(this.tables)})`,
      ])(),
    ).join(', ');
  }

  /** Only functions that do not depend on which of equal rows comes first. */
  private windowed(number: () => string, column: () => string): string {
    const { rng } = this;
    const partition = rng.chance(0.5) ? `PARTITION BY ${column()} ` : '';
    const order = `ORDER BY ${number()} ${rng.pick(['', 'DESC', 'NULLS FIRST', 'DESC NULLS LAST'])}`;
    return rng.pick([
      () => `RANK() OVER (${partition}${order})`,
      () => `DENSE_RANK() OVER (${partition}${order})`,
      () => `PERCENT_RANK() OVER (${partition}${order})`,
      () => `CUME_DIST() OVER (${partition}${order})`,
      () => `SUM(${number()}) OVER (${partition}${order})`,
      () => `COUNT(${column()}) OVER (${partition})`,
      () => `AVG(${number()}) OVER (${partition})`,
      () => `MAX(${column()}) OVER (${partition}${order})`,
      () => column(),
    ])();
  }

  private computed(number: () => string): string {
    const { rng } = this;
    return rng.pick([
      () => `COALESCE(${number()}, 7)`,
      () => `${number()} + ${number()}`,
      () => `CASE WHEN ${number()} > 3 THEN ${number()} END`,
      () => `${number()} IS NULL`,
      () => `${number()} > (SELECT AVG(n) FROM ${rng.pick(this.tables)})`,
    ])();
  }

  private from(relations: number): Source {
    let source = this.relation();
    for (let k = 1; k < relations; k++) source = this.joined(source, this.relation());
    return source;
  }

  private joined(left: Source, right: Source): Source {
    const { rng } = this;
    const aliases = [...left.aliases, ...right.aliases];
    if (rng.chance(0.15)) return { sql: `${left.sql} CROSS JOIN ${right.sql}`, aliases };
    const join = rng.pick(JOINS);
    const on = this.several(2, () => this.condition(left.aliases, right.aliases));
    const shown = join === 'SEMI JOIN' || join === 'ANTI JOIN' ? left.aliases : aliases;
    return { sql: `${left.sql} ${join} ${right.sql} ON ${on.join(' AND ')}`, aliases: shown };
  }

  private relation(): Source {
    const { rng } = this;
    const alias = `r${this.aliases++}`;
    const table = rng.pick(this.tables);
    const shape = rng.below(6);
    if (shape > 1) return { sql: `${table} ${alias}`, aliases: [alias] };
    const columns =
      shape === 0
        ? 'id, COALESCE(few, 1) AS few, n + 1 AS n, price, flag, day, "at", word'
        : 'id, few, n, price, flag IS TRUE AS flag, day, "at", word';
    const where = rng.chance(0.5) ? ' WHERE n > 0 OR few = 1' : '';
    return { sql: `(SELECT ${columns} FROM ${table}${where}) ${alias}`, aliases: [alias] };
  }

  private condition(lefts: readonly string[], rights: readonly string[]): string {
    const { rng } = this;
    const [left, right] = [rng.pick(lefts), rng.pick(rights)];
    const family = rng.pick(FAMILIES);
    const [a, b] = [`${left}.${rng.pick(family)}`, `${right}.${rng.pick(family)}`];
    return rng.pick([
      () => `${a} = ${b}`,
      () => `${left}.few = ${right}.few`,
      () => `${left}.few = ${right}.few`,
      () => `${b} = ${a}`,
      () => `${a} IS NOT DISTINCT FROM ${b}`,
      () => `${a} < ${b}`,
      () => `${left}.n > 0`,
      () => `${right}.few <> 1`,
      () => `(${a} = ${b} OR ${left}.n > ${right}.n)`,
    ])();
  }

  private where(aliases: readonly string[]): string {
    const { rng } = this;
    const conditions = this.several(3, () => this.filter(aliases)).slice(rng.below(2));
    return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  }

  private filter(aliases: readonly string[]): string {
    const { rng } = this;
    const alias = rng.pick(aliases);
    const inner = `r${this.aliases++}`;
    const table = rng.pick(this.tables);
    const column = rng.pick(NUMBERS);
    const negated = rng.chance(0.4) ? 'NOT ' : '';
    return rng.pick([
      () => this.condition(aliases, aliases),
      () => `${alias}.n > ${rng.below(500)}`,
      () => `${alias}.few IS NULL`,
      () => `${alias}.${column} ${negated}IN (SELECT ${column} FROM ${table} WHERE n > 0)`,
      () =>
        `${alias}.few ${negated}IN (SELECT few FROM ${table} ${inner} WHERE ${inner}.n > ${alias}.n)`,
      () =>
        `${negated}EXISTS (SELECT 1 FROM ${table} ${inner} WHERE ${this.condition([alias], [inner])} AND ${this.condition([alias], [inner])})`,
      () => `${alias}.n >= (SELECT MEDIAN(n) FROM ${table})`,
    ])();
  }

  private several<T>(most: number, make: () => T): T[] {
    return Array.from({ length: 1 + this.rng.below(most) }, make);
  }
}
