import { TacitError } from '../errors/tacit-error.ts';
import { PARTS_MAX } from './sort-policy.ts';

/**
 * The steps of a quicksort's level over its segments; `src/field/kernels/sort-moves.ts` does the same for many rows. A table has
 * five numbers for every segment: its first place, its rows, how many of its last rows are in order already (its sample), and for
 * the level at hand how many of its first rows join the sample, and its pivots. Rows are known by their places.
 */
export const SEGMENT_WORDS = 5;

/** Where in a segment's numbers each is. */
export const SEGMENT = { start: 0, size: 1, sample: 2, fresh: 3, pivots: 4 } as const;

/** Words of scratch memory that {@link takeLevel} needs for so many rows. */
export function scratchWords(rows: number): number {
  return 2 * PARTS_MAX + 3 * rows;
}

/** What {@link takeLevel} returns if outcomes within a sample contradict each other; others then only make a wrong order, and no party takes outcomes that are not verified. */
export const CONTRADICTION = 0xffffffff;

const NOBODY = 0xffffffff;

/** Place of pivot p of `pivots` in a sample: they are evenly spaced. */
function pivotIndex(p: number, pivots: number, sample: number): number {
  return Math.floor(((p + 1) * (sample + 1)) / (pivots + 1)) - 1;
}

/** Writes the places of the rows of each comparison of the level: whether row left[k] is less than row right[k] is to be opened. */
export function levelPairs(
  table: Uint32Array,
  count: number,
  left: Uint32Array,
  right: Uint32Array,
): void {
  let at = 0;
  for (let k = 0; k < count * SEGMENT_WORDS; k += SEGMENT_WORDS) {
    const start = table[k]!;
    const end = start + table[k + 1]!;
    const sample = table[k + 2]!;
    const first = start + table[k + 3]!;
    const pivots = table[k + 4]!;
    const sorted = end - sample;
    for (let e = start; e < first; e++) {
      for (let j = sorted; j < end; j++) {
        left[at] = e;
        right[at++] = j;
      }
      for (let f = e + 1; f < first; f++) {
        left[at] = e;
        right[at++] = f;
      }
    }
    for (let p = 0; p < pivots; p++) {
      const pivot = sample === 0 ? start + p : sorted + pivotIndex(p, pivots, sample);
      for (let e = first; e < sorted; e++) {
        left[at] = e;
        right[at++] = pivot;
      }
    }
  }
}

/** Memory of {@link takeLevel}. */
export interface LevelMemory {
  /** Place -> place of its row before the level. */
  readonly moved: Uint32Array;
  /** Table of the segments that are left. */
  readonly next: Uint32Array;
  readonly scratch: Uint32Array;
}

/**
 * Takes the level's bits: bit k mod 8 of byte k div 8 says whether row left[k] is less than row right[k]. Returns how many segments are left, or
 * {@link CONTRADICTION}.
 */
export function takeLevel(
  table: Uint32Array,
  count: number,
  bits: Uint8Array,
  { moved, next, scratch }: LevelMemory,
): number {
  const taking = new LevelTaking(bits, moved, next, scratch);
  let end = 0;
  for (let k = 0; k < count * SEGMENT_WORDS; k += SEGMENT_WORDS) {
    const [start, size] = [table[k]!, table[k + 1]!];
    for (; end < start; end++) moved[end] = end;
    end = start + size;
    if (!taking.segment(start, size, table[k + 2]!, table[k + 3]!, table[k + 4]!)) {
      return CONTRADICTION;
    }
  }
  for (; end < moved.length; end++) moved[end] = end;
  return taking.left;
}

class LevelTaking {
  readonly #bits: Uint8Array;
  readonly #moved: Uint32Array;
  readonly #next: Uint32Array;
  /** Of the segment at hand: where the next row of each part goes, and where parts end in the sample. */
  readonly #targets: Uint32Array;
  readonly #ends: Uint32Array;
  /** Places in the new sample of fresh rows, then of the old ones; the sample's rows by place; parts of the other rows. */
  readonly #places: Uint32Array;
  readonly #merged: Uint32Array;
  readonly #parts: Uint32Array;
  /** Next bit, next word of the table. */
  #at = 0;
  #to = 0;

  constructor(bits: Uint8Array, moved: Uint32Array, next: Uint32Array, scratch: Uint32Array) {
    const rows = (scratch.length - 2 * PARTS_MAX) / 3;
    this.#bits = bits;
    this.#moved = moved;
    this.#next = next;
    this.#targets = scratch.subarray(0, PARTS_MAX);
    this.#ends = scratch.subarray(PARTS_MAX, 2 * PARTS_MAX);
    this.#places = scratch.subarray(2 * PARTS_MAX, 2 * PARTS_MAX + rows);
    this.#merged = scratch.subarray(2 * PARTS_MAX + rows, 2 * PARTS_MAX + 2 * rows);
    this.#parts = scratch.subarray(2 * PARTS_MAX + 2 * rows);
  }

  get left(): number {
    return this.#to / SEGMENT_WORDS;
  }

  /** False if the outcomes contradict each other. */
  segment(start: number, size: number, sample: number, fresh: number, pivots: number): boolean {
    if (!this.#mergeSample(start, size, sample, fresh)) return false;
    const [ends, merged, moved] = [this.#ends, this.#merged, this.#moved];
    const [parts, places, targets] = [this.#parts, this.#places, this.#targets];
    const others = size - sample - fresh;
    const first = start + fresh;
    parts.fill(0, 0, others);
    for (let p = 0; p < pivots; p++) {
      for (let e = 0; e < others; e++) parts[e]! += 1 - this.#bit();
    }
    targets.fill(0, 0, pivots + 1);
    for (let e = 0; e < others; e++) targets[parts[e]!]!++;
    for (let p = 0; p < pivots; p++) {
      ends[p] = places[sample === 0 ? p : fresh + pivotIndex(p, pivots, sample)]!;
    }
    if (sample === 0) ends.subarray(0, pivots).sort();
    ends[pivots] = fresh + sample;
    let place = start;
    let inSample = 0;
    for (let part = 0; part <= pivots; part++) {
      const end = ends[part]!;
      const known = end - inSample;
      const unknown = targets[part]!;
      targets[part] = place;
      if (unknown > 0 && unknown + known > 1) this.#add(place, unknown + known, known);
      place += unknown;
      for (; inSample < end; inSample++) moved[place++] = merged[inSample]!;
      if (part < pivots) moved[place++] = merged[inSample++]!;
    }
    for (let e = 0; e < others; e++) moved[targets[parts[e]!]!++] = first + e;
    return true;
  }

  #add(start: number, size: number, sample: number): void {
    const next = this.#next;
    next[this.#to] = start;
    next[this.#to + 1] = size;
    next[this.#to + 2] = sample;
    this.#to += SEGMENT_WORDS;
  }

  #bit(): number {
    const at = this.#at++;
    return (this.#bits[at >> 3]! >> (at & 7)) & 1;
  }

  /** Puts the sample of a segment in order. */
  #mergeSample(start: number, size: number, sample: number, fresh: number): boolean {
    const [merged, places] = [this.#merged, this.#places];
    const known = fresh + sample;
    const before = start + size - known;
    places.fill(0, 0, fresh);
    for (let j = 0; j < sample; j++) places[fresh + j] = j;
    for (let e = 0; e < fresh; e++) {
      let less = 0;
      for (let j = fresh; j < known; j++) {
        const bit = this.#bit();
        less += 1 - bit;
        places[j]! += bit;
      }
      for (let f = e + 1; f < fresh; f++) {
        const bit = this.#bit();
        less += 1 - bit;
        places[f]! += bit;
      }
      places[e]! += less;
    }
    merged.fill(NOBODY, 0, known);
    for (let e = 0; e < fresh; e++) merged[places[e]!] = start + e;
    for (let j = fresh; j < known; j++) merged[places[j]!] = before + j;
    for (let k = 0; k < known; k++) if (merged[k] === NOBODY) return false;
    return true;
  }
}

/** The error for {@link CONTRADICTION}. */
export function contradiction(): TacitError {
  return new TacitError(
    'PEER_PROTOCOL',
    'the comparisons of a sort that were opened contradict each other',
  );
}
