import { CONTRADICTION, contradiction, SEGMENT, SEGMENT_WORDS } from './sort-moves.ts';
import {
  blindPivots,
  chooseLevel,
  grownSample,
  type LevelChoice,
  sampleSize,
} from './sort-policy.ts';

/** Holds the segments of a quicksort, and takes the steps of a level over them ({@link levelPairs}, {@link takeLevel}). */
export interface SegmentMoves {
  /** The table of segments; valid until the next call. */
  table(): Uint32Array;
  /** Writes the pairs of the level of `segments` segments. */
  pairs(segments: number): void;
  /** Moves the rows by the bits of the level; returns how many segments the table has then, or CONTRADICTION. */
  take(segments: number, bits: Uint8Array): number;
}

/** Words of a table for the segments that any level of so many rows has: at least two rows each. */
export function tableWords(rows: number): number {
  return SEGMENT_WORDS * Math.max(1, Math.floor(rows / 2));
}

/**
 * Quicksort of shuffled rows by the opened bits of comparisons [HKICT12], level by level: which rows are compared is a function of the
 * opened bits alone, so all parties take the same steps.
 *
 * A segment is a range of rows that belongs to one range of places of the result: rows whose order is unknown, then a sample
 * in ascending order. In a level every segment takes some rows more into its sample, comparing them with all of it and with each
 * other, and compares all other rows with its pivots, evenly spaced in the sample of before: these are in their places
 * then, and cut the segment, sample included. Small segments are finished by making all of them the sample. As rows are shuffled, the
 * first ones of a segment are as good a sample as any.
 */
export class SortLevels {
  readonly #levelPrice: number;
  readonly #moves: SegmentMoves;
  #segments: number;
  /** The first level: nothing is known of any row. */
  #isFirst = true;

  constructor(rows: number, levelPrice: number, moves: SegmentMoves) {
    this.#levelPrice = levelPrice;
    this.#moves = moves;
    this.#segments = rows > 1 ? 1 : 0;
    if (rows > 1) moves.table().set([0, rows, 0]);
  }

  /** Decides what is done in the next level and returns its comparisons; 0: all rows are sorted. */
  next(): number {
    const words = this.#segments * SEGMENT_WORDS;
    if (words === 0) return 0;
    const table = this.#moves.table();
    let [rows, squares] = [0, 0];
    for (let k = 0; k < words; k += SEGMENT_WORDS) {
      const size = table[k + SEGMENT.size]!;
      rows += size;
      squares += size * size;
    }
    const choice = chooseLevel({ rows, squares }, this.#levelPrice);
    const finish = this.#isFirst && choice.pivots > 0 ? 0 : choice.finish;
    let comparisons = 0;
    for (let k = 0; k < words; k += SEGMENT_WORDS) {
      const [size, sample] = [table[k + SEGMENT.size]!, table[k + SEGMENT.sample]!];
      const { fresh, pivots } = this.#cut(size, sample, { pivots: choice.pivots, finish });
      table[k + SEGMENT.fresh] = fresh;
      table[k + SEGMENT.pivots] = pivots;
      comparisons += fresh * sample + (fresh * (fresh - 1)) / 2 + (size - sample - fresh) * pivots;
    }
    return comparisons;
  }

  /** Writes the pairs of the level, as many as {@link next} said. */
  pairs(): void {
    this.#moves.pairs(this.#segments);
  }

  /** Takes the level's bits: bit k mod 8 of byte k div 8 says whether the left row of pair k is less than the right one. */
  take(bits: Uint8Array): void {
    const left = this.#moves.take(this.#segments, bits);
    if (left === CONTRADICTION) throw contradiction();
    this.#segments = left;
    this.#isFirst = false;
  }

  #cut(size: number, sample: number, { finish, pivots }: LevelChoice): Cut {
    const unknown = size - sample;
    if (size <= finish) return { fresh: unknown, pivots: 0 };
    if (sample === 0) {
      const blind = this.#isFirst ? blindPivots(size, this.#levelPrice) : pivots;
      const fresh = Math.min(size, blind > 0 ? blind : 2 * sampleSize(size, pivots) + 1);
      return { fresh, pivots: Math.min(fresh, blind) };
    }
    const wanted = pivots + (pivots + 1) * grownSample(Math.floor(size / (pivots + 1)), pivots);
    const fresh = 2 * sample >= wanted ? 0 : Math.min(unknown, wanted - sample);
    return { fresh, pivots: Math.min(pivots, sample) };
  }
}

/** What is done with a segment: rows that join the sample, and pivots that all others are compared with. */
interface Cut {
  readonly fresh: number;
  readonly pivots: number;
}
