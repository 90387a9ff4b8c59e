import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { disjunction } from '../circuits/gadgets/conjunction.ts';
import type { CollectColumn } from '../program/program.ts';
import type { Numbering } from './numbering.ts';
import type { Count, Pass } from './pass.ts';
import type { PlaneOf } from './relation-columns.ts';

/** Reads one bit of a relation. */
export type ReadBit = (b: CircuitBuilder, plane: PlaneOf) => Wire;

/** Whether some row has a flag, for each candidate; how to read it is known once everything else is collected. */
export interface Existence {
  readonly flags: readonly Wire[];
  read: ReadBit;
}

/** Lays out the columns of a collected relation; what is asked for twice is collected once. */
export class Collector {
  readonly columns: CollectColumn[] = [];
  readonly #pass: Pass;
  readonly #numbering: Numbering;
  readonly #rows: number;
  readonly #places = new Map<string, number>();
  readonly #existences = new Map<string, Existence>();
  /** Planes that are 0 iff no row has the flags. */
  readonly #shown = new Map<string, readonly number[]>();
  #planes = 0;

  constructor(pass: Pass, numbering: Numbering, rows: number) {
    this.#pass = pass;
    this.#numbering = numbering;
    this.#rows = rows;
  }

  get planes(): number {
    return this.#planes;
  }

  /** The first plane of a column. */
  add(column: CollectColumn): number {
    const key = keyOf(column);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#planes;
    this.columns.push(column);
    this.#places.set(key, place);
    this.#planes += column.width;
    return place;
  }

  /** Number of rows with the flag of each candidate: first plane and width. */
  count(
    flags: readonly Wire[],
    rowsMax: number,
  ): { readonly from: number; readonly width: number } {
    const width = Math.max(1, rowsMax.toString(2).length);
    const from = this.scalars(
      flags.map((flag) => this.#pass.count(flag)),
      width,
    );
    const planes = Array.from({ length: width }, (_, k) => from + k);
    this.#shown.set(flags.join(' '), planes);
    return { from, width };
  }

  /** A number of each candidate; the first plane. */
  scalars(values: readonly Count[], width: number): number {
    const known = values.flatMap((value) => ('known' in value ? [value.known] : []));
    if (known.length === values.length) return this.add({ kind: 'constant', values: known, width });
    const scalars = values.map((value) =>
      'known' in value ? this.#numbering.constant(value.known) : value.scalar,
    );
    return this.add({ kind: 'scalars', scalars, width });
  }

  /** Whether a bit is 1 in some row of each candidate; the plane. */
  some(wires: readonly Wire[]): number {
    if (wires.every((wire) => wire === this.#pass.b.zero)) {
      return this.add({ kind: 'constant', values: wires.map(() => 0n), width: 1 });
    }
    return this.add({ kind: 'folds', folds: wires.map((w) => this.#pass.folds.some(w)), width: 1 });
  }

  /** Planes that are 0 iff no row of the candidate has the flag. */
  tells(flags: readonly Wire[], from: number, count: number): void {
    const key = flags.join(' ');
    if (this.#shown.has(key)) return;
    const planes = Array.from({ length: count }, (_, k) => from + k);
    this.#shown.set(key, planes);
  }

  /** Whether some row has the flag of each candidate. */
  exists(flags: readonly Wire[]): Existence {
    const key = flags.join(' ');
    const known = this.#existences.get(key);
    if (known !== undefined) return known;
    const made: Existence = {
      flags,
      read: () => {
        throw new RangeError('existence is read before it is settled');
      },
    };
    this.#existences.set(key, made);
    return made;
  }

  /** Finds for every existence the cheapest bits that tell it: a count or fold that is there, else a fold of its own. */
  settle(rowsMax: number): void {
    for (const [key, existence] of this.#existences)
      existence.read = this.#reader(key, existence, rowsMax);
  }

  #reader(key: string, { flags }: Existence, rowsMax: number): ReadBit {
    const { b } = this.#pass;
    if (flags.every((flag) => flag === b.one)) return (builder) => builder.one;
    let planes = this.#shown.get(key);
    if (planes === undefined && flags.every((flag) => this.#pass.isCounted(flag))) {
      const { from, width } = this.count(flags, rowsMax);
      planes = Array.from({ length: width }, (_, k) => from + k);
    }
    const found = planes ?? [this.some(flags)];
    return (builder, plane) => disjunction(builder, found.map(plane));
  }

  /** A public number of each candidate; the first plane. */
  constant(values: readonly bigint[], width: number): number {
    if (values.length !== this.#rows) throw new RangeError('one value for each candidate');
    return this.add({ kind: 'constant', values, width });
  }
}

function keyOf(column: CollectColumn): string {
  const parts =
    column.kind === 'scalars'
      ? column.scalars
      : column.kind === 'folds'
        ? column.folds
        : column.values;
  return `${column.kind} ${column.width} ${parts.join(' ')}`;
}
