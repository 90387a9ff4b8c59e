import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import type { Expression, SelectStatement } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import type { GroupKey } from '../logical/plan.ts';
import { scalarKey } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';
import { type Binder, withoutAggregates, withoutWindows } from './binder.ts';
import type { BoundItem } from './clauses.ts';
import { integerOf } from './doubles.ts';
import { bindScalar } from './expression.ts';
import { readsPlaces } from './places.ts';

/** Binds GROUP BY: expressions, aliases, positions or ALL; constants group all rows together and are no keys. */
export function bindGroupBy(
  select: SelectStatement,
  binder: Binder,
  items: readonly BoundItem[],
): GroupKey[] {
  if (select.groupBy === 'all') {
    return distinctKeys(items.filter(({ scalar }) => !isComputed(scalar)));
  }
  const inner: Binder = {
    ...binder,
    aggregate: withoutAggregates('GROUP BY'),
    window: withoutWindows('GROUP BY'),
  };
  const terms = select.groupBy.map((expression): BoundItem => {
    const item = itemAt(items, expression);
    if (item !== undefined) {
      if (readsPlaces(item.scalar, 'aggregate')) withoutAggregates('GROUP BY')(item);
      if (readsPlaces(item.scalar, 'window')) withoutWindows('GROUP BY')(item);
      return { ...item, at: expression.at };
    }
    const scalar = foldScalar(bindScalar(inner, expression));
    return {
      ...{ name: '', scalar, label: label(expression) },
      ...{ readsColumns: true, at: expression.at },
    };
  });
  return distinctKeys(terms);
}

/** Whether an item of the SELECT list is of groups, and no key of them. */
export function isComputed(scalar: Scalar): boolean {
  return readsPlaces(scalar, 'aggregate') || readsPlaces(scalar, 'window');
}

function itemAt(items: readonly BoundItem[], expression: Expression): BoundItem | undefined {
  if (expression.kind !== 'number' || !/^\d+$/.test(expression.text)) return undefined;
  const item = items[Number(expression.text) - 1];
  if (item !== undefined) return item;
  throw new TacitError(
    'SQL_GROUPING',
    `GROUP BY ${expression.text} is out of range: SELECT has ${items.length} items`,
    expression.at,
  );
}

function distinctKeys(terms: readonly BoundItem[]): GroupKey[] {
  const keys = new Map<string, GroupKey>();
  for (const { scalar, label: text, at } of terms) {
    const key = keyOf(scalar, text, at);
    if (key.kind !== 'constant') keys.set(scalarKey(key), { scalar: key, label: text });
  }
  return [...keys.values()];
}

/** The integer that tells groups apart; throws SQL_UNSUPPORTED for a DOUBLE that has none. */
export function keyOf(scalar: Scalar, text: string, at: Expression['at']): Scalar {
  if (scalar.kind !== 'ratio') return scalar;
  const exact = scalar.after.length === 0 && (integerOf(scalar.denominator) ?? 0n) !== 0n;
  if (exact) return keyOf(scalar.numerator, text, at);
  const message = `GROUP BY, DISTINCT or PARTITION BY of ${text}: it is a computed DOUBLE`;
  throw new TacitError('SQL_UNSUPPORTED', message, at);
}
