import { columnOf } from '../../catalog/lookup.ts';
import type { ColumnDefinition, ColumnId, TableVersion } from '../../catalog/table.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';

/** Most candidate groups of one query: each costs a flag and its injection per row. */
export const GROUPS_MAX = 1024;
/** Most combinations that are looked at before the filter rules some out. */
const PRODUCT_MAX = 65_536;

/** All combinations of key values that may occur and that `keeps` accepts, ascending, NULLs last. */
export function candidateKeys(
  keys: readonly ColumnId[],
  table: TableVersion | undefined,
  at: Position,
  keeps: (values: readonly (bigint | null)[]) => boolean,
): (bigint | null)[][] {
  if (table === undefined || keys.length === 0) return [[]];
  const domains = keys.map((key) => domainOf(columnOf(table, key)));
  const product = domains.reduce((size, domain) => size * domain.length, 1);
  if (product > PRODUCT_MAX) throw tooMany(product, at);
  const groups = domains
    .reduce<(bigint | null)[][]>(
      (prefixes, domain) => prefixes.flatMap((prefix) => domain.map((value) => [...prefix, value])),
      [[]],
    )
    .filter(keeps);
  if (groups.length > GROUPS_MAX) throw tooMany(groups.length, at);
  return groups;
}

function tooMany(groups: number, at: Position): TacitError {
  return new TacitError(
    'SQL_TOO_LARGE',
    `GROUP BY has ${groups} possible groups, at most ${GROUPS_MAX} are supported`,
    at,
  );
}

function domainOf({ dictionary, bounds, nullable }: ColumnDefinition): (bigint | null)[] {
  const size = dictionary === undefined ? 2 : dictionary.length;
  const codes = Array.from({ length: size }, (_, code) => BigInt(code));
  const possible = codes.filter((code) => code >= bounds.min && code <= bounds.max);
  return nullable ? [...possible, null] : possible;
}
