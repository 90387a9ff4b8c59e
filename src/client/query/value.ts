/**
 * A cell before it is printed: the integer encoding of its type, text as it is, a double as a number, or NULL. BOOLEANs
 * may be 0 and 1.
 */
export type Value = null | boolean | bigint | number | string;

/** A key of ORDER BY over result columns. */
export interface SortKey {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Sorts rows by the keys in order of precedence, as DuckDB does; rows with equal keys keep their order. */
export function sortRows(rows: readonly Value[][], keys: readonly SortKey[]): Value[][] {
  return rows.toSorted((a, b) => {
    for (const { column, descending, nullsFirst } of keys) {
      const [x = null, y = null] = [a[column], b[column]];
      const order =
        x === null || y === null
          ? (Number(y === null) - Number(x === null)) * (nullsFirst ? 1 : -1)
          : compareValues(x, y) * (descending ? -1 : 1);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Numbers by size (NaN above all), text by its UTF-8 bytes, FALSE before TRUE. */
function compareValues(x: NonNullable<Value>, y: NonNullable<Value>): number {
  if (typeof x === 'string' && typeof y === 'string') return compareText(x, y);
  if (typeof x === 'number' && typeof y === 'number') return compareDoubles(x, y);
  return x < y ? -1 : x > y ? 1 : 0;
}

function compareDoubles(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
}

/** UTF-8 orders as code points do, which UTF-16 (JavaScript's own comparison) does not: surrogates stand for the highest. */
function compareText(x: string, y: string): number {
  if (x === y) return 0;
  const length = Math.min(x.length, y.length);
  let k = 0;
  while (k < length && x.charCodeAt(k) === y.charCodeAt(k)) k++;
  if (k === length) return x.length - y.length;
  return rankOf(x.charCodeAt(k)) - rankOf(y.charCodeAt(k));
}

/** A code unit's place in the order of code points. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
