import { columnOf, findColumn, findTable, requireColumn } from '../../catalog/lookup.ts';
import type { Catalog, TableVersion } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression, SelectStatement } from '../../parser/syntax.ts';
import { column, type Scalar } from '../logical/scalar.ts';

export type ColumnReference = Extract<Expression, { readonly kind: 'column' }>;

/** Names that are visible in a statement: the columns of its table and the aliases of its SELECT list. */
export interface Scope {
  readonly table: TableVersion | undefined;
  /** Name by which columns may be qualified, in lower case. */
  readonly qualifier: string | undefined;
  readonly aliases: ReadonlyMap<string, Expression>;
}

export function scopeOf(select: SelectStatement, catalog: Catalog): Scope {
  const { from } = select;
  const table = from === undefined ? undefined : findTable(catalog, from.name, from.at);
  const aliases = new Map<string, Expression>();
  for (const { alias, expression } of select.items) {
    const name = alias?.toLowerCase();
    if (name !== undefined && !aliases.has(name)) aliases.set(name, expression);
  }
  const qualifier = (from?.alias ?? table?.definition.name)?.toLowerCase();
  return { table, qualifier, aliases };
}

/** The scope without an alias, so that `a + 1 AS a` does not refer to itself. */
export function withoutAlias(scope: Scope, name: string): Scope {
  const aliases = new Map(scope.aliases);
  aliases.delete(name.toLowerCase());
  return { ...scope, aliases };
}

/** What a name means: a column comes before an alias of the SELECT list, as in DuckDB. */
export function resolve(
  scope: Scope,
  reference: ColumnReference,
): { readonly column: Scalar } | { readonly alias: Expression } {
  const { table } = scope;
  checkQualifier(scope, reference);
  const id = table === undefined ? undefined : findColumn(table, reference.name);
  if (table !== undefined && id !== undefined) {
    return { column: column(id, columnOf(table, id), reference.at) };
  }
  const alias = scope.aliases.get(reference.name.toLowerCase());
  if (alias !== undefined && reference.table === undefined) return { alias };
  if (table !== undefined) requireColumn(table, reference.name, reference.at);
  throw new TacitError(
    'SQL_UNKNOWN_COLUMN',
    `unknown column "${reference.name}": the statement has no FROM`,
    reference.at,
  );
}

function checkQualifier({ qualifier }: Scope, reference: ColumnReference): void {
  if (reference.table === undefined || reference.table.toLowerCase() === qualifier) return;
  const visible = qualifier === undefined ? 'the statement has no FROM' : `it reads "${qualifier}"`;
  throw new TacitError(
    'SQL_UNKNOWN_TABLE',
    `the statement does not read a table "${reference.table}"; ${visible}`,
    reference.at,
  );
}
