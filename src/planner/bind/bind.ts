import type { Catalog, ColumnId } from '../../catalog/table.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import { defaultName } from '../../parser/result-name.ts';
import type { Expression, SelectItem, SelectStatement, Statement } from '../../parser/syntax.ts';
import { requireFits } from '../logical/arithmetic-types.ts';
import { foldScalar } from '../logical/fold.ts';
import type { Aggregate, LogicalPlan, OutputColumn } from '../logical/plan.ts';
import { columnsOf } from '../logical/rewrite.ts';
import { isNumeric, type Scalar } from '../logical/scalar.ts';
import { bindAggregate } from './aggregate.ts';
import { asBoolean, bindScalar } from './expression.ts';
import { bindGroupBy, type Grouping } from './group-by.ts';
import { resolve, type Scope, scopeOf, withoutAlias } from './scope.ts';

const IN_WHERE = { code: 'SQL_GROUPING', message: 'WHERE cannot contain aggregates' } as const;
const OVER_AGGREGATE = {
  code: 'SQL_UNSUPPORTED',
  message: 'expressions over aggregates are not supported; select the aggregate itself',
} as const;

/**
 * Turns a statement into a plan over the catalog: resolves names, derives types, bounds and nullability, and
 * refuses with a position what is wrong or not supported.
 */
export function bind(statement: Statement, catalog: Catalog): LogicalPlan {
  const { select } = statement;
  const scope = scopeOf(select, catalog);
  const source = bindSource(select, scope);
  const grouping = bindGroupBy(select, scope);
  const aggregates: Aggregate[] = [];
  const columns = select.items.map((item) => bindItem(item, scope, grouping, aggregates));
  if (scope.table === undefined && aggregates.length === 0 && !grouping.grouped) {
    return { kind: 'output', input: source, columns };
  }
  if (aggregates.length === 0 && !grouping.grouped) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'rows are not released: SELECT aggregates, or GROUP BY the columns',
      select.items[0]?.at ?? select.at,
    );
  }
  const { grouped, keys } = grouping;
  const at = select.groupBy[0]?.at ?? select.at;
  const input: LogicalPlan = { kind: 'aggregate', input: source, grouped, keys, aggregates, at };
  return { kind: 'output', input, columns };
}

function bindSource(select: SelectStatement, scope: Scope): LogicalPlan {
  const { table } = scope;
  const source: LogicalPlan =
    table === undefined
      ? { kind: 'oneRow' }
      : {
          kind: 'scan',
          table,
          columns: table.definition.columns.map((_, index) => index as ColumnId),
        };
  if (select.where === undefined) return source;
  const condition = bindScalar(scope, select.where, IN_WHERE);
  const predicate = asBoolean(condition, 'WHERE');
  return { kind: 'filter', input: source, predicate, label: label(select.where) };
}

function bindItem(
  item: SelectItem,
  scope: Scope,
  grouping: Grouping,
  aggregates: Aggregate[],
): OutputColumn {
  const name = item.alias ?? defaultName(item.expression);
  const { expression, inner } = dealias(item.expression, scope);
  if (expression.kind === 'aggregate' || expression.kind === 'countStar') {
    const aggregate = bindAggregate(inner, expression);
    aggregates.push(aggregate);
    const value = { kind: 'aggregate', index: aggregates.length - 1 } as const;
    return { name, type: aggregate.type, value };
  }
  const scalar = foldScalar(bindScalar(inner, expression, OVER_AGGREGATE));
  requireGrouped(scalar, scope, grouping, item.at);
  if (scalar.kind === 'constant' && typeof scalar.value === 'bigint' && isNumeric(scalar.type)) {
    requireFits(scalar.value, scalar.type, item.at);
  }
  return { name, type: scalar.type, value: { kind: 'scalar', scalar } };
}

/** Follows an item that is the alias of another item. */
function dealias(
  expression: Expression,
  scope: Scope,
): { readonly expression: Expression; readonly inner: Scope } {
  if (expression.kind !== 'column') return { expression, inner: scope };
  const found = resolve(scope, expression);
  if ('column' in found) return { expression, inner: scope };
  return dealias(found.alias, withoutAlias(scope, expression.name));
}

function requireGrouped(scalar: Scalar, scope: Scope, grouping: Grouping, at: Position): void {
  for (const id of columnsOf(scalar)) {
    if (grouping.keys.includes(id)) continue;
    const name = scope.table?.definition.columns[id]?.name ?? '';
    throw new TacitError(
      'SQL_GROUPING',
      `column "${name}" must be aggregated or named in GROUP BY; rows are not released`,
      at,
    );
  }
}
