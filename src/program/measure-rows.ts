import {
  type Account,
  bitsToFieldRounds,
  INJECTION_ROUNDS,
  layersOf,
  measureBitsToField,
  measureCircuit,
  measureInjection,
} from './account.ts';
import { type Chunk, chunksOf, type FieldStep, type RowStage } from './program.ts';
import { foldLevels } from './shapes.ts';
import { STEP } from './steps.ts';

type Interactive = Exclude<FieldStep, { readonly kind: 'linear' | 'random' }>;

/** Cost of a row stage, the `index`-th of its program; `at` finds an operator's account. */
export function measureRows(
  stage: RowStage,
  index: number,
  at: (operator: number) => Account,
): void {
  const chunks = chunksOf(stage);
  const lanes = Math.max(1, Math.min(stage.lanes, chunks.length));
  const waves = Math.ceil(chunks.length / lanes);
  const account = at(stage.operator);
  account.rounds += layersOf(stage.circuit) * waves;
  for (const chunk of chunks) {
    const stepOf = (layer: number) => STEP.and(index, chunk.index, layer);
    measureCircuit(account, stage.circuit, chunk.rows, stepOf);
  }
  stage.steps.forEach((step, number) => {
    if (step.kind === 'linear' || step.kind === 'random') return;
    at(step.operator).rounds += stepRounds(step) * waves;
    for (const chunk of chunks) measureStep(at(step.operator), step, index, number, chunk);
  });
  measureFolds(stage, index, chunks, lanes, at);
  measureDots(stage, index, chunks, waves, at);
}

/**
 * Every chunk but the first of its lane is combined with what the lane has; at the end the lanes' words are halved down to
 * one. The folds of a stage run side by side: the longest one's rounds count, once for the chunks and once for the end.
 */
function measureFolds(
  { folds }: RowStage,
  index: number,
  chunks: readonly Chunk[],
  lanes: number,
  at: (operator: number) => Account,
): void {
  const rows = Math.max(0, ...chunks.map((chunk) => chunk.rows));
  const levels = rows === 0 ? [] : foldLevels(lanes * Math.ceil(rows / 8), rows);
  const waves = Math.ceil(chunks.length / lanes);
  const depths = folds.map(({ combine }) => layersOf(combine));
  const deepest = depths.indexOf(Math.max(...depths));
  const longest = folds[deepest];
  if (longest === undefined) return;
  const combined = Math.max(0, waves - 1) + levels.length;
  at(longest.operator).rounds += (depths[deepest] ?? 0) * combined;
  folds.forEach(({ combine, items, operator }, number) => {
    const measureAt = (bytes: number, stepOf: (layer: number) => string) => {
      measureCircuit(at(operator), combine, 8 * bytes * items.length, stepOf);
    };
    for (const chunk of chunks.slice(lanes)) {
      const stepOf = (layer: number) => STEP.foldChunk(index, chunk.index, number, layer);
      measureAt(Math.ceil(chunk.rows / 8), stepOf);
    }
    levels.forEach(({ bytes }, level) => {
      measureAt(bytes, (layer) => STEP.foldHalf(index, number, level, layer));
    });
  });
}

/** All dot products of a chunk are reshared in one message; its round is charged to the first of them. */
function measureDots(
  stage: RowStage,
  index: number,
  chunks: readonly Chunk[],
  waves: number,
  at: (operator: number) => Account,
): void {
  const dots = stage.reductions.flatMap((reduction) =>
    reduction.kind === 'dot' ? [reduction] : [],
  );
  const first = dots[0];
  if (first === undefined) return;
  at(first.operator).rounds += waves;
  for (const chunk of chunks) {
    at(first.operator).sendAll(STEP.dots(index, chunk.index), 8 * dots.length);
  }
  for (const dot of dots) at(dot.operator).multiplications += chunks.length;
}

function stepRounds(step: Interactive): number {
  switch (step.kind) {
    case 'inject':
      return INJECTION_ROUNDS;
    case 'multiply':
      return 1;
    case 'bitsToField':
      return bitsToFieldRounds(step.outputs.length);
  }
}

function measureStep(
  account: Account,
  step: Interactive,
  stage: number,
  number: number,
  chunk: Chunk,
): void {
  const { index, rows } = chunk;
  switch (step.kind) {
    case 'inject': {
      const steps = {
        deal: STEP.deal(stage, index, number),
        product: STEP.inject(stage, index, number),
      };
      measureInjection(account, step.pairs.length, rows, steps);
      return;
    }
    case 'multiply':
      account.sendAll(STEP.multiply(stage, index, number), 8 * step.products.length * rows);
      account.multiplications += step.products.length * rows;
      return;
    case 'bitsToField': {
      const and = (layer: number) => STEP.convertAnd(stage, index, number, layer);
      const open = STEP.convertOpen(stage, index, number);
      measureBitsToField(account, step.outputs.length, rows, and, open);
      return;
    }
  }
}
