import type { Circuit } from '../circuits/circuit.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { Program } from '../program/program.ts';

/** What the stages have made so far. */
export class Made {
  readonly #program: Program;
  readonly #scalars = new Set<number>();
  /** Width of each fold. */
  readonly #folds = new Map<number, number>();
  readonly #relations = new Map<number, { readonly rows: number; readonly planes: number }>();

  constructor(program: Program) {
    this.#program = program;
  }

  operator(index: number): void {
    invariant(index >= 0 && index < this.#program.operators.length, `operator ${index}`);
  }

  scalar(scalar: number): void {
    invariant(scalar >= 0 && scalar < this.#program.results.scalars, `scalar ${scalar}`);
    invariant(!this.#scalars.has(scalar), `scalar ${scalar} is set twice`);
    this.#scalars.add(scalar);
  }

  readScalar(scalar: number): void {
    invariant(this.#scalars.has(scalar), `scalar ${scalar} is read but not set`);
  }

  fold(fold: number, width: number): void {
    invariant(fold >= 0 && fold < this.#program.results.folds, `fold ${fold}`);
    invariant(!this.#folds.has(fold), `fold ${fold} is set twice`);
    this.#folds.set(fold, width);
  }

  readFold(fold: number, width: number): void {
    invariant(this.#folds.get(fold) === width, `fold ${fold} has not ${width} bits`);
  }

  relation(relation: number, rows: number, planes: number): void {
    invariant(
      relation >= 0 && relation < this.#program.results.relations,
      `relation ${relation} out of range`,
    );
    invariant(!this.#relations.has(relation), `relation ${relation} is made twice`);
    invariant(Number.isSafeInteger(rows) && rows >= 0, `a relation of ${rows} rows`);
    invariant(planes >= 1, 'a relation without planes');
    this.#relations.set(relation, { rows, planes });
  }

  /** Planes of a relation that must have so many rows. */
  planesOf(relation: number, rows: number): number {
    invariant(this.rowsOf(relation) === rows, `relation ${relation} has not ${rows} rows`);
    return this.countOf(relation);
  }

  rowsOf(relation: number): number {
    const found = this.#relations.get(relation);
    invariant(found !== undefined, `relation ${relation} is read but not made`);
    return found.rows;
  }

  countOf(relation: number): number {
    return this.#relations.get(relation)?.planes ?? 0;
  }

  readPlanes(relation: number, rows: number, planes: readonly number[]): void {
    const count = this.planesOf(relation, rows);
    for (const plane of planes) invariant(plane >= 0 && plane < count, `plane ${plane}`);
  }
}

export function checkShape(circuit: Circuit, inputs: number, outputs: number): void {
  invariant(circuit.inputs === inputs, `a circuit has not ${inputs} inputs`);
  invariant(circuit.outputs.length === outputs, `a circuit has not ${outputs} outputs`);
}
