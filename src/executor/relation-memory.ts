import { invariant } from '../errors/tacit-error.ts';
import type { Arena } from '../field/arena.ts';
import { planeBytes } from '../field/planes.ts';
import type { Program } from '../program/program.ts';
import { madeBy, relationsRead } from '../program/relation-sizes.ts';
import type { SharedRelation } from './memory.ts';

/** Pieces of memory are whole lines of a cache; planes that begin at multiples of a page would share the sets of one. */
const LINE = 64;
const PAGE = 4096;

interface Hole {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Where the relations of a program lie: memory is taken when a stage makes a relation and given back after the last stage that
 * reads it. Relations lie below everything that a stage needs while it runs, so they come and go between stages only.
 */
export class RelationMemory {
  readonly #arena: Arena;
  readonly #program: Program;
  readonly #relations: (SharedRelation | undefined)[];
  /** By relation: index of the last stage that reads or makes it; none for the one that is opened. */
  readonly #lastUses = new Map<number, number>();
  /** Free memory between relations by address, no two side by side; none ends where the arena's free memory begins. */
  #holes: Hole[] = [];

  constructor(arena: Arena, program: Program) {
    this.#arena = arena;
    this.#program = program;
    this.#relations = Array.from({ length: program.results.relations }, () => undefined);
    program.stages.forEach((stage, index) => {
      const made = madeBy(stage, () => 0);
      for (const relation of relationsRead(stage)) this.#lastUses.set(relation, index);
      if (made !== undefined) this.#lastUses.set(made.relation, index);
    });
    const opened = program.results.planes?.relation;
    if (opened !== undefined) this.#lastUses.delete(opened);
  }

  /** The relations that there are now, by number. */
  get relations(): readonly (SharedRelation | undefined)[] {
    return this.#relations;
  }

  /** Makes room for the relation that a stage makes: all of its bits are 0. */
  before(index: number): void {
    const stage = this.#program.stages[index];
    if (stage === undefined) return;
    const planesOf = (relation: number) => this.#relations[relation]?.planes.length ?? 0;
    const made = madeBy(stage, planesOf);
    if (made === undefined) return;
    invariant(this.#relations[made.relation] === undefined, 'a relation is made once');
    const bytes = roomOf(made.rows);
    const planes = Array.from({ length: made.planes }, () => {
      return { left: this.#take(bytes), right: this.#take(bytes) };
    });
    for (const { left, right } of planes) {
      this.#arena.u8.fill(0, left, left + bytes);
      this.#arena.u8.fill(0, right, right + bytes);
    }
    this.#relations[made.relation] = { rows: made.rows, planes };
  }

  /** Gives back what no later stage reads. */
  after(index: number): void {
    for (const [relation, last] of this.#lastUses) {
      const found = this.#relations[relation];
      if (last !== index || found === undefined) continue;
      const bytes = roomOf(found.rows);
      const freed = found.planes.flatMap(({ left, right }) => [left, right]);
      this.#give(freed.map((at) => ({ at, bytes })));
      this.#relations[relation] = undefined;
    }
  }

  /** The smallest hole that is large enough, or new memory. */
  #take(bytes: number): number {
    let best = -1;
    this.#holes.forEach((hole, k) => {
      const isSmaller = hole.bytes < (this.#holes[best]?.bytes ?? Number.POSITIVE_INFINITY);
      if (hole.bytes >= bytes && isSmaller) best = k;
    });
    const hole = this.#holes[best];
    if (hole === undefined || bytes === 0) return this.#arena.alloc(bytes);
    const rest = { at: hole.at + bytes, bytes: hole.bytes - bytes };
    this.#holes.splice(best, 1, ...(rest.bytes > 0 ? [rest] : []));
    return hole.at;
  }

  #give(freed: readonly Hole[]): void {
    const holes: { at: number; bytes: number }[] = [];
    for (const { at, bytes } of [...this.#holes, ...freed].sort((a, b) => a.at - b.at)) {
      const before = holes.at(-1);
      if (bytes === 0) continue;
      if (before !== undefined && before.at + before.bytes === at) before.bytes += bytes;
      else holes.push({ at, bytes });
    }
    const last = holes.at(-1);
    if (last !== undefined && last.at + last.bytes === this.#arena.mark()) {
      this.#arena.release(last.at);
      holes.pop();
    }
    this.#holes = holes;
  }
}

/** Bytes of a component of a plane. */
function roomOf(rows: number): number {
  const bytes = Math.ceil(planeBytes(rows) / LINE) * LINE;
  return bytes >= PAGE && bytes % (2 * LINE) === 0 ? bytes + LINE : bytes;
}
