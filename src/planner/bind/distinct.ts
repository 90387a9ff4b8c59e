import { TacitError } from '../../errors/tacit-error.ts';
import type { GroupKey, LogicalPlan } from '../logical/plan.ts';
import { scalarKey } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { Clauses } from './clauses.ts';
import { keyOf } from './group-by.ts';
import { overGroups } from './over-groups.ts';

/** SELECT DISTINCT: groups the rows by all items, unless the rows differ anyway. */
export function bindDistinctRows(clauses: Clauses, oneRow: boolean): Clauses {
  const { plan, items, terms } = clauses;
  if (
    oneRow ||
    plan.kind === 'oneRow' ||
    showsEveryKey(
      plan,
      items.map(({ scalar }) => scalar),
    )
  ) {
    return clauses;
  }
  const keys = new Map<string, GroupKey>();
  for (const { scalar, label, at } of items) {
    const key = keyOf(scalar, label, at);
    if (key.kind !== 'constant') keys.set(scalarKey(key), { scalar: key, label });
  }
  const at = items[0]?.at ?? { line: 1, column: 1 };
  const groups: LogicalPlan = {
    ...{
      kind: 'aggregate',
      input: plan,
      grouped: true,
      keys: [...keys.values()],
      aggregates: [],
      at,
    },
  };
  const move = overGroups(
    [...keys.values()].map(({ scalar }) => scalar),
    (_, place) => {
      const message = 'with DISTINCT, ORDER BY takes expressions of the SELECT list only';
      return new TacitError('SQL_GROUPING', message, place);
    },
  );
  return {
    plan: groups,
    items: items.map((item) => ({ ...item, scalar: move(item.scalar) })),
    terms: terms.map((term) => ({ ...term, scalar: move(term.scalar) })),
  };
}

/** Groups differ in their keys: rows that show all of them are distinct. */
function showsEveryKey(plan: LogicalPlan, items: readonly Scalar[]): boolean {
  if (plan.kind === 'filter' || plan.kind === 'window') return showsEveryKey(plan.input, items);
  if (plan.kind !== 'aggregate' || !plan.grouped) return false;
  const shown = new Set(items.flatMap((item) => (item.kind === 'column' ? [item.column] : [])));
  return plan.keys.every((_, k) => [...shown].some((id) => id === k));
}
