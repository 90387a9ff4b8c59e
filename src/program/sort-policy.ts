/**
 * How a quicksort by opened comparisons goes on, as a pure function of public sizes: the same at every party and every machine
 * (whole numbers, sums, products and quotients of doubles only).
 *
 * A level costs its comparisons and, besides, the rounds of a circuit, of a verification and of an opening; `levelPrice` says how many
 * comparisons take as long. Few rows are therefore compared with many pivots at a time, many rows with one.
 */

/** Pivots of a segment: 2^j - 1 of them make 2^j parts. */
const PIVOT_BITS_MAX = 8;
/** Most parts that a segment is cut into. */
export const PARTS_MAX = 1 << PIVOT_BITS_MAX;
/** Sorted samples are random, so parts differ in size: by so much the mean part of an element is larger than even parts. */
const SPREAD = 1.2;
/** Segments of so few rows are finished at once whatever a level costs. */
const SMALL = 4;

export interface LevelChoice {
  /** Pivots of each segment; 0: all segments are finished, by comparing all their rows. */
  readonly pivots: number;
  /** Segments of at most so many rows are finished. */
  readonly finish: number;
}

/** Segments of a sort: their rows in all, and the sums of their sizes' squares. */
export interface SegmentSums {
  readonly rows: number;
  readonly squares: number;
}

/** What is best done next with segments whose pivots are known. */
export function chooseLevel({ rows, squares }: SegmentSums, levelPrice: number): LevelChoice {
  const size = squares / rows;
  const { pivotBits } = cheapest(rows, size, levelPrice);
  const pivots = 2 ** pivotBits - 1;
  return { pivots, finish: pivots === 0 ? rows : Math.max(SMALL, 2 * pivots) };
}

/** Pivots that are drawn blindly in the first level; 0: a sample is sorted first. */
export function blindPivots(rows: number, levelPrice: number): number {
  let best = 0;
  const { total } = cheapest(rows, rows, levelPrice);
  let least = levelPrice + total;
  for (let bits = 1; bits <= PIVOT_BITS_MAX; bits++) {
    const pivots = 2 ** bits - 1;
    const left = cheapest(rows, (2 * rows) / (pivots + 2), levelPrice).total;
    const cost = rows * pivots + levelPrice + left;
    if (cost < least) [best, least] = [pivots, cost];
  }
  return best;
}

/** The least cost of sorting `rows` rows that lie in segments of `size` rows, and log2 of the parts that segments are cut into first. */
function cheapest(
  rows: number,
  size: number,
  levelPrice: number,
): { readonly total: number; readonly pivotBits: number } {
  let halvings = 0;
  while (size > 2 ** halvings) halvings++;
  const totals: number[] = [];
  let pivotBits = 0;
  for (let level = halvings; level >= 0; level--) {
    const left = size / 2 ** level;
    let least = left <= 1 ? 0 : (rows * (SPREAD * left - 1)) / 2 + levelPrice;
    pivotBits = 0;
    for (let bits = 1; bits <= Math.min(PIVOT_BITS_MAX, halvings - level); bits++) {
      const cost = rows * (2 ** bits - 1) + levelPrice + (totals[level + bits] ?? 0);
      if (cost < least) [least, pivotBits] = [cost, bits];
    }
    totals[level] = least;
  }
  return { total: totals[0] ?? 0, pivotBits };
}

/**
 * Rows of a segment of `rows` rows whose order should be known so that `pivots` of them cut it evenly. A sample of g rows
 * per part loses 0.7 / g of the bits that a comparison tells; sorting it costs about 3/8 of its square.
 */
export function sampleSize(rows: number, pivots: number): number {
  let bits = 0;
  while (2 ** bits <= pivots) bits++;
  const parts = pivots + 1;
  const cube = (0.9 * rows * pivots) / (bits * parts * parts);
  let perPart = 1;
  while ((perPart + 1) ** 3 <= cube) perPart++;
  return Math.min(rows, parts * (perPart + 1) - 1);
}

/** So many times fewer rows have a sample that is best for a part of a segment; simulated for 10,000 to 1,000,000 rows. */
const GROWTH = 4;

/**
 * {@link sampleSize} for a part of a segment that has a sample already. That one is cut, too, so half of the next one is compared with all of the
 * other half in every level again: smaller samples are better than for a segment that is sampled once.
 */
export function grownSample(rows: number, pivots: number): number {
  return Math.min(rows, sampleSize(Math.floor(rows / GROWTH), pivots));
}
