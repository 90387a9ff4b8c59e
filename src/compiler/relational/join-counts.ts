import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { addBits, subtractBits } from '../../circuits/gadgets/carry.ts';
import { lessThan } from '../../circuits/gadgets/compare.ts';
import { conjunction, disjunction } from '../../circuits/gadgets/conjunction.ts';
import { constantNumber } from '../../circuits/gadgets/numbers.ts';
import { Shapes } from '../../circuits/gadgets/shapes.ts';
import type { JoinGuard } from '../../planner/physical/plan.ts';
import { rankBits } from '../../program/shapes.ts';
import { PICK, ScanOperations } from './aggregate-operations.ts';
import { sameKey } from './join-lookup.ts';
import type { JoinSide } from './join-side.ts';
import type { JoinWork } from './join-work.ts';
import { type Word, WordRows } from './word-rows.ts';

/** A join by expansion. */
export interface Expansion {
  readonly work: JoinWork;
  readonly left: JoinSide;
  readonly right: JoinSide;
  /** Most pairs. */
  readonly most: number;
  /** There may be more. */
  readonly guard: JoinGuard | undefined;
  /** Whether anything of right is read but its keys. */
  readonly fetches: boolean;
  /** Whether it depends on all pairs of a row of left what becomes of them. */
  readonly isByLeft: boolean;
  /** Whether columns are read of keys. */
  readonly readsKeys: boolean;
  readonly keyBits: number;
}

/** The rows of both sides by key, each of right before those of left, and one more that ends all. */
export interface Counted {
  readonly rows: WordRows;
  readonly isLeft: Word;
  readonly isRight: Word;
  /** Of left: whether it is in the join, and whether it has a partner. */
  readonly heads: Word;
  readonly match: Word;
  /** Whether it is copied to places: as `heads`, but also the row at the end. */
  readonly copies: Word;
  /** The place of its first pair. */
  readonly offset: Word;
  /** The place of its first pair and the number, from 1, of its last partner. */
  readonly last: Word;
  /** Whether rows before it that are copied are even or odd in number. */
  readonly parity: Word;
  /** What is carried of left, with the bits of the keys if they are read. */
  readonly own: Word;
  /** Of right: whether it can have a partner, its number among such, and what is carried. */
  readonly mark: Word;
  readonly rank: Word;
  readonly other: Word;
  /** x - y of numbers of rows of right. */
  readonly subtract: (b: CircuitBuilder, x: readonly Wire[], y: readonly Wire[]) => Wire[];
}

/** Sorts the rows of both sides by key and counts, in two scans, partners and pairs. */
export function countPartners(expansion: Expansion): Counted {
  const { work, right, most, guard, fetches, isByLeft } = expansion;
  const sorted = sortSides(expansion);
  const { rows, joined, mark, fits, there, end } = sorted;
  const [wide, places] = [rankBits(right.rows.rows), rankBits(most)];
  const operations = new ScanOperations(work.shop.network, rows.rows);
  const shapes = new Shapes(work.shop.network, rows.rows);
  const narrow = guard === undefined ? Math.min(wide, places) : wide;
  const [perKey, ranks] = [operations.sum(narrow), operations.sum(wide)];
  const [all, ones, numbered] = rows.compute(({ b, read }) => [
    [b.one],
    perKey.pack(b, extended(b, read(mark), narrow)),
    ranks.pack(b, extended(b, read(mark), wide)),
  ]) as [Word, Word, Word];
  const [partners, rankWord = numbered] = rows.scan('down', [
    { word: ones, operation: perKey, joined },
    ...(fetches ? [{ word: numbered, operation: ranks, joined: all }] : []),
  ]) as [Word, ...Word[]];
  const pairs = operations.sum(places);
  const isInner = work.node.join === 'inner';
  const [count, heads, match, copies, over] = rows.compute(({ b, read }) => {
    const [isFit = b.zero] = read(fits);
    const [isThere = b.zero] = read(there);
    const bits = perKey.unpack(b, read(partners)).map((bit) => b.and(bit, isFit));
    const none = conjunction(
      b,
      bits.map((bit) => b.not(bit)),
    );
    const some = b.not(none);
    const isHead = isInner ? some : isThere;
    const number = extended(b, bits, places);
    // One without a partner has one pair all the same.
    if (!isInner) number[0] = b.xor(number[0] ?? b.zero, b.and(isThere, none));
    const isCopied = b.xor(isHead, read(end)[0] ?? b.zero);
    const more = guard === undefined ? [] : [disjunction(b, bits.slice(places))];
    return [pairs.pack(b, number), [isHead], [some], [isCopied], more];
  }) as [Word, Word, Word, Word, Word];
  const [sums, parity = copies] = rows.scan('down', [
    { word: count, operation: pairs, joined: all },
    ...(isByLeft ? [{ word: copies, operation: PICK, joined: all }] : []),
  ]) as [Word, ...Word[]];
  const [offset, rank, last] = rows.compute(({ b, read, circuit }) => {
    const start = pairs.unpack(b, read(sums, -1));
    if (guard !== undefined) {
      const numbers = { before: start, to: pairs.unpack(b, read(sums)), most };
      const isTooMany = b.or(read(over)[0] ?? b.zero, exceeds(b, numbers, shapes));
      work.shop.numbering.guard(circuit.some(isTooMany), guard.exceeded);
    }
    const number = ranks.unpack(b, read(rankWord));
    const shape = shapes.adder(wide);
    return [start, number, fetches ? addBits(b, number, extended(b, start, wide), shape) : []];
  }) as [Word, Word, Word];
  const subtract: Counted['subtract'] = (b, x, y) => subtractBits(b, x, y, shapes.adder(wide));
  return { ...sorted, heads, match, copies, offset, last, parity, rank, subtract };
}

/**
 * Whether the pairs up to a row are more than `most`, given those before it and those up to it modulo a power of two above `most`, of
 * which a row has fewer: the first row that is too much is above `most`, or below the row before.
 */
function exceeds(
  b: CircuitBuilder,
  numbers: {
    readonly before: readonly Wire[];
    readonly to: readonly Wire[];
    readonly most: number;
  },
  shapes: Shapes,
): Wire {
  const width = numbers.to.length;
  const number = (bits: readonly Wire[]) => ({ bits, signed: false });
  const shape = shapes.compare(width);
  const most = constantNumber(b, BigInt(numbers.most), { width, signed: false });
  const to = number(numbers.to);
  return b.or(lessThan(b, most, to, shape), lessThan(b, to, number(numbers.before), shape));
}

type Sorted = Pick<Counted, 'rows' | 'isLeft' | 'isRight' | 'own' | 'other' | 'mark'> & {
  /** Whether the row has the key of the row before. */
  readonly joined: Word;
  readonly fits: Word;
  readonly there: Word;
  readonly end: Word;
};

function sortSides({ work, left, right, readsKeys }: Expansion): Sorted {
  const { shop, operator, node } = work;
  const both = WordRows.concat(shop, operator, [
    {
      rows: right.rows,
      words: [right.key, right.payload, right.fits, 'zero', 'zero', 'zero', 'one'],
    },
    {
      rows: left.rows,
      words: [
        ...([left.key, left.payload, 'zero', left.fits] as const),
        ...([node.join === 'inner' ? 'zero' : left.there, 'one', 'zero'] as const),
      ],
    },
  ]);
  const [key, payload, ...facts] = both.words as [Word, Word, ...Word[]];
  both.rows.sort([key]);
  const made = both.rows.compute((row) => {
    const { read } = row;
    const own = read(payload).slice(0, left.columns.width);
    return [
      [sameKey(row, key)],
      readsKeys ? [...read(key), ...own] : own,
      read(payload).slice(0, right.columns.width),
    ];
  }, facts);
  const words = [...made, ...facts];
  const { rows, words: all } = WordRows.concat(shop, operator, [
    { rows: both.rows, words: [...words, 'zero'] },
    // It counts as one of left.
    {
      ...{ rows: both.rows, first: 1 },
      words: [...words.slice(0, -2).map(() => 'zero' as const), 'one', 'zero', 'one'],
    },
  ]);
  const [joined, own, other, mark, fits, there, isLeft, isRight, end] = all as [
    ...[Word, Word, Word, Word, Word],
    ...[Word, Word, Word, Word],
  ];
  return { rows, joined, own, other, mark, fits, there, isLeft, isRight, end };
}

function extended(b: CircuitBuilder, bits: readonly Wire[], width: number): Wire[] {
  return Array.from({ length: width }, (_, k) => bits[k] ?? b.zero);
}
