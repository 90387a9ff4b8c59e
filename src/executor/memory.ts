import { invariant } from '../errors/tacit-error.ts';
import type { Arena } from '../field/arena.ts';
import type { Program } from '../program/program.ts';
import { putElements } from '../protocol/elements.ts';
import type { Party } from '../protocol/party.ts';

/** The two components that a party holds of a replicated sharing (see sharing/replicated.ts). */
export const SIDES = ['left', 'right'] as const;
export type Side = (typeof SIDES)[number];

/** Address of a plane's share, by component. */
export type SharedPlane = Readonly<Record<Side, number>>;

/** A relation on shares: all of its planes, padded to whole lanes; the padding means nothing. */
export interface SharedRelation {
  readonly rows: number;
  readonly planes: readonly SharedPlane[];
}

/** Intermediate results of a program at one party: arena addresses. */
export interface Memory {
  /** One element (Shamir share of degree t) per scalar. */
  readonly scalars: number;
  /** Bits of each fold, LSB first: the lowest bit of a byte each. */
  readonly folds: readonly (readonly SharedPlane[])[];
  /** By number; those that are not made yet or not read any more are absent. */
  readonly relations: readonly (SharedRelation | undefined)[];
  /** Comparisons of each level of the sorts that have run, one after another. */
  readonly sorts: (readonly number[])[];
}

/** Memory for the scalars and folds of a program, and its relations as they come; public constants are written already. */
export function programMemory(
  party: Party,
  program: Program,
  relations: Memory['relations'],
): Memory {
  const { arena } = party;
  const { results, stages } = program;
  const initial = new Array<bigint>(results.scalars).fill(0n);
  // A public value is its own share: the constant polynomial.
  for (const { scalar, value } of results.constants) initial[scalar] = value;
  const folds = stages.flatMap((stage) => (stage.kind === 'rows' ? stage.folds : []));
  const words: SharedPlane[][] = Array.from({ length: results.folds }, () => []);
  for (const { items, width } of folds) {
    for (const { to } of items) words[to] = allocPlanes(arena, width, 1);
  }
  return {
    scalars: putElements(arena, initial),
    folds: words,
    sorts: [],
    relations,
  };
}

/** The planes of a relation that must be there. */
export function planesAt(
  { relations }: Pick<Memory, 'relations'>,
  relation: number,
): readonly SharedPlane[] {
  const found = relations[relation];
  invariant(found !== undefined, `relation ${relation} is not there`);
  return found.planes;
}

/** The bits of a fold that must be there. */
export function wordOf({ folds }: Pick<Memory, 'folds'>, fold: number): readonly SharedPlane[] {
  const found = folds[fold];
  invariant(found !== undefined && found.length > 0, `fold ${fold} is not there`);
  return found;
}

/** Zeroed planes of `bytes` bytes each, one after another, for each component. */
export function allocPlanes(arena: Arena, planes: number, bytes: number): SharedPlane[] {
  const left = arena.alloc(planes * bytes);
  const right = arena.alloc(planes * bytes);
  arena.u8.fill(0, left, left + planes * bytes);
  arena.u8.fill(0, right, right + planes * bytes);
  return Array.from({ length: planes }, (_, k) => ({
    left: left + k * bytes,
    right: right + k * bytes,
  }));
}

/** A byte of a component of eight public bits: component 0, which is party 0's left and party 2's right one, holds them. */
export function publicByte(party: Pick<Party, 'self'>, side: Side, bits: number): number {
  const holder = side === 'left' ? 0 : 2;
  return party.self === holder ? bits & 0xff : 0;
}
