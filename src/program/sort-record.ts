import type { Program, SortStage } from './program.ts';
import { modelLevels } from './sort-model.ts';
import { comparedBits, levelPrice } from './sort-shape.ts';

/**
 * Comparisons of each level of each quicksort of a program, in the order of its stages. They depend on the random order of the shuffled rows
 * and on nothing else, and are public once a program has run.
 */
export type SortRecord = readonly (readonly number[])[];

/** Sorts of more rows are expected to do what a sort of fewer does, at scale. */
const MODEL_ROWS = 1 << 14;
/** A sort makes more than so many times the comparisons that are expected with probability at most 2^-40 (docs/protocols.md), ... */
const COMPARISONS_FACTOR = 8;
/** ... and more levels than so many times what is expected and these. */
const LEVELS_FACTOR = 4;
const LEVELS_MORE = 16;

/** What the sorts of a program are expected to do. */
export function expectedSorts(program: Program): SortRecord {
  return sortsOf(program).map(expectedLevels);
}

/**
 * Why no run of the program can have this record, or undefined: every sort of n rows makes n - 1 comparisons at least, and more than the
 * bound with probability at most 2^-40.
 */
export function impossibleSorts(program: Program, record: SortRecord): string | undefined {
  const stages = sortsOf(program);
  if (record.length !== stages.length) {
    return `${record.length} sorts are recorded, the program makes ${stages.length}`;
  }
  for (const [k, stage] of stages.entries()) {
    const levels = record[k] ?? [];
    const least = Math.max(0, stage.rows - 1);
    const most = sortBound(stage);
    const comparisons = total(levels);
    const isPossible =
      levels.every((count) => Number.isSafeInteger(count) && count > 0) &&
      levels.length <= most.levels &&
      comparisons >= least &&
      comparisons <= most.comparisons;
    if (!isPossible) {
      return `a sort of ${stage.rows} rows in ${levels.length} levels of ${comparisons} comparisons in all`;
    }
  }
  return undefined;
}

/** Sizes of a quicksort: what is expected, and what is exceeded with probability at most 2^-40. */
export interface SortOutlook {
  readonly rows: number;
  readonly expected: SortSize;
  readonly most: SortSize;
}

export interface SortSize {
  readonly levels: number;
  readonly comparisons: number;
}

/** What is known of the quicksorts of a program before it runs; those of at most one row do nothing. */
export function sortOutlooks(program: Program): SortOutlook[] {
  const sorts = sortsOf(program).filter(({ rows }) => rows > 1);
  return sorts.map((stage) => {
    const levels = expectedLevels(stage);
    const expected = { levels: levels.length, comparisons: total(levels) };
    return { rows: stage.rows, expected, most: sortBound(stage) };
  });
}

/** Levels and comparisons that a sort exceeds with probability at most 2^-40. */
export function sortBound(stage: SortStage): SortSize {
  const levels = expectedLevels(stage);
  // No two rows are compared twice.
  const pairs = (stage.rows * (stage.rows - 1)) / 2;
  return {
    levels: LEVELS_FACTOR * levels.length + LEVELS_MORE,
    comparisons: Math.min(pairs, COMPARISONS_FACTOR * total(levels)),
  };
}

/** The quicksorts of a program. */
function sortsOf({ stages }: Program): SortStage[] {
  return stages.flatMap((stage) =>
    stage.kind === 'sort' && stage.method === 'quick' ? [stage] : [],
  );
}

function total(levels: readonly number[]): number {
  return levels.reduce((sum, count) => sum + count, 0);
}

const known = new Map<string, readonly number[]>();
const KNOWN_MAX = 256;

/** Levels of one sort of rows in one random order, the same at every machine. */
export function expectedLevels(stage: SortStage): readonly number[] {
  const price = levelPrice(comparedBits(stage));
  const id = `${stage.rows} ${price}`;
  const found = known.get(id);
  if (found !== undefined) return found;
  let scale = 1;
  while (stage.rows / scale > 2 * MODEL_ROWS) scale *= 2;
  const [first = 0, ...rest] = modelLevels(Math.ceil(stage.rows / scale), price / scale);
  const halvings: number[] = [];
  for (let parts = 1; parts < scale; parts *= 2) halvings.push(stage.rows);
  const levels =
    scale === 1
      ? [first, ...rest].filter((count) => count > 0)
      : [first, ...halvings, ...rest.map((count) => scale * count)];
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(id, levels);
  return levels;
}
