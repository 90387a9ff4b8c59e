import { encodingFor } from '../../catalog/types.ts';
import type { Aggregate, LogicalPlan, PlanOf } from '../logical/plan.ts';
import { retype, type Scalar } from '../logical/scalar.ts';
import type { AggregatedJoin } from './aggregated-join.ts';
import { decompose } from './decompose-aggregate.ts';
import { After, type Later, type Side, Sides } from './grouped-side.ts';
import { PartialGroups } from './partial-groups.ts';

/** Widest number that every circuit over rows computes. */
const BITS_MAX = 128;

type Groups = PlanOf<'aggregate'>;

/**
 * The aggregate over a join one side of which is grouped by its keys, and by the group keys that it has; `groups` may put
 * an equal plan in place of these groups. Undefined if an aggregate or a key needs both sides at once, or if a number would be too wide.
 */
export function aggregateSide(
  found: AggregatedJoin,
  side: Side,
  groups: (partial: Groups) => Groups,
): Groups | undefined {
  const { node, join, filters } = found;
  const scalars = new Sides(join, side);
  const partial = new PartialGroups(join[side], node.at);
  if (filters.some(({ predicate }) => !scalars.isOfOther(predicate))) return undefined;
  const joinKeys = join.keys.map((key) => partial.key(key[side]));
  const keys = node.keys.map((key): Later<Scalar> | undefined => {
    if (scalars.isOfOther(key.scalar)) return (after) => after.other(key.scalar);
    if (!scalars.isOfOwn(key.scalar)) return undefined;
    const place = partial.key(scalars.own(key.scalar), key.label);
    return (after) => retype(after.column(place, key.scalar.at), key.scalar.type);
  });
  const aggregates = node.aggregates.map((each) => decompose(each, scalars, partial));
  if (![...keys, ...aggregates].every((each) => each !== undefined)) return undefined;
  const after = new After(scalars, join, groups(partial.plan()), joinKeys);
  const plan: Groups = {
    ...node,
    input: filters.reduceRight<LogicalPlan>((input, filter) => {
      return { ...filter, input, predicate: after.other(filter.predicate) };
    }, after.join),
    keys: node.keys.map((key, k) => ({ ...key, scalar: keys[k]?.(after) ?? key.scalar })),
    aggregates: node.aggregates.map((each, k) => aggregates[k]?.(after) ?? each),
  };
  return [...partial.plan().aggregates, ...plan.aggregates].every(fits) ? plan : undefined;
}

function fits({ operand, bounds, fn }: Aggregate): boolean {
  const own = fn === 'sum' ? [bounds] : [];
  const widths = [...own, ...(operand ? [operand.bounds] : [])].map(
    (each) => encodingFor(each).width,
  );
  return operand?.bytes !== undefined || widths.every((width) => width <= BITS_MAX);
}
