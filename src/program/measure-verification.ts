import type { Circuit } from '../circuits/circuit.ts';
import { Account, gatesOfLayers, INJECTION_ROUNDS } from './account.ts';
import { BatchBook, type ClosedBatch } from './batch-book.ts';
import type { CheckKind } from './checks.ts';
import { bitsToFieldCircuit, countCircuit, fieldToBitsCircuit } from './conversion.ts';
import { checkRounds, measureCheck } from './measure-check.ts';
import { runRoute, runShuffle } from './measure-shuffle.ts';
import { type MeasuredSort, measuredSorts, runSort } from './measure-sort.ts';
import {
  type Chunk,
  chunksOf,
  type FieldStep,
  type NormalizeStage,
  type Program,
  type RankStage,
  type RowStage,
  type ScanStage,
  type Stage,
} from './program.ts';
import { relationSizes } from './relation-sizes.ts';
import { SCAN_LANES, scanPieces, scanRuns, scanShape } from './scan-shape.ts';
import { andBytes, carryLevels, foldLevels, rankLayout, widestDigit } from './shapes.ts';
import { expectedSorts, type SortRecord } from './sort-record.ts';

/**
 * A lane of the executor as far as rounds and batches go: it takes the steps that a lane takes, in the same order, with sizes
 * instead of data. Batches that are closed are charged to the account.
 */
class SizedLane {
  rounds = 0;
  readonly account: Account;
  readonly #book: BatchBook;
  /** Every batch of the program, as they are closed. */
  readonly #closed: ClosedBatch[];
  /** Rounds of the longest check that no barrier has waited for. */
  #pending = 0;

  constructor(account: Account, closed: ClosedBatch[] = [], book = new BatchBook()) {
    this.account = account;
    this.#closed = closed;
    this.#book = book;
  }

  circuit(circuit: Circuit, rows: number): void {
    for (const gates of gatesOfLayers(circuit)) {
      this.rounds += 1;
      this.#add('and', gates * andBytes(rows));
    }
  }

  products(n: number): void {
    this.#add('product', n);
  }

  /** So many products that stay together. */
  whole(entries: number): void {
    const { before, after } = this.#book.addWhole(entries);
    for (const closed of [before, after]) if (closed !== undefined) this.#verify(closed);
  }

  injection(columns: number, rows: number): void {
    this.rounds += INJECTION_ROUNDS;
    this.products(2 * columns * rows);
  }

  barrier(): void {
    for (const closed of this.#book.close()) this.#verify(closed);
    this.rounds += this.#pending;
    this.#pending = 0;
  }

  /** Runs tasks side by side, each in a lane of its own, as `together` does. */
  together(tasks: readonly ((lane: SizedLane) => void)[]): void {
    if (tasks.length === 0) return;
    const books = this.#book.fork(tasks.length);
    const lanes = books.map((book) => new SizedLane(this.account, this.#closed, book));
    for (const [k, lane] of lanes.entries()) tasks[k]?.(lane);
    this.rounds += Math.max(...lanes.map(({ rounds }) => rounds));
    for (const lane of lanes) {
      const { and, product } = lane.#book.open;
      this.#pending = Math.max(this.#pending, lane.#pending);
      this.#add('and', and);
      if (product > 0) this.whole(product);
    }
  }

  #add(kind: CheckKind, size: number): void {
    for (const { closes } of this.#book.add(kind, size)) {
      if (closes !== undefined) this.#verify(closes);
    }
  }

  #verify(batch: ClosedBatch): void {
    const { id, shape } = batch;
    this.#closed.push(batch);
    measureCheck(this.account, shape, id);
    this.#pending = Math.max(this.#pending, checkRounds(shape));
  }
}

/**
 * Charges the messages of all checks of a program to the account; returns the rounds of the program, those in which a lane
 * waits for checks included. The executor's lanes close the same batches (tests compare them).
 */
export function measureVerification(
  account: Account,
  program: Program,
  sorts: SortRecord = expectedSorts(program),
): number {
  return runProgram(new SizedLane(account), program, sorts);
}

/** Every batch that an active run of the program verifies, by id; `sorts` is what its sorts have done. */
export function batchesOf(program: Program, sorts: SortRecord): ClosedBatch[] {
  const closed: ClosedBatch[] = [];
  runProgram(new SizedLane(new Account(), closed), program, sorts);
  return closed.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function runProgram(lane: SizedLane, program: Program, sorts: SortRecord): number {
  const measured = measuredSorts(program, sorts);
  const sizes = relationSizes(program);
  for (const [index, stage] of program.stages.entries()) {
    const planes = 'from' in stage ? (sizes[stage.from]?.planes ?? 0) : 0;
    runStage(lane, stage, index, planes, measured.get(index));
  }
  const tests = program.results.tests.length;
  if (tests > 0) {
    lane.rounds += 1;
    lane.products(tests);
  }
  lane.barrier();
  return lane.rounds;
}

/** `planes`: those of the relation that is read. */
function runStage(
  lane: SizedLane,
  stage: Stage,
  index: number,
  planes: number,
  sort: MeasuredSort | undefined,
): void {
  const { account } = lane;
  switch (stage.kind) {
    case 'rows':
      runRowStage(lane, stage);
      return;
    case 'normalize':
      carryDigits(lane, stage);
      return;
    case 'collect': {
      const scalars = stage.columns.flatMap((c) => (c.kind === 'scalars' ? c.scalars : []));
      if (scalars.length > 0) fieldToBits(lane, scalars.length);
      return;
    }
    case 'rank':
      rank(lane, stage);
      return;
    case 'scan':
      scan(lane, stage);
      return;
    case 'sort':
      runSort(lane, account, sort);
      return;
    case 'route':
      runRoute(lane, account, stage, index, planes);
      return;
    case 'shuffle':
      runShuffle(lane, account, { id: `${index}`, rows: stage.rows, planes });
      return;
    case 'guard':
      lane.barrier();
      lane.rounds += 1;
      return;
    case 'concat':
    case 'pairs':
      return;
  }
}

function fieldToBits(lane: SizedLane, elements: number): void {
  lane.rounds += 1;
  lane.circuit(fieldToBitsCircuit(), elements);
}

function carryDigits(lane: SizedLane, { numbers }: NormalizeStage): void {
  for (const carries of carryLevels(numbers)) {
    fieldToBits(lane, carries.length);
    lane.injection(widestDigit(carries), carries.length);
  }
}

function rank(lane: SizedLane, { rows, precedes }: RankStage): void {
  const { pieceBytes, ranges } = rankLayout(rows);
  for (const range of ranges) lane.circuit(precedes, 8 * pieceBytes * range.rows);
  lane.circuit(countCircuit(rows), rows);
}

function scan(lane: SizedLane, { rows, combine }: ScanStage): void {
  for (const combinations of scanRuns(scanShape(rows, combine))) {
    const pieces = scanPieces(combinations);
    const work = (side: SizedLane, k: number) => {
      pieces.forEach((piece, number) => {
        if (number % SCAN_LANES === k) side.circuit(combine, piece.rows);
      });
    };
    if (pieces.length <= 1) work(lane, 0);
    else {
      lane.together(pieces.slice(0, SCAN_LANES).map((_, k) => (side: SizedLane) => work(side, k)));
    }
  }
}

function runRowStage(lane: SizedLane, stage: RowStage): void {
  const chunks = chunksOf(stage);
  const count = Math.max(1, Math.min(stage.lanes, chunks.length));
  if (stage.steps.some((step) => step.kind === 'bitsToField')) lane.barrier();
  const tasks = Array.from({ length: count }, (_, k) => (side: SizedLane) => {
    chunks.forEach((chunk, c) => {
      if (c % count === k) runChunk(side, stage, chunk, c >= count);
    });
  });
  lane.together(tasks);
  const rows = Math.max(0, ...chunks.map((chunk) => chunk.rows));
  const levels = rows === 0 ? [] : foldLevels(count * Math.ceil(rows / 8), rows);
  lane.together(
    stage.folds.map(({ combine, items }) => (side: SizedLane) => {
      for (const { bytes } of levels) side.circuit(combine, 8 * bytes * items.length);
    }),
  );
}

/** `folds`: the chunk is combined with what its lane has, so it is not the first one of it. */
function runChunk(lane: SizedLane, stage: RowStage, { rows }: Chunk, folds: boolean): void {
  lane.circuit(stage.circuit, rows);
  for (const step of stage.steps) runFieldStep(lane, step, rows);
  const dots = stage.reductions.filter(({ kind }) => kind === 'dot').length;
  if (dots > 0) lane.rounds += 1;
  for (let k = 0; k < dots; k++) lane.whole(rows);
  lane.together(
    stage.folds.map(({ combine, items }) => (side: SizedLane) => {
      if (folds) side.circuit(combine, 8 * Math.ceil(rows / 8) * items.length);
    }),
  );
}

function runFieldStep(lane: SizedLane, step: FieldStep, rows: number): void {
  switch (step.kind) {
    case 'inject':
      lane.injection(step.pairs.length, rows);
      return;
    case 'multiply':
      lane.rounds += 1;
      lane.products(step.products.length * rows);
      return;
    case 'bitsToField':
      lane.circuit(bitsToFieldCircuit(step.outputs.length), rows);
      lane.barrier();
      lane.rounds += 1;
      return;
    case 'linear':
    case 'random':
      return;
  }
}
