import { rowCount } from '../../catalog/table.ts';
import type { LogicalPlan } from './plan.ts';
import { smaller } from './quotient.ts';
import type { Scalar } from './scalar.ts';

/** How many different values a scalar of public bounds can have, NULL counted as one. */
export function domainSize({ bounds, dictionary, nullable }: Scalar): bigint {
  const values =
    dictionary === undefined ? bounds.max - bounds.min + 1n : BigInt(dictionary.length);
  return values + (nullable ? 1n : 0n);
}

/** Most rows that a relation can have: a public number. */
export function rowsMax(plan: LogicalPlan): bigint {
  switch (plan.kind) {
    case 'oneRow':
      return 1n;
    case 'scan':
      return BigInt(rowCount(plan.table));
    case 'aggregate': {
      if (!plan.grouped) return 1n;
      const groups = plan.keys.reduce((product, { scalar }) => product * domainSize(scalar), 1n);
      return smaller(groups, rowsMax(plan.input));
    }
    case 'limit':
      return plan.count === undefined
        ? rowsMax(plan.input)
        : smaller(plan.count, rowsMax(plan.input));
    default:
      return rowsMax(plan.input);
  }
}
