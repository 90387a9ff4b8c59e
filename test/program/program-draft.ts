import type { Stage } from '../../src/program/program.ts';
import type { Rng } from '../oracle/rng.ts';

/** A relation of a program that is made up. */
export interface DraftRelation {
  readonly relation: number;
  readonly rows: number;
  readonly planes: number;
}

/** What exists by now while a program is made up. */
export interface Draft {
  readonly rng: Rng;
  readonly stages: Stage[];
  scalars: number;
  /** Width of every fold. */
  readonly folds: number[];
  /** Relations made by now, of which `relations` are those whose rows have a known order. */
  made: number;
  readonly relations: DraftRelation[];
}

/** A number for a relation of that size, which is then there to be read. */
export function newRelation(draft: Draft, rows: number, planes: number): number {
  const relation = draft.made++;
  draft.relations.push({ relation, rows, planes });
  return relation;
}

/** Some relation of at most so many rows. */
export function anyRelation(
  { rng, relations }: Draft,
  rowsMax = Number.POSITIVE_INFINITY,
): DraftRelation | undefined {
  const found = relations.filter(({ rows }) => rows <= rowsMax);
  return found.length === 0 ? undefined : rng.pick(found);
}
