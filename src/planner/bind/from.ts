import { columnOf, findTable } from '../../catalog/lookup.ts';
import type { Catalog, ColumnId } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { DerivedTable, FromItem, TableReference } from '../../parser/syntax.ts';
import { column } from '../logical/scalar.ts';
import type { Environment } from './environment.ts';
import { bindJoin } from './join.ts';
import type { NamedScalar, QueryRows, Relation } from './scope.ts';

/** Binds FROM: tables, common tables, SELECTs and joins of them. */
export function bindFrom(from: FromItem, environment: Environment): Relation {
  if ('join' in from) {
    const [left, right] = [bindFrom(from.left, environment), bindFrom(from.right, environment)];
    return bindJoin(from, left, right, environment);
  }
  environment.budget.spendSource(from.at);
  if ('select' in from)
    return named(environment.select(from.select, environment), from, from.columns);
  const common = environment.common.get(from.name.toLowerCase());
  if (common !== undefined) {
    const { table, sees } = common;
    const rows = environment.select(table.select, sees);
    return named(rows, { ...from, alias: from.alias ?? table.name }, table.columns);
  }
  return tableRelation(from, environment.catalog);
}

function tableRelation(from: TableReference, catalog: Catalog): Relation {
  const version = findTable(catalog, from.name, from.at);
  const ids = version.definition.columns.map((_, index) => index as ColumnId);
  const name = (from.alias ?? version.definition.name).toLowerCase();
  return {
    plan: { kind: 'scan', table: version, columns: ids },
    columns: ids.map((id) => {
      const definition = columnOf(version, id);
      return { name: definition.name, scalar: column(id, definition, from.at), table: name };
    }),
    tables: [{ name, version }],
    order: [],
  };
}

function named(
  rows: QueryRows,
  { alias, at }: Pick<DerivedTable, 'alias' | 'at'>,
  names: readonly string[] | undefined,
): Relation {
  if (names !== undefined && names.length > rows.columns.length) {
    const message = `${names.length} column names for ${rows.columns.length} columns`;
    throw new TacitError('SQL_SYNTAX', message, at);
  }
  const renamed = rows.columns.map((each, k) => ({ ...each, name: names?.[k] ?? each.name }));
  const name = alias?.toLowerCase();
  return {
    plan: rows.plan,
    columns: unambiguous(renamed).map((each) => ({ ...each, table: name })),
    tables: [{ name, version: undefined }],
    order: rows.order,
  };
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
