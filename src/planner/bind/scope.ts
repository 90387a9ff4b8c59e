import { requireColumn } from '../../catalog/lookup.ts';
import type { TableVersion } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression, SelectStatement } from '../../parser/syntax.ts';
import type { LogicalPlan, SortKey } from '../logical/plan.ts';
import type { Scalar } from '../logical/scalar.ts';

export type ColumnReference = Extract<Expression, { readonly kind: 'column' }>;

/** A column of a SELECT list; its scalar reads the columns of a plan. */
export interface NamedScalar {
  readonly name: string;
  readonly scalar: Scalar;
}

/** What a query gives: columns over a plan, in some order. */
export interface QueryRows {
  readonly plan: LogicalPlan;
  readonly columns: readonly NamedScalar[];
  readonly order: readonly SortKey[];
}

/** A column of a FROM clause. */
export interface ScopeColumn extends NamedScalar {
  /** Name by which it may be qualified, in lower case. */
  readonly table: string | undefined;
  /** USING put another column in its place: only its qualified name finds it. */
  readonly merged?: true;
}

/** What a SELECT reads. */
export interface Relation {
  readonly plan: LogicalPlan;
  readonly columns: readonly ScopeColumn[];
  readonly tables: readonly VisibleTable[];
  /** The order in which a derived table gives its rows. */
  readonly order: readonly SortKey[];
}

export interface VisibleTable {
  /** In lower case; absent for a derived table without alias. */
  readonly name: string | undefined;
  /** Absent for a derived table. */
  readonly version: TableVersion | undefined;
}

/** Names that are visible in an expression: columns, and aliases of the SELECT list. */
export interface Scope {
  readonly relation: Relation | undefined;
  readonly aliases: ReadonlyMap<string, Expression>;
  /** Of a condition in a subquery: the query around it, whose columns the condition may read too. */
  readonly outer?: Scope;
  /** Queries around, whose columns may not be read: errors say so. */
  readonly farther: Scope | undefined;
}

/** The scope of a SELECT. */
export function scopeOf(
  select: SelectStatement,
  relation: Relation | undefined,
  farther: Scope | undefined,
): Scope {
  const aliases = new Map<string, Expression>();
  for (const item of select.items) {
    if ('kind' in item || item.alias === undefined) continue;
    const name = item.alias.toLowerCase();
    if (!aliases.has(name)) aliases.set(name, item.expression);
  }
  return { relation, aliases, farther };
}

/** The scope without an alias, so that `a + 1 AS a` does not refer to itself. */
export function withoutAlias(scope: Scope, name: string): Scope {
  const aliases = new Map(scope.aliases);
  aliases.delete(name.toLowerCase());
  return { ...scope, aliases };
}

/** The scope of an aggregate's operand: SQL does not show aliases there. */
export function withoutAliases(scope: Scope): Scope {
  return { ...scope, aliases: new Map() };
}

/** What a name means: a column comes before an alias of the SELECT list, as in DuckDB, and both before columns of outer queries. */
export function resolve(
  scope: Scope,
  reference: ColumnReference,
): { readonly column: Scalar } | { readonly alias: Expression } {
  const column = findColumn(scope.relation, reference);
  if (column !== undefined) return { column: { ...column.scalar, at: reference.at } };
  const alias = scope.aliases.get(reference.name.toLowerCase());
  if (alias !== undefined && reference.table === undefined) return { alias };
  const outer = scope.outer && findColumn(scope.outer.relation, reference);
  if (outer !== undefined) return { column: { ...outer.scalar, at: reference.at } };
  for (let far = scope.outer?.farther ?? scope.farther; far !== undefined; far = far.farther) {
    if (findColumn(far.relation, reference) !== undefined) throw tooFar(reference);
  }
  checkQualifier(scope, reference);
  throw unknownColumn(scope.relation, reference);
}

/** The column of that name, without regard to case; throws SQL_SYNTAX if the name says several. */
export function findColumn(
  relation: Relation | undefined,
  { name, table, at }: ColumnReference,
): ScopeColumn | undefined {
  if (relation === undefined) return undefined;
  const [wanted, qualifier] = [name.toLowerCase(), table?.toLowerCase()];
  const named = relation.columns.filter((column) => column.name.toLowerCase() === wanted);
  if (qualifier !== undefined) return named.find((column) => column.table === qualifier);
  const [first, second] = named.filter(({ merged }) => merged === undefined);
  if (second === undefined) return first;
  const places = named.flatMap(({ table: of }) => (of === undefined ? [] : [`"${of}.${name}"`]));
  const message = `column "${name}" is ambiguous: write ${places.join(' or ')}`;
  throw new TacitError('SQL_SYNTAX', message, at);
}

function tooFar({ name, at }: ColumnReference): TacitError {
  return new TacitError(
    'SQL_UNSUPPORTED',
    `column "${name}" belongs to an outer query: a subquery may read it only in conditions of the WHERE of a plain SELECT in [NOT] IN or [NOT] EXISTS, which the WHERE of the query just outside joins to others by AND`,
    at,
  );
}

function unknownColumn(relation: Relation | undefined, reference: ColumnReference): TacitError {
  const { name, at } = reference;
  if (relation === undefined) {
    const message = `unknown column "${name}": the statement has no FROM`;
    return new TacitError('SQL_UNKNOWN_COLUMN', message, at);
  }
  const [only, other] = relation.tables;
  if (only?.version !== undefined && other === undefined) requireColumn(only.version, name, at);
  const shown = relation.columns.filter(({ merged }) => merged === undefined);
  const names = shown.map((column) => column.name).join(', ');
  const message = `unknown column "${name}"; columns: ${names}`;
  return new TacitError('SQL_UNKNOWN_COLUMN', message, at);
}

/** Throws SQL_UNKNOWN_TABLE unless the qualifier, if there is one, names what the scope reads. */
export function checkQualifier(
  { relation }: Scope,
  reference: { readonly table?: string; readonly at: ColumnReference['at'] },
): void {
  const names = relation?.tables.flatMap(({ name }) => (name === undefined ? [] : [name])) ?? [];
  if (reference.table === undefined || names.includes(reference.table.toLowerCase())) return;
  const listed = names.map((name) => `"${name}"`).join(', ');
  const visible = names.length === 0 ? 'the statement has no FROM' : `it reads ${listed}`;
  throw new TacitError(
    'SQL_UNKNOWN_TABLE',
    `the statement does not read a table "${reference.table}"; ${visible}`,
    reference.at,
  );
}
