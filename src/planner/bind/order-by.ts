import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression, OrderItem, Query } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import type { SortKey } from '../logical/plan.ts';
import { columnsOf } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { Binder } from './binder.ts';
import type { BoundItem, BoundTerm, Clauses } from './clauses.ts';
import { integerOf } from './doubles.ts';
import { bindScalar } from './expression.ts';
import { numberLiteral } from './literals.ts';
import type { QueryRows } from './scope.ts';

/** Binds ORDER BY: positions and aliases of items, columns, expressions. NULLs come last unless NULLS FIRST is written. */
export function bindOrderBy(
  terms: readonly OrderItem[],
  binder: Binder,
  items: readonly BoundItem[],
): BoundTerm[] {
  return terms.map(({ expression, descending, nulls }) => {
    const item = itemOf(expression, items);
    const scalar = item?.scalar ?? foldScalar(bindScalar(binder, expression));
    return { scalar, descending, nullsFirst: nulls === 'first' };
  });
}

function itemOf(expression: Expression, items: readonly BoundItem[]): BoundItem | undefined {
  if (expression.kind === 'column' && expression.table === undefined) {
    const wanted = expression.name.toLowerCase();
    return items.find(({ name }) => name.toLowerCase() === wanted);
  }
  if (expression.kind === 'string' || expression.kind === 'null' || expression.kind === 'boolean') {
    throw new TacitError('SQL_SYNTAX', 'ORDER BY of a constant has no effect', expression.at);
  }
  if (expression.kind !== 'number') return undefined;
  const position = /^\d+$/.test(expression.text) ? Number(expression.text) : 0;
  const item = items[position - 1];
  if (item !== undefined) return item;
  throw new TacitError(
    'SQL_SYNTAX',
    `ORDER BY ${expression.text} is out of range: SELECT has ${items.length} items`,
    expression.at,
  );
}

/** LIMIT or OFFSET: a number of rows; NULL means none was given. */
export function bindRowCount(
  expression: Expression,
  what: string,
  binder: Binder,
): bigint | undefined {
  const scalar = foldScalar(bindScalar(binder, expression));
  const text = scalar.kind === 'constant' && typeof scalar.value === 'string' ? scalar.value : '';
  const value = /^\d+$/.test(text)
    ? integerOf(numberLiteral(text, expression.at))
    : integerOf(scalar);
  if (scalar.kind === 'constant' && scalar.value === null) return undefined;
  const integral = scalar.type.kind === 'integer' || scalar.type.kind === 'hugeint' || text !== '';
  if (value !== undefined && integral && value >= 0n) return value;
  throw new TacitError('SQL_TYPE', `${what} takes a number of rows, 0 or more`, expression.at);
}

/** Orders and limits rows; `before`: the order in which they come, which stays unless another is asked for. */
export function limited(
  { limit, offset }: Pick<Query, 'limit' | 'offset'>,
  binder: Binder,
  { plan, items, terms }: Clauses,
  before: readonly SortKey[],
): QueryRows {
  const keys = terms.filter(
    ({ scalar }) => scalar.kind !== 'constant' && !isConstantDouble(scalar),
  );
  const order = keys.length > 0 ? keys : before;
  const count = limit && bindRowCount(limit, 'LIMIT', binder);
  const skipped = (offset && bindRowCount(offset, 'OFFSET', binder)) ?? 0n;
  const columns = items.map(({ name, scalar }) => ({ name, scalar }));
  if (count === undefined && skipped === 0n) return { columns, order, plan };
  const limits = { offset: skipped, ...(count === undefined ? {} : { count }) };
  return { columns, order, plan: { kind: 'limit', input: plan, order, ...limits } };
}

function isConstantDouble(scalar: Scalar): boolean {
  return scalar.kind === 'ratio' && columnsOf(scalar).length === 0;
}
