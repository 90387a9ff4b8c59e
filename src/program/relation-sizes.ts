import type { Chunk, Program, RowSource, Stage } from './program.ts';
import { alignedRows, keptRows, rankBits } from './shapes.ts';

/** Rows of what a stage keeps of a source. */
export function sourceRows(source: RowSource): number {
  return source.kind === 'relation' ? source.rows : keptRows(source.relation.parts);
}

/** The row of a kept relation where the rows of a chunk begin. */
export function keptStart(source: RowSource, chunk: Chunk): number {
  if (source.kind === 'relation') return chunk.start;
  const { parts } = source.relation;
  const before = parts.slice(
    0,
    parts.findIndex(({ id }) => id === chunk.part),
  );
  return alignedRows(keptRows(before)) + chunk.start;
}

/** Rows and planes of a relation. */
export interface RelationSize {
  readonly rows: number;
  readonly planes: number;
}

/** The relation that a stage makes, if it makes one, and its size; `planesOf` says how many planes those before it have. */
export function madeBy(
  stage: Stage,
  planesOf: (relation: number) => number,
): (RelationSize & { readonly relation: number }) | undefined {
  switch (stage.kind) {
    case 'normalize':
    case 'guard':
      return undefined;
    case 'rows': {
      const { keep, source } = stage;
      if (keep === undefined) return undefined;
      const planes = keep.outputs.length;
      return { relation: keep.relation, rows: sourceRows(source), planes };
    }
    case 'collect': {
      const planes = stage.columns.reduce((sum, { width }) => sum + width, 0);
      return { relation: stage.relation, rows: stage.rows, planes };
    }
    case 'concat': {
      const planes = stage.inputs[0]?.planes.length ?? 0;
      return { relation: stage.to, rows: keptRows(stage.inputs), planes };
    }
    case 'pairs': {
      const { left, right } = stage;
      const planes = planesOf(left.relation) + planesOf(right.relation);
      return { relation: stage.to, rows: left.rows * alignedRows(right.rows), planes };
    }
    default: {
      const added =
        stage.kind === 'rank'
          ? rankBits(stage.rows)
          : stage.kind === 'scan'
            ? stage.planes.length
            : 0;
      return { relation: stage.to, rows: stage.rows, planes: planesOf(stage.from) + added };
    }
  }
}

/** Relations that a stage reads. */
export function relationsRead(stage: Stage): number[] {
  switch (stage.kind) {
    case 'normalize':
    case 'collect':
    case 'guard':
      return [];
    case 'rows':
      return stage.source.kind === 'relation' ? [stage.source.relation] : [];
    case 'concat':
      return stage.inputs.map(({ relation }) => relation);
    case 'pairs':
      return [stage.left.relation, stage.right.relation];
    default:
      return [stage.from];
  }
}

/** Sizes of every relation that a program makes. */
export function relationSizes({ stages }: Pick<Program, 'stages'>): readonly RelationSize[] {
  const sizes: RelationSize[] = [];
  for (const stage of stages) {
    const made = madeBy(stage, (relation) => sizes[relation]?.planes ?? 0);
    if (made !== undefined) sizes[made.relation] = { rows: made.rows, planes: made.planes };
  }
  return sizes;
}
