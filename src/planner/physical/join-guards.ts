import { type JoinPlan, relationColumns } from '../logical/plan.ts';
import { printScalar } from '../print-scalar.ts';
import type { JoinGuard } from './plan.ts';

/** That no two rows of right have one key, as their owners declared it together. */
export function uniqueGuard(plan: JoinPlan): JoinGuard {
  const columns = relationColumns(plan.right).map(({ name }) => name);
  const keys = plan.keys.map(({ right }) => printScalar(right, columns)).join(', ');
  const join = joinName(plan);
  return {
    tells: `${join}: whether a value of ${keys} is in more than one row, which its owners declared it is not`,
    exceeded:
      `${join}: declared is that a value of ${keys} is in one row at most, over all owners and parts, but one is in more; ` +
      'its owners must find which row is published twice, or declare a higher multiplicity',
  };
}

/** That a join has no more rows than is declared or hinted. */
export function pairsGuard(
  plan: JoinPlan,
  pairs: bigint,
  source: 'declared' | 'hinted',
): JoinGuard {
  const join = joinName(plan);
  const advice =
    source === 'hinted'
      ? 'raise the number in the hint JOIN_ROWS'
      : 'the owners of the columns joined on must declare higher multiplicities';
  return {
    tells: `${join}: whether it has more than ${pairs} rows, the bound that is ${source}`,
    exceeded: `${join}: it has more than ${pairs} rows, the bound that is ${source}; ${advice}`,
  };
}

/** `the join on l.k = r.k`. */
export function joinName({ label, keys, left, right }: JoinPlan): string {
  if (label !== '') return `the join on ${label}`;
  const print = (plan: JoinPlan['left'], scalar: (typeof keys)[number]['left']) =>
    printScalar(
      scalar,
      relationColumns(plan).map(({ name }) => name),
    );
  return `the join on ${keys.map((key) => `${print(left, key.left)} = ${print(right, key.right)}`).join(' AND ')}`;
}
