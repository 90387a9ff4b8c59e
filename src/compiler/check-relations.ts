import { invariant } from '../errors/tacit-error.ts';
import type { ConcatStage, Stage } from '../program/program.ts';
import { madeBy } from '../program/relation-sizes.ts';
import { checkShape, type Made } from './made.ts';

type RelationStage = Exclude<Stage, { readonly kind: 'rows' | 'normalize' | 'collect' | 'guard' }>;

/** Places are numbers of 32 bits at most. */
const DESTINATION_BITS_MAX = 32;

/** Checks a stage that makes a relation of relations; throws TACIT_INVARIANT. */
export function checkRelations(stage: RelationStage, made: Made): void {
  switch (stage.kind) {
    case 'rank':
      invariant(stage.rows >= 1, 'ranks of no rows');
      made.readPlanes(stage.from, stage.rows, stage.planes);
      checkShape(stage.precedes, 2 * stage.planes.length, 1);
      break;
    case 'concat':
      checkConcat(stage, made);
      break;
    case 'pairs':
      made.planesOf(stage.left.relation, stage.left.rows);
      made.planesOf(stage.right.relation, stage.right.rows);
      break;
    case 'scan': {
      const width = stage.planes.length;
      invariant(width >= 1, 'a scan of words without bits');
      made.readPlanes(stage.from, stage.rows, stage.planes);
      checkShape(stage.combine, 2 * width, width);
      break;
    }
    case 'sort':
      made.readPlanes(stage.from, stage.rows, stage.key);
      invariant(new Set(stage.key).size === stage.key.length, 'a plane twice in a key');
      break;
    case 'route': {
      const { counts } = stage;
      const bits = stage.destination.length;
      made.readPlanes(stage.from, stage.rows, stage.destination);
      invariant(bits <= DESTINATION_BITS_MAX, `places of ${bits} bits`);
      const places = counts?.length ?? stage.rows;
      invariant(places <= 2 ** bits, `${places} places in ${bits} bits`);
      const total = (counts ?? [stage.rows]).reduce((sum, count) => sum + count, 0);
      invariant(total === stage.rows, `destinations of ${total} rows, not ${stage.rows}`);
      break;
    }
    case 'shuffle':
      made.planesOf(stage.from, stage.rows);
  }
  const size = madeBy(stage, (relation) => made.countOf(relation));
  if (size !== undefined) made.relation(size.relation, size.rows, size.planes);
}

function checkConcat({ inputs }: ConcatStage, made: Made): void {
  const width = inputs[0]?.planes.length ?? 0;
  for (const { relation, rows, planes } of inputs) {
    invariant(planes.length === width, 'relations of different widths one after another');
    invariant(rows >= 0 && rows <= made.rowsOf(relation), `${rows} rows of relation ${relation}`);
    const read = planes.flatMap((plane) => (typeof plane === 'number' ? [plane] : []));
    made.readPlanes(relation, made.rowsOf(relation), read);
  }
}
