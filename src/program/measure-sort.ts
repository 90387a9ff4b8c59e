import type { Circuit } from '../circuits/circuit.ts';
import { type Account, layersOf, measureCircuit } from './account.ts';
import { measureOpening, measureShuffle, runShuffle, type ShuffleSize } from './measure-shuffle.ts';
import type { Program, SortStage } from './program.ts';
import { relationSizes } from './relation-sizes.ts';
import { exchangeCircuit, networkLayers } from './sort-network.ts';
import type { SortRecord } from './sort-record.ts';
import { comparedBits, comparisonCircuit, SORT_LANES, sortPieces, tieBits } from './sort-shape.ts';
import { STEP } from './steps.ts';

/** What the lanes of a measured run do (measure-verification.ts). */
interface LaneOfSizes {
  rounds: number;
  circuit(circuit: Circuit, rows: number): void;
  barrier(): void;
  together(tasks: readonly ((lane: LaneOfSizes) => void)[]): void;
}

/** A sort of a relation of `planes` planes whose levels make so many comparisons each. */
export interface MeasuredSort {
  readonly stage: SortStage;
  /** Index of the stage. */
  readonly index: number;
  readonly planes: number;
  readonly levels: readonly number[];
}

/** The sorts of a program with what they do, by index of the stage. */
export function measuredSorts(
  program: Program,
  record: SortRecord,
): ReadonlyMap<number, MeasuredSort> {
  const sizes = relationSizes(program);
  const sorts = new Map<number, MeasuredSort>();
  let quick = 0;
  program.stages.forEach((stage, index) => {
    if (stage.kind !== 'sort') return;
    const levels = stage.method === 'quick' ? (record[quick++] ?? []) : [];
    sorts.set(index, { stage, index, planes: sizes[stage.from]?.planes ?? 0, levels });
  });
  return sorts;
}

/** Shuffle, comparisons and openings as parties run them that follow the protocol. */
export function measureSort(account: Account, sort: MeasuredSort | undefined): void {
  if (sort === undefined || sort.stage.rows <= 1) return;
  if (sort.stage.method === 'network') {
    measureNetwork(account, sort);
    return;
  }
  const { index, levels, stage } = sort;
  measureShuffle(account, shuffleOf(sort));
  const width = comparedBits(stage);
  for (const [level, comparisons] of levels.entries()) {
    const circuit = comparisonCircuit(width, comparisons);
    const pieces = sortPieces(comparisons);
    account.rounds += layersOf(circuit) * Math.ceil(pieces.length / SORT_LANES) + 1;
    for (const [piece, { rows }] of pieces.entries()) {
      const stepOf = (layer: number) => STEP.sortAnd(index, piece, level, layer);
      measureCircuit(account, circuit, rows, stepOf);
    }
    measureOpening(account, STEP.sortOpen(index, level), Math.ceil(comparisons / 8));
  }
}

/** The same at a lane of an active run: batches and rounds; the messages of the shuffle's check go to the account. */
export function runSort(lane: LaneOfSizes, account: Account, sort: MeasuredSort | undefined): void {
  if (sort === undefined || sort.stage.rows <= 1) return;
  const { levels, stage } = sort;
  if (stage.method === 'network') {
    const circuit = exchangeOf(sort);
    for (const pairs of networkLayers(stage.rows)) lane.circuit(circuit, pairs.length);
    return;
  }
  runShuffle(lane, account, shuffleOf(sort));
  const width = comparedBits(stage);
  for (const comparisons of levels) {
    const circuit = comparisonCircuit(width, comparisons);
    const pieces = sortPieces(comparisons);
    const lanes = pieces.slice(0, SORT_LANES);
    lane.together(
      lanes.map((_, k) => (side) => {
        pieces.forEach(({ rows }, piece) => {
          if (piece % lanes.length === k) side.circuit(circuit, rows);
        });
      }),
    );
    lane.barrier();
    lane.rounds += 1;
  }
}

function measureNetwork(account: Account, sort: MeasuredSort): void {
  const { index, stage } = sort;
  const circuit = exchangeOf(sort);
  for (const [layer, pairs] of networkLayers(stage.rows).entries()) {
    account.rounds += layersOf(circuit);
    measureCircuit(account, circuit, pairs.length, (and) => STEP.sortNetwork(index, layer, and));
  }
}

/** All planes travel through the exchanges, and the numbers of the rows. */
function exchangeOf({ stage, planes }: MeasuredSort): Circuit {
  return exchangeCircuit(comparedBits(stage), planes + tieBits(stage.rows));
}

function shuffleOf({ stage, index, planes }: MeasuredSort): ShuffleSize {
  return { id: `${index}`, rows: stage.rows, planes: planes + tieBits(stage.rows) };
}
