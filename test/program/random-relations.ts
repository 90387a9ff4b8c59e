import type { CollectColumn, ConcatStage, Stage } from '../../src/program/program.ts';
import { alignedRows, keptRows, rankBits } from '../../src/program/shapes.ts';
import type { Rng } from '../oracle/rng.ts';
import { anyRelation, type Draft, newRelation } from './program-draft.ts';
import { foldOf, Gates } from './random-circuits.ts';

const range = (n: number) => Array.from({ length: n }, (_, k) => k);
const PAIRS_MAX = 4000;
const PLANES_MAX = 80;
/** Most rows of ranks: all are compared with all. */
const RANKED_MAX = 200;

/** Adds a stage that makes a relation of relations, if there is one that it can read. */
export function addRelationStage(draft: Draft, operator: number): void {
  const add = draft.rng.pick([
    addConcat,
    addPairs,
    addScan,
    addSort,
    addRoute,
    addShuffle,
    addRank,
  ]);
  const stages = add(draft, operator);
  draft.stages.push(...stages);
}

function someOf<T>(rng: Rng, count: number, item: () => T): T[] {
  return Array.from({ length: 1 + rng.below(count) }, item);
}

function addConcat(draft: Draft, operator: number): Stage[] {
  const { rng } = draft;
  const width = 1 + rng.below(12);
  const inputs = someOf(rng, 3, (): ConcatStage['inputs'] => {
    const from = anyRelation(draft, PAIRS_MAX);
    if (from === undefined) return [];
    const planes = range(width).map(() =>
      rng.pick<number | 'zero' | 'one'>([
        rng.below(from.planes),
        rng.below(from.planes),
        'one',
        'zero',
      ]),
    );
    return [
      {
        relation: from.relation,
        rows: rng.chance(0.5) ? from.rows : rng.below(from.rows + 1),
        planes,
      },
    ];
  }).flat();
  if (inputs.length === 0) return [];
  const to = newRelation(draft, keptRows(inputs), width);
  return [{ kind: 'concat', to, inputs, operator }];
}

function addPairs(draft: Draft, operator: number): Stage[] {
  const left = anyRelation(draft, PAIRS_MAX / 128);
  const right = anyRelation(draft, left === undefined ? 0 : PAIRS_MAX / Math.max(1, left.rows));
  if (left === undefined || right === undefined || left.planes + right.planes > PLANES_MAX)
    return [];
  const rows = left.rows * alignedRows(right.rows);
  const to = newRelation(draft, rows, left.planes + right.planes);
  return [{ kind: 'pairs', left, right, to, operator }];
}

function addScan(draft: Draft, operator: number): Stage[] {
  const { rng } = draft;
  const from = anyRelation(draft);
  if (from === undefined || from.planes > PLANES_MAX) return [];
  const planes = someOf(rng, 5, () => rng.below(from.planes));
  const { combine } = foldOf(rng.pick(['min', 'max', 'or', 'xor']), planes.length);
  const to = newRelation(draft, from.rows, from.planes + planes.length);
  const direction = rng.pick(['down', 'up'] as const);
  return [
    {
      ...{ kind: 'scan', from: from.relation, to, rows: from.rows },
      ...{ planes, combine, direction, operator },
    },
  ];
}

function addSort(draft: Draft, operator: number): Stage[] {
  const { rng } = draft;
  const from = anyRelation(draft);
  if (from === undefined) return [];
  const key = range(from.planes).filter(() => rng.chance(0.3));
  if (key.length === 0) key.push(0);
  if (rng.chance(0.5)) key.reverse();
  const to = newRelation(draft, from.rows, from.planes);
  return [
    { kind: 'sort', from: from.relation, to, rows: from.rows, key, method: 'quick', operator },
  ];
}

/** Public places, and rows that are moved there. */
function addRoute(draft: Draft, operator: number): Stage[] {
  const { rng } = draft;
  const rows = rng.pick([1, 2, 9, 130]);
  const places = range(rows)
    .map((row) => ({ row, at: rng.word() }))
    .sort((a, b) => a.at - b.at);
  const values = places.map(({ row }) => BigInt(row));
  const columns: CollectColumn[] = [
    { kind: 'constant', values: range(rows).map(() => rng.bigint(0n, 15n)), width: 4 },
    { kind: 'constant', values, width: 8 },
  ];
  const from = newRelation(draft, rows, 12);
  const to = newRelation(draft, rows, 12);
  return [
    { kind: 'collect', relation: from, rows, columns, operator },
    { kind: 'route', from, to, rows, destination: range(8).map((bit) => 4 + bit), operator },
  ];
}

/** A shuffle and a sort by everything: rows that are equal may be in any order. */
function addShuffle(draft: Draft, operator: number): Stage[] {
  const from = anyRelation(draft);
  if (from === undefined) return [];
  const { rows, planes } = from;
  const hidden = draft.made++;
  const to = newRelation(draft, rows, planes);
  return [
    { kind: 'shuffle', from: from.relation, to: hidden, rows, operator },
    { ...{ kind: 'sort', from: hidden, to, rows, operator }, key: range(planes), method: 'quick' },
  ];
}

function addRank(draft: Draft, operator: number): Stage[] {
  const { rng } = draft;
  const from = anyRelation(draft, RANKED_MAX);
  if (from === undefined || from.rows === 0) return [];
  const { rows } = from;
  const planes = someOf(rng, 3, () => rng.below(from.planes));
  const gates = new Gates(rng, 2 * planes.length);
  const to = newRelation(draft, rows, from.planes + rankBits(rows));
  const precedes = gates.circuit(rng.below(20), 1);
  return [{ kind: 'rank', from: from.relation, to, rows, planes, precedes, operator }];
}
