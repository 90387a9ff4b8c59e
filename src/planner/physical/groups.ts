import type { ColumnId } from '../../catalog/table.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { columnsOf } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';
import { columnDomain, type Domain, domainOf, sizeOf } from './domain.ts';
import type { CollectNode, RowsNode } from './plan.ts';
import { mayBeTrue, type PublicRow, publicRow, valueIn } from './public-values.ts';

/** Most candidate groups of one query: each costs a flag per row. */
export const GROUPS_MAX = 1024;

/** Most assignments of columns for which keys and filter are computed. */
const ASSIGNMENTS_MAX = 16_384n;
/** Numbers beyond this are not printed. */
const COUNTED_MAX = 10n ** 18n;

/** Values of the keys in one group. */
export type Keys = readonly (bigint | null)[];

/**
 * All combinations of key values that may occur in rows for which the predicate is TRUE, ascending, NULLs last. What the keys
 * read is enumerated if it has few values, which tells exactly what occurs together; else each key by itself.
 *
 * @throws SQL_TOO_LARGE if there are too many
 */
export function candidateKeys(
  keys: readonly Scalar[],
  rows: RowsNode,
  predicate: Scalar | undefined,
  refusal: Refusal,
): Keys[] {
  if (keys.length === 0) return [[]];
  const found = enumerated(keys, rows, predicate) ?? combined(keys, rows, predicate, refusal);
  if (found.length > GROUPS_MAX) throw tooMany(BigInt(found.length), refusal);
  return found.sort(compareKeys);
}

/** How to say that there are too many: `GROUP BY` has so many possible `groups`. */
export interface Refusal {
  readonly subject: string;
  readonly noun: string;
  readonly at: Position;
}

function tooMany(count: bigint, { subject, noun, at }: Refusal): TacitError {
  const shown = count > COUNTED_MAX ? `more than ${COUNTED_MAX}` : count;
  return new TacitError(
    'SQL_TOO_LARGE',
    `${subject} has ${shown} possible ${noun}, at most ${GROUPS_MAX} are supported; fewer are possible with tighter bounds or a narrower WHERE`,
    at,
  );
}

/** The keys' values for every assignment of the columns that they read. */
function enumerated(
  keys: readonly Scalar[],
  rows: RowsNode,
  predicate: Scalar | undefined,
): Keys[] | undefined {
  const ids = [...new Set(keys.flatMap(columnsOf))];
  const found = new Map<string, Keys>();
  for (const row of rowsOf(ids, rows, predicate) ?? [undefined]) {
    if (row === undefined) return undefined;
    if (predicate !== undefined && !mayBeTrue(predicate, row)) continue;
    const values: (bigint | null)[] = [];
    for (const key of keys) {
      const value = valueIn(key, row);
      if (value === undefined) return undefined;
      values.push(value);
    }
    found.set(values.join(' '), values);
  }
  return [...found.values()];
}

/** Every assignment of the columns that may occur; undefined if there are too many. */
function rowsOf(
  ids: readonly ColumnId[],
  rows: RowsNode,
  predicate: Scalar | undefined,
): Iterable<PublicRow> | undefined {
  if (rows.kind === 'collect' && ids.every((id) => rows.columns[id]?.value.kind === 'public')) {
    return publicRows(rows);
  }
  const domains = ids.map((id) => columnDomain(id, rows, predicate));
  if (productOf(domains) > ASSIGNMENTS_MAX) return undefined;
  const positions = new Map(ids.map((id, k) => [id, k]));
  return product(domains).map((values) => (column) => values[positions.get(column) ?? -1]);
}

function publicRows(rows: CollectNode): PublicRow[] {
  return Array.from({ length: rows.rows }, (_, row) => publicRow(rows, row));
}

/** All combinations of what each key may be. */
function combined(
  keys: readonly Scalar[],
  rows: RowsNode,
  predicate: Scalar | undefined,
  refusal: Refusal,
): Keys[] {
  const domains = keys.map((key) => domainOf(key, (id) => columnDomain(id, rows, predicate)));
  const size = productOf(domains);
  if (size > BigInt(GROUPS_MAX)) throw tooMany(size, refusal);
  return product(domains);
}

function productOf(domains: readonly Domain[]): bigint {
  return domains.reduce((size, domain) => size * sizeOf(domain), 1n);
}

function product(domains: readonly Domain[]): (bigint | null)[][] {
  return domains.reduce<(bigint | null)[][]>(
    (prefixes, { values = [], nullable }) => {
      const each = nullable ? [...values, null] : values;
      return prefixes.flatMap((prefix) => each.map((value) => [...prefix, value]));
    },
    [[]],
  );
}

/** Ascending by the first key, then the second and so on; NULLs last. */
export function compareKeys(a: Keys, b: Keys): number {
  for (const [k, x = null] of a.entries()) {
    const y = b[k] ?? null;
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y ? -1 : 1;
  }
  return 0;
}
