import { requireColumn } from '../../catalog/lookup.ts';
import type { TableVersion } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression, SelectStatement } from '../../parser/syntax.ts';
import type { LogicalPlan, SortKey } from '../logical/plan.ts';
import type { Scalar } from '../logical/scalar.ts';

export type ColumnReference = Extract<Expression, { readonly kind: 'column' }>;

/** A column of a FROM clause or of a SELECT list; its scalar reads the columns of a plan. */
export interface NamedScalar {
  readonly name: string;
  readonly scalar: Scalar;
}

/** What a SELECT reads: a table, or the columns of a derived one over its plan. */
export interface Relation {
  readonly plan: LogicalPlan;
  readonly columns: readonly NamedScalar[];
  /** Name by which columns may be qualified, in lower case. */
  readonly qualifier: string | undefined;
  /** Absent for a derived table. */
  readonly table: TableVersion | undefined;
  /** The order in which a derived table gives its rows. */
  readonly order: readonly SortKey[];
}

/** Names that are visible in an expression: columns, and aliases of the SELECT list. */
export interface Scope {
  readonly relation: Relation | undefined;
  readonly aliases: ReadonlyMap<string, Expression>;
}

/** The scope of a SELECT. */
export function scopeOf(select: SelectStatement, relation: Relation | undefined): Scope {
  const aliases = new Map<string, Expression>();
  for (const item of select.items) {
    if ('kind' in item || item.alias === undefined) continue;
    const name = item.alias.toLowerCase();
    if (!aliases.has(name)) aliases.set(name, item.expression);
  }
  return { relation, aliases };
}

/** The scope without an alias, so that `a + 1 AS a` does not refer to itself. */
export function withoutAlias(scope: Scope, name: string): Scope {
  const aliases = new Map(scope.aliases);
  aliases.delete(name.toLowerCase());
  return { ...scope, aliases };
}

/** The scope of an aggregate's operand: SQL does not show aliases there. */
export function withoutAliases({ relation }: Scope): Scope {
  return { relation, aliases: new Map() };
}

/** What a name means: a column comes before an alias of the SELECT list, as in DuckDB. */
export function resolve(
  scope: Scope,
  reference: ColumnReference,
): { readonly column: Scalar } | { readonly alias: Expression } {
  const { relation } = scope;
  checkQualifier(scope, reference);
  const column = relation && findColumn(relation, reference.name);
  if (column !== undefined) return { column: { ...column.scalar, at: reference.at } };
  const alias = scope.aliases.get(reference.name.toLowerCase());
  if (alias !== undefined && reference.table === undefined) return { alias };
  throw unknownColumn(relation, reference);
}

/** The column of that name, without regard to case. */
export function findColumn({ columns }: Relation, name: string): NamedScalar | undefined {
  const wanted = name.toLowerCase();
  return columns.find((column) => column.name.toLowerCase() === wanted);
}

function unknownColumn(relation: Relation | undefined, reference: ColumnReference): TacitError {
  const { name, at } = reference;
  if (relation === undefined) {
    const message = `unknown column "${name}": the statement has no FROM`;
    return new TacitError('SQL_UNKNOWN_COLUMN', message, at);
  }
  if (relation.table !== undefined) requireColumn(relation.table, name, at);
  const names = relation.columns.map((column) => column.name).join(', ');
  const message = `unknown column "${name}"; columns: ${names}`;
  return new TacitError('SQL_UNKNOWN_COLUMN', message, at);
}

/** Throws SQL_UNKNOWN_TABLE unless the qualifier, if there is one, names what the scope reads. */
export function checkQualifier(
  { relation }: Scope,
  reference: { readonly table?: string; readonly at: ColumnReference['at'] },
): void {
  const qualifier = relation?.qualifier;
  if (reference.table === undefined || reference.table.toLowerCase() === qualifier) return;
  const visible = qualifier === undefined ? 'the statement has no FROM' : `it reads "${qualifier}"`;
  throw new TacitError(
    'SQL_UNKNOWN_TABLE',
    `the statement does not read a table "${reference.table}"; ${visible}`,
    reference.at,
  );
}
