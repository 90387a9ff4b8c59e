import type { ColumnId } from '../catalog/table.ts';
import { type Position, TacitError } from '../errors/tacit-error.ts';
import type { Disclosure } from './disclosure.ts';
import { rowsMax } from './logical/multiplicity.ts';
import { type Aggregate, inputsOf, type JoinPlan, type LogicalPlan } from './logical/plan.ts';
import { mapNodes } from './logical/rewrite.ts';
import { BIGINT, column } from './logical/scalar.ts';
import { joinName } from './physical/join-guards.ts';

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
 * @throws SQL_UNSUPPORTED with the position of the SELECT if there is not exactly one join that the number is good for
 */
export function countOfPairs(plan: LogicalPlan, at: Position): PairsCount {
  const [join, another] = disclosedJoins(plan);
  if (join === undefined) {
    throw refused('no join of this SELECT needs to know how many rows it has; leave it out', at);
  }
  if (another !== undefined) {
    throw refused('two joins would need a number: name the table that one of them adds', at);
  }
  if (join.keys.length === 0) throw refused('a join without an equality compares all pairs', at);
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
    input: {
      ...{ kind: 'aggregate', input: pairs, grouped: false, keys: [], aggregates: [count] },
      at: join.at,
    },
    columns: [{ name: PAIRS_COLUMN, type: BIGINT, scalar: column(0 as ColumnId, count, join.at) }],
    order: [],
  };
  const what = `how many rows ${joinName(join)} has by its keys, in the text of the statement that follows`;
  return { plan: answer, discloses: { to: 'everyone', what } };
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
    (plan.condition !== undefined || (plan.join !== 'semi' && plan.join !== 'anti'));
  return isMeant ? [...below, plan] : below;
}

function refused(why: string, at: Position): TacitError {
  return new TacitError('SQL_UNSUPPORTED', `JOIN_ROWS(DISCLOSED): ${why}`, at);
}
