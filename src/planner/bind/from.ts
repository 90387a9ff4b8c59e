import { columnOf, findTable } from '../../catalog/lookup.ts';
import type { Catalog, ColumnId } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type {
  CommonTable,
  DerivedTable,
  SelectStatement,
  TableReference,
} from '../../parser/syntax.ts';
import { column } from '../logical/scalar.ts';
import type { ParameterValue } from '../parameters.ts';
import type { Budget } from './budget.ts';
import type { NamedScalar, Relation } from './scope.ts';

/** What names in FROM mean. */
export interface Environment {
  readonly catalog: Catalog;
  readonly parameters: readonly ParameterValue[];
  readonly budget: Budget;
  /** Common tables by their lower-case names, each with what it sees itself. */
  readonly common: ReadonlyMap<string, { readonly table: CommonTable; readonly sees: Environment }>;
  /** Binds a SELECT to a relation without a qualifier. */
  readonly select: (select: SelectStatement, environment: Environment) => Relation;
}

/** The environment inside a SELECT: its WITH clause hides what is outside. */
export function withCommonTables(select: SelectStatement, outer: Environment): Environment {
  let environment = outer;
  const names = new Set<string>();
  for (const table of select.with) {
    const name = table.name.toLowerCase();
    if (names.has(name)) {
      throw new TacitError('SQL_SYNTAX', `WITH names "${table.name}" twice`, table.at);
    }
    names.add(name);
    const common = new Map(environment.common);
    environment = { ...environment, common: common.set(name, { table, sees: environment }) };
  }
  return environment;
}

/** Binds FROM: a table, a common table or a SELECT. */
export function bindFrom(
  from: TableReference | DerivedTable | undefined,
  environment: Environment,
): Relation | undefined {
  if (from === undefined) return undefined;
  if ('select' in from)
    return named(environment.select(from.select, environment), from, from.columns);
  const common = environment.common.get(from.name.toLowerCase());
  if (common !== undefined) {
    const { table, sees } = common;
    const relation = environment.select(table.select, sees);
    return named(relation, { ...from, alias: from.alias ?? table.name }, table.columns);
  }
  return tableRelation(from, environment.catalog);
}

function tableRelation(from: TableReference, catalog: Catalog): Relation {
  const table = findTable(catalog, from.name, from.at);
  const ids = table.definition.columns.map((_, index) => index as ColumnId);
  return {
    plan: { kind: 'scan', table, columns: ids },
    columns: ids.map((id) => {
      const definition = columnOf(table, id);
      return { name: definition.name, scalar: column(id, definition, from.at) };
    }),
    qualifier: (from.alias ?? table.definition.name).toLowerCase(),
    table,
    order: [],
  };
}

function named(
  relation: Relation,
  { alias, at }: Pick<DerivedTable, 'alias' | 'at'>,
  names: readonly string[] | undefined,
): Relation {
  if (names !== undefined && names.length > relation.columns.length) {
    const message = `${names.length} column names for ${relation.columns.length} columns`;
    throw new TacitError('SQL_SYNTAX', message, at);
  }
  const renamed = relation.columns.map((each, k) => ({ ...each, name: names?.[k] ?? each.name }));
  return { ...relation, columns: unambiguous(renamed), qualifier: alias?.toLowerCase() };
}

/** DuckDB calls the second column of a name `name_1`. */
function unambiguous(columns: readonly NamedScalar[]): NamedScalar[] {
  const taken = new Set<string>();
  return columns.map((each) => {
    let { name } = each;
    for (let k = 1; taken.has(name.toLowerCase()); k++) name = `${each.name}_${k}`;
    taken.add(name.toLowerCase());
    return { ...each, name };
  });
}
