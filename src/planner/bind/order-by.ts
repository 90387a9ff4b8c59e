import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression, OrderItem } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import type { Binder } from './binder.ts';
import type { BoundItem, BoundTerm } from './clauses.ts';
import { integerOf } from './doubles.ts';
import { bindScalar } from './expression.ts';
import { numberLiteral } from './literals.ts';

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
