import { columnOf } from '../../catalog/lookup.ts';
import type { ColumnId } from '../../catalog/table.ts';
import { printType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression, SelectStatement } from '../../parser/syntax.ts';
import type { Scalar } from '../logical/scalar.ts';
import { bindScalar } from './expression.ts';
import type { Scope } from './scope.ts';

export interface Grouping {
  readonly grouped: boolean;
  /** Distinct, in the order of GROUP BY. */
  readonly keys: readonly ColumnId[];
}

const IN_GROUP_BY = {
  code: 'SQL_GROUPING',
  message: 'GROUP BY cannot contain aggregates',
} as const;

/** Binds GROUP BY: columns, aliases and positions of SELECT items; constants group all rows together. */
export function bindGroupBy(select: SelectStatement, scope: Scope): Grouping {
  const keys: ColumnId[] = [];
  for (const expression of select.groupBy) {
    const target = itemAt(select, expression) ?? expression;
    const key = bindScalar(scope, target, IN_GROUP_BY);
    if (key.kind === 'constant') continue;
    const id = keyColumn(key, scope, expression);
    if (!keys.includes(id)) keys.push(id);
  }
  return { grouped: select.groupBy.length > 0, keys };
}

function itemAt(select: SelectStatement, expression: Expression): Expression | undefined {
  if (expression.kind !== 'number' || !/^\d+$/.test(expression.text)) return undefined;
  const item = select.items[Number(expression.text) - 1];
  if (item !== undefined) return item.expression;
  throw new TacitError(
    'SQL_GROUPING',
    `GROUP BY ${expression.text} is out of range: SELECT has ${select.items.length} items`,
    expression.at,
  );
}

function keyColumn(key: Scalar, { table }: Scope, { at }: Expression): ColumnId {
  if (key.kind !== 'column' || table === undefined) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'GROUP BY takes columns; grouping by an expression is not supported',
      at,
    );
  }
  const { name, type, dictionary } = columnOf(table, key.column);
  if (type.kind === 'boolean' || dictionary !== undefined) return key.column;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `GROUP BY "${name}": only BOOLEAN and dictionary columns are supported, it is ${printType(type)}`,
    at,
  );
}
