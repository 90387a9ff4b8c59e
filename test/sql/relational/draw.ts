import type { Rng } from '../../oracle/rng.ts';

/** Counts how often each construct was generated; printed at the end of a run. */
export type Coverage = Map<string, number>;

/** What a generator of statements over the tables a, b and c draws from. */
export interface Draw {
  readonly rng: Rng;
  readonly coverage: Coverage;
}

export interface RelationalQuery {
  readonly sql: string;
  /** Every row has its place: rows must come in DuckDB's order. */
  readonly ordered: boolean;
}

/** Counts a construct and passes its text on. */
export function count({ coverage }: Draw, construct: string, text: string): string {
  coverage.set(construct, (coverage.get(construct) ?? 0) + 1);
  return text;
}

export const NUMBERS = ['id', 'k', 'g', 'v', 'd'] as const;
export const COLUMNS = [...NUMBERS, 'f', 'day', 'w'] as const;

/** A column of one of the tables, by qualified name. */
export function column({ rng }: Draw, tables: readonly string[], names: readonly string[]): string {
  return `${rng.pick(tables)}.${rng.pick(names)}`;
}

/** A condition over one or two columns. */
export function condition(draw: Draw, tables: readonly string[]): string {
  const { rng } = draw;
  const number = () => column(draw, tables, NUMBERS);
  return rng.pick([
    () => `${number()} ${rng.pick(['<', '<=', '>', '>=', '=', '<>'])} ${rng.below(9) - 4}`,
    () => `${number()} ${rng.pick(['<', '>=', '<>', '='])} ${number()}`,
    () => `${column(draw, tables, COLUMNS)} IS ${rng.pick(['', 'NOT '])}NULL`,
    () => column(draw, tables, ['f']),
    () => `${column(draw, tables, ['w'])} IN ('AK', 'ß', '')`,
    () => `${column(draw, tables, ['w'])} LIKE '%${rng.pick(['z', 'A', '東'])}%'`,
    () => `${column(draw, tables, ['day'])} > DATE '2019-04-1${rng.below(9)}'`,
    () => `(${condition(draw, tables)} OR ${condition(draw, tables)})`,
    () => `NOT (${condition(draw, tables)})`,
  ])();
}

/** WHERE, or nothing. */
export function where(draw: Draw, tables: readonly string[]): string {
  return draw.rng.chance(0.5) ? ` WHERE ${count(draw, 'where', condition(draw, tables))}` : '';
}

/** ORDER BY all output columns in some order, so that the order is total, and often a limit. */
export function totalOrder(draw: Draw, columns: number): string {
  const { rng } = draw;
  const places = Array.from({ length: columns }, (_, k) => k + 1);
  const first = rng.below(columns);
  const turned = [...places.slice(first), ...places.slice(0, first)];
  const direction = () =>
    `${rng.pick(['', ' ASC', ' DESC'])}${rng.pick(['', '', ' NULLS FIRST', ' NULLS LAST'])}`;
  const keys = turned.map((place) => `${place}${direction()}`).join(', ');
  const limit = rng.pick([
    () => '',
    () => count(draw, 'limit', ` LIMIT ${rng.below(8)}`),
    () => count(draw, 'offset', ` LIMIT ${1 + rng.below(5)} OFFSET ${rng.below(5)}`),
    () => count(draw, 'fetch first', ` FETCH FIRST ${1 + rng.below(4)} ROWS ONLY`),
  ])();
  return count(draw, 'order by', ` ORDER BY ${keys}${limit}`);
}
