import { AND_SECONDS } from '../../circuits/gadgets/shapes.ts';
import type { NetworkProfile } from '../../planner/network.ts';
import { measure } from '../../program/measure.ts';
import { type Program, SECURITY_DEFAULT, type Stage } from '../../program/program.ts';
import type { Workshop } from '../collect.ts';
import { Numbering } from '../numbering.ts';
import type { PlaneRelation } from './relation.ts';

/** Stages that make a relation of another. */
export type Make<Shop extends Workshop = Workshop> = (
  shop: Shop,
  operator: number,
  from: PlaneRelation,
) => PlaneRelation;

/** Of several ways to make a relation the soonest done, by the exact cost of its stages; ties go to the first. */
export function soonest<Shop extends Workshop>(
  shop: Shop,
  from: PlaneRelation,
  ways: readonly [Make<Shop>, ...Make<Shop>[]],
): Make<Shop> {
  const [first, ...others] = ways;
  if (others.length === 0) return first;
  let [best, least] = [first, seconds(shop, from, first)];
  for (const way of others) {
    const time = seconds(shop, from, way);
    if (time < least) [best, least] = [way, time];
  }
  return best;
}

/** What the stages take, measured in a program of their own. */
function seconds<Shop extends Workshop>(shop: Shop, from: PlaneRelation, make: Make<Shop>): number {
  const numbering = new Numbering();
  const relation = numbering.relation();
  const { rows, planes } = from;
  const column = { kind: 'constant', values: [], width: planes } as const;
  const stages: Stage[] = [{ kind: 'collect', relation, rows, columns: [column], operator: 0 }];
  const made = make({ ...shop, numbering, stages }, 0, { ...from, relation });
  const opened = { relation: made.relation, rows: made.rows, planes: [0] };
  const program: Program = {
    ...{ format: 3, suite: { parties: 3, threshold: 1, security: SECURITY_DEFAULT }, stages },
    results: numbering.results(0, opened),
    operators: [''],
  };
  return programSeconds(program, shop.network);
}

function programSeconds(program: Program, network: NetworkProfile): number {
  const { rounds, bytesPerParty, andGates } = measure(program).total;
  const { roundTripSeconds, bytesPerSecond } = network;
  const sent = Math.max(...bytesPerParty) / bytesPerSecond;
  return (rounds * roundTripSeconds) / 2 + sent + andGates * AND_SECONDS;
}
