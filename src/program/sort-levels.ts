import { TacitError } from '../errors/tacit-error.ts';
import {
  blindPivots,
  chooseLevel,
  grownSample,
  type LevelChoice,
  PARTS_MAX,
  sampleSize,
} from './sort-policy.ts';

/** More rows are copied faster at once than one by one. */
const LONG = 64;
const NOBODY = 0xffffffff;

/** Segments one after another: first row, rows, and how many of its last rows are in order already (its sample). */
interface Segments {
  count: number;
  readonly starts: Uint32Array;
  readonly sizes: Uint32Array;
  readonly samples: Uint32Array;
}

/**
 * Quicksort of shuffled rows by the opened bits of comparisons [HKICT12], level by level: which rows are compared is a function of the
 * opened bits alone, so all parties take the same steps. Rows are known by their places after the shuffle.
 *
 * A segment is a range of rows that belongs to one range of places of the result: rows whose order is unknown, then a sample
 * in ascending order. In a level every segment takes some rows more into its sample, comparing them with all of it and with each
 * other, and compares all other rows with its pivots, evenly spaced in the sample of before: these are in their places
 * then, and cut the segment, sample included. Small segments are finished by making all of them the sample. As rows are shuffled, the
 * first ones of a segment are as good a sample as any.
 */
export class SortLevels {
  /** Place of the result, as far as it is known -> where {@link settle} left the row. */
  readonly #order: Uint32Array;
  /** Where {@link settle} left a row -> its place after the shuffle; absent: there. The one before last is used again. */
  #settled: Uint32Array | undefined;
  #settledBefore: Uint32Array | undefined;
  readonly #other: Uint32Array;
  #segments: Segments;
  readonly #levelPrice: number;
  #choice: LevelChoice = { pivots: 0, finish: 0 };
  /** Most segments that the level at hand leaves. */
  #partsMax = 0;
  /** The first level: nothing is known of any row. */
  #isFirst = true;
  /** Of the segment at hand: places in its new sample, the sample, parts of the other rows, where parts and samples of parts end. */
  #places = new Uint32Array(64);
  #merged = new Uint32Array(64);
  readonly #parts: Uint8Array;
  readonly #targets = new Uint32Array(PARTS_MAX);
  readonly #ends = new Uint32Array(PARTS_MAX);

  constructor(rows: number, levelPrice: number) {
    this.#levelPrice = levelPrice;
    this.#order = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) this.#order[row] = row;
    this.#other = new Uint32Array(rows);
    this.#parts = new Uint8Array(rows);
    this.#segments = newSegments(1);
    if (rows > 1) addSegment(this.#segments, 0, rows, 0);
  }

  /** Once sorted: place of the result -> place after the shuffle. */
  get order(): Uint32Array {
    return this.#placesBefore(new Uint32Array(this.#order.length));
  }

  /**
   * Says where the row of every place was until now: {@link comparisons} means places from now on. Whoever moves the rows there has those of
   * a segment side by side. What is returned is valid until the next call of any method.
   */
  settle(): Uint32Array {
    const order = this.#order;
    const moved = this.#other;
    const settled = this.#placesBefore(this.#settledBefore ?? new Uint32Array(order.length));
    this.#settledBefore = this.#settled;
    this.#settled = settled;
    moved.set(order);
    for (let place = 0; place < order.length; place++) order[place] = place;
    return moved;
  }

  /** Writes the place after the shuffle of every place's row to `to`. */
  #placesBefore(to: Uint32Array): Uint32Array {
    const [order, settled] = [this.#order, this.#settled];
    if (settled === undefined) to.set(order);
    else for (let place = 0; place < order.length; place++) to[place] = settled[order[place]!]!;
    return to;
  }

  /** Comparisons of the next level; 0: all rows are sorted. */
  next(): number {
    const { count, samples, sizes } = this.#segments;
    if (count === 0) return 0;
    let [rows, squares] = [0, 0];
    for (let k = 0; k < count; k++) {
      const size = sizes[k] ?? 0;
      rows += size;
      squares += size * size;
    }
    this.#choice = chooseLevel({ rows, squares }, this.#levelPrice);
    if (this.#isFirst && this.#choice.pivots > 0) this.#choice = { ...this.#choice, finish: 0 };
    let comparisons = 0;
    this.#partsMax = 0;
    for (let k = 0; k < count; k++) {
      const { fresh, others, pivots, sample } = this.#cut(sizes[k] ?? 0, samples[k] ?? 0);
      comparisons += fresh * sample + (fresh * (fresh - 1)) / 2 + others * pivots;
      if (others > 0) this.#partsMax += pivots + 1;
    }
    return comparisons;
  }

  /** Writes the rows of each comparison of the level: whether row left[k] is less than row right[k] is to be opened. */
  comparisons(left: Uint32Array, right: Uint32Array): void {
    const { count, samples, sizes, starts } = this.#segments;
    const order = this.#order;
    let at = 0;
    for (let k = 0; k < count; k++) {
      const start = starts[k]!;
      const { fresh, others, pivots, sample } = this.#cut(sizes[k]!, samples[k]!);
      const sorted = start + fresh + others;
      for (let e = start; e < start + fresh; e++) {
        const row = order[e]!;
        for (let j = sorted; j < sorted + sample; j++) {
          left[at] = row;
          right[at++] = order[j]!;
        }
        for (let f = e + 1; f < start + fresh; f++) {
          left[at] = row;
          right[at++] = order[f]!;
        }
      }
      for (let p = 0; p < pivots; p++) {
        const pivot = order[sample === 0 ? start + p : sorted + pivotIndex(p, pivots, sample)]!;
        if (others > LONG) {
          left.set(order.subarray(start + fresh, sorted), at);
          right.fill(pivot, at, at + others);
          at += others;
          continue;
        }
        for (let e = start + fresh; e < sorted; e++) {
          left[at] = order[e]!;
          right[at++] = pivot;
        }
      }
    }
  }

  /** Takes the level's bits: bit k mod 8 of byte k div 8 says whether row left[k] is less than row right[k]. */
  take(bits: Uint8Array): void {
    const { count, samples, sizes, starts } = this.#segments;
    const to = newSegments(this.#partsMax);
    let at = 0;
    for (let k = 0; k < count; k++) {
      at = this.#takeSegment(bits, at, starts[k]!, sizes[k]!, samples[k]!, to);
    }
    this.#segments = to;
    this.#isFirst = false;
  }

  #cut(size: number, sample: number): Cut {
    const unknown = size - sample;
    const { finish } = this.#choice;
    if (size <= finish) return { fresh: unknown, others: 0, pivots: 0, sample };
    const { pivots } = this.#choice;
    if (sample === 0) {
      const blind = this.#isFirst ? blindPivots(size, this.#levelPrice) : pivots;
      const fresh = Math.min(size, blind > 0 ? blind : 2 * sampleSize(size, pivots) + 1);
      return { fresh, others: unknown - fresh, pivots: Math.min(fresh, blind), sample };
    }
    const wanted = pivots + (pivots + 1) * grownSample(Math.floor(size / (pivots + 1)), pivots);
    const fresh = 2 * sample >= wanted ? 0 : Math.min(unknown, wanted - sample);
    return { fresh, others: unknown - fresh, pivots: Math.min(pivots, sample), sample };
  }

  /** Writes a segment's rows to where they are known to belong, and what is left to sort of it to `to`; returns the next bit. */
  #takeSegment(
    bits: Uint8Array,
    from: number,
    start: number,
    size: number,
    sampleBefore: number,
    to: Segments,
  ): number {
    const cut = this.#cut(size, sampleBefore);
    const { fresh, others, pivots, sample } = cut;
    const order = this.#order;
    const other = this.#other;
    let at = this.#mergeSample(bits, from, start, cut);
    const [places, merged, parts] = [this.#places, this.#merged, this.#parts];
    if (pivots === 1) {
      const middle = places[sample === 0 ? 0 : fresh + pivotIndex(0, 1, sample)]!;
      this.#inTwo(bits, at, start, cut, middle, to);
      return at + others;
    }
    const first = start + fresh;
    parts.fill(0, 0, others);
    for (let p = 0; p < pivots; p++) {
      for (let e = 0; e < others; e++) {
        parts[e]! += 1 - ((bits[at >> 3]! >> (at & 7)) & 1);
        at++;
      }
    }
    const targets = this.#targets.fill(0, 0, pivots + 1);
    for (let e = 0; e < others; e++) targets[parts[e]!]!++;
    const ends = this.#ends;
    for (let p = 0; p < pivots; p++) {
      ends[p] = places[sample === 0 ? p : fresh + pivotIndex(p, pivots, sample)]!;
    }
    if (sample === 0 && pivots > 1) ends.subarray(0, pivots).sort();
    ends[pivots] = fresh + sample;
    let place = start;
    let inSample = 0;
    for (let part = 0; part <= pivots; part++) {
      const end = ends[part]!;
      const known = end - inSample;
      const unknown = targets[part]!;
      targets[part] = place;
      if (unknown > 0 && unknown + known > 1) addSegment(to, place, unknown + known, known);
      place += unknown;
      for (; inSample < end; inSample++) other[place++] = merged[inSample]!;
      if (part < pivots) other[place++] = merged[inSample++]!;
    }
    for (let e = 0; e < others; e++) other[targets[parts[e]!]!++] = order[first + e]!;
    for (let e = start; e < start + size; e++) order[e] = other[e]!;
    return at;
  }

  /** What is left of a segment with one pivot, which is at place `middle` of the sample; most segments have one. */
  #inTwo(
    bits: Uint8Array,
    from: number,
    start: number,
    { fresh, others, sample }: Cut,
    middle: number,
    to: Segments,
  ): void {
    const [greater, merged, order] = [this.#other, this.#merged, this.#order];
    const first = start + fresh;
    let less = start;
    let count = 0;
    for (let e = 0; e < others; e++) {
      const at = from + e;
      const bit = (bits[at >> 3]! >> (at & 7)) & 1;
      const row = order[first + e]!;
      order[less] = row;
      greater[count] = row;
      less += bit;
      count += 1 - bit;
    }
    const unknown = less - start;
    if (unknown > 0 && unknown + middle > 1) addSegment(to, start, unknown + middle, middle);
    let place = less;
    for (let k = 0; k <= middle; k++) order[place++] = merged[k]!;
    const known = fresh + sample - middle - 1;
    if (count > 0 && count + known > 1) addSegment(to, place, count + known, known);
    for (let k = 0; k < count; k++) order[place++] = greater[k]!;
    for (let k = 0; k < known; k++) order[place++] = merged[middle + 1 + k]!;
  }

  /** Puts the sample of a segment in order: `#places` of its fresh rows, then of the old ones, and `#merged`, the rows by place. */
  #mergeSample(
    bits: Uint8Array,
    from: number,
    start: number,
    { fresh, others, sample }: Cut,
  ): number {
    const order = this.#order;
    const size = fresh + sample;
    if (size > this.#places.length) {
      this.#places = new Uint32Array(2 * size);
      this.#merged = new Uint32Array(2 * size);
    }
    const [places, merged] = [this.#places, this.#merged];
    let at = from;
    places.fill(0, 0, fresh);
    for (let j = 0; j < sample; j++) places[fresh + j] = j;
    for (let e = 0; e < fresh; e++) {
      let less = 0;
      for (let j = fresh; j < size; j++) {
        const bit = (bits[at >> 3]! >> (at & 7)) & 1;
        at++;
        less += 1 - bit;
        places[j]! += bit;
      }
      for (let f = e + 1; f < fresh; f++) {
        const bit = (bits[at >> 3]! >> (at & 7)) & 1;
        at++;
        less += 1 - bit;
        places[f]! += bit;
      }
      places[e]! += less;
    }
    merged.fill(NOBODY, 0, size);
    for (let e = 0; e < fresh; e++) merged[places[e]!] = order[start + e]!;
    for (let j = fresh; j < size; j++) merged[places[j]!] = order[start + others + j]!;
    for (let k = 0; k < size; k++) if (merged[k] === NOBODY) throw contradiction();
    return at;
  }
}

/** What is done with a segment: rows that join the sample, rows compared with the pivots, pivots, and the sample before. */
interface Cut {
  readonly fresh: number;
  readonly others: number;
  readonly pivots: number;
  readonly sample: number;
}

function pivotIndex(p: number, pivots: number, sample: number): number {
  return Math.floor(((p + 1) * (sample + 1)) / (pivots + 1)) - 1;
}

function newSegments(most: number): Segments {
  return {
    count: 0,
    starts: new Uint32Array(most),
    sizes: new Uint32Array(most),
    samples: new Uint32Array(most),
  };
}

function addSegment(to: Segments, start: number, size: number, sample: number): void {
  to.starts[to.count] = start;
  to.sizes[to.count] = size;
  to.samples[to.count] = sample;
  to.count++;
}

function contradiction(): TacitError {
  return new TacitError(
    'PEER_PROTOCOL',
    'the comparisons of a sort that were opened contradict each other',
  );
}
