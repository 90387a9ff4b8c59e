import type { ColumnId } from '../catalog/table.ts';
import { type Position, TacitError } from '../errors/tacit-error.ts';
import { isLookup } from './bind/join-hints.ts';
import type { Disclosure } from './disclosure.ts';
import { workOf } from './logical/join-work.ts';
import { rowsMax } from './logical/multiplicity.ts';
import {
  type Aggregate,
  inputsOf,
  type JoinPlan,
  type LogicalPlan,
  type PlanOf,
} from './logical/plan.ts';
import { mapNodes } from './logical/rewrite.ts';
import { BIGINT, column } from './logical/scalar.ts';
import { joinName } from './physical/join-guards.ts';
import { aggregateSide } from './rules/aggregate-side.ts';
import { joinUnder } from './rules/aggregated-join.ts';

/** A count of pairs, and what comes of its answer. */
interface PairsCount {
  readonly plan: LogicalPlan;
  readonly discloses: Disclosure;
}

/** Name of the only column of the answer. */
const PAIRS_COLUMN = 'join_rows';

/**
 * The plan that counts the pairs of rows with equal keys of the join whose hint says JOIN_ROWS(DISCLOSED), just those that the hint with
 * that number bounds: after all filters below the join, before its other conditions. `plan` is optimized, and what is returned is not.
 *
 * @throws SQL_UNSUPPORTED with the position of the SELECT if there is not exactly one join that the number is good for, or if its rows could
 * be others when it runs
 */
export function countOfPairs(plan: LogicalPlan, at: Position): PairsCount {
  const [join, another] = disclosedJoins(plan);
  if (join === undefined) {
    throw refused('no join of this SELECT needs to know how many rows it has; leave it out', at);
  }
  if (another !== undefined) {
    throw refused(
      'several joins would need a number, or one that is computed several times; name the table that one adds, or give numbers',
      at,
    );
  }
  if (join.keys.length === 0 || (join.nullAware && join.condition !== undefined)) {
    throw refused('a join without an equality compares all pairs', at);
  }
  if (picksRows(join.left) || picksRows(join.right)) {
    throw refused(
      'below the join is a LIMIT or a window function, which may choose other rows of equal rank the next time',
      at,
    );
  }
  const { left, right, keys } = join;
  const pairs: JoinPlan = {
    ...{ kind: 'join', join: 'inner', left, right, keys, nullAware: false },
    ...{ label: join.label, at: join.at },
  };
  const count: Aggregate = {
    ...{ fn: 'countStar', type: BIGINT, nullable: false, at: join.at },
    bounds: { min: 0n, max: rowsMax(pairs) },
    label: 'pairs of rows with equal keys',
  };
  const answer: LogicalPlan = {
    kind: 'output',
    input: withoutPairs({
      ...{ kind: 'aggregate', input: pairs, grouped: false, keys: [], aggregates: [count] },
      at: join.at,
    }),
    columns: [{ name: PAIRS_COLUMN, type: BIGINT, scalar: column(0 as ColumnId, count, join.at) }],
    order: [],
  };
  const what = `how many rows ${joinName(join)} has by its keys, in the text of the statement that follows`;
  return { plan: answer, discloses: { to: 'everyone', what } };
}

/** The count with one side grouped before the join, so that no pairs are made: DOUBLEs cannot be grouped so. */
function withoutPairs(count: PlanOf<'aggregate'>): PlanOf<'aggregate'> {
  const found = joinUnder(count);
  if (found === undefined) return count;
  const sides = (['right', 'left'] as const).flatMap(
    (side) => aggregateSide(found, side, (groups) => groups) ?? [],
  );
  const [first, second] = sides;
  if (first === undefined) return count;
  return second !== undefined && workOf(second) < workOf(first) ? second : first;
}

/** Whether which rows a relation has depends on how ties are broken, which is random. */
function picksRows(plan: LogicalPlan): boolean {
  return plan.kind === 'limit' || plan.kind === 'window' || inputsOf(plan).some(picksRows);
}

/** The same plan as if the join had one pair: whatever else would be refused of the statement shows before anything is counted. */
export function withOnePair(plan: LogicalPlan): LogicalPlan {
  return mapNodes(plan, (node) => {
    if (node.kind !== 'join' || node.disclosesPairs === undefined) return node;
    const { disclosesPairs: _, ...join } = node;
    return { ...join, pairsMax: 1n };
  });
}

function disclosedJoins(plan: LogicalPlan): JoinPlan[] {
  const below = inputsOf(plan).flatMap(disclosedJoins);
  const isMeant =
    plan.kind === 'join' &&
    plan.disclosesPairs === true &&
    !isLookup(plan) &&
    (plan.condition !== undefined || (plan.join !== 'semi' && plan.join !== 'anti'));
  return isMeant ? [...below, plan] : below;
}

function refused(why: string, at: Position): TacitError {
  return new TacitError('SQL_UNSUPPORTED', `JOIN_ROWS(DISCLOSED): ${why}`, at);
}
