import { invariant } from '../../errors/tacit-error.ts';
import type { JoinMethod } from '../../planner/physical/plan.ts';
import { endOperation } from './aggregate-operations.ts';
import { anyOfBlock, validPair } from './join-blocks.ts';
import { type Counted, countPartners, type Expansion } from './join-counts.ts';
import type { JoinKey } from './join-keys.ts';
import { positions } from './join-positions.ts';
import { isWorthTaking, joinSides } from './join-side.ts';
import type { JoinWork } from './join-work.ts';
import type { PlaneRelation } from './relation.ts';
import { type Word, type WordCircuit, WordRows } from './word-rows.ts';

/**
 * Joins each row of left with all rows of right that have its key, at most `pairs` pairs. A sort by key tells how many partners each row of
 * left has, and the number of the last one among the rows of right. Each row of left is then copied to the places of its pairs, by
 * a sort with public places and a scan, and each pair fetches its row of right by its number, by another [KKS20]. With a guard there may
 * be more pairs: then what comes out is wrong, but nothing else, and the guard says so.
 */
export function compileExpand(
  work: JoinWork,
  keys: readonly JoinKey[],
  { pairs: most, guard }: Extract<JoinMethod, { kind: 'expand' }>,
): PlaneRelation {
  const { join, condition } = work.node;
  const [left, right] = joinSides(work, keys);
  const expansion: Expansion = {
    ...{ work, left, right },
    most: Math.max(1, most),
    fetches: right.columns.width > 0,
    guard,
    isByLeft: join === 'semi' || join === 'anti' || (join === 'left' && condition !== undefined),
    readsKeys: left.columns.readsKeys || right.columns.readsKeys,
    keyBits: left.key.width,
  };
  const counted = countPartners(expansion);
  const copied = copyLeft(expansion, counted);
  const pairs = expansion.fetches ? fetchRight(expansion, counted, copied) : copied;
  return expansion.isByLeft ? finishBlocks(expansion, pairs) : finish(expansion, pairs);
}

/** Pairs of rows at the places that `isPair` says; `number` is their place by row of left. */
interface Pairs {
  readonly rows: WordRows;
  readonly isPair: Word;
  readonly number: Word;
  readonly valid: Word;
  /** Whether the row of left has a partner. */
  readonly match: Word;
  /** The same in all pairs of a row of left, another in those of the next. */
  readonly parity: Word;
  readonly own: Word;
  /** Which row of right, from 1. */
  readonly index: Word;
  /** Absent until it is fetched. */
  readonly other?: Word;
}

/** Every row of left at the places of its pairs: the rows and the places are sorted, and the rows copied down. */
function copyLeft({ work, most, left }: Expansion, counted: Counted): Pairs {
  const { shop, operator } = work;
  const { offset, copies, heads, match, parity, own, last, isLeft } = counted;
  // The last row, which ends all, counts as one of left.
  const size = left.rows.rows + 1;
  const moving = [offset, copies, heads, match, parity, own, last];
  const lefts = takeWords(work, counted.rows, moving, { wanted: isLeft, count: size });
  const places = positions(work, most);
  const { rows, words } = WordRows.concat(shop, operator, [
    { rows: lefts.rows, words: [...lefts.words, 'zero'] },
    {
      rows: places.rows,
      first: most,
      words: [places.number, ...moving.slice(1).map(() => 'zero' as const), 'one'],
    },
  ]);
  const [number, mark, ...rest] = words as [Word, Word, ...Word[]];
  rows.sort([number]);
  const isPair = rest.at(-1) ?? mark;
  const [head, hit, odd, row, end] = copyDown(rows, mark, rest.slice(0, -1)) as [
    ...[Word, Word, Word, Word, Word],
  ];
  const [valid, index] = rows.compute(
    (circuit) => {
      const { b, read } = circuit;
      const at = read(number);
      const to = read(end);
      const from = to.map((_, k) => at[k] ?? b.zero);
      return [[b.and(bitOf(circuit, head), bitOf(circuit, isPair))], counted.subtract(b, to, from)];
    },
    [number, isPair, hit, odd, row],
  ) as [Word, Word];
  return { rows, isPair, number, valid, match: hit, parity: odd, own: row, index };
}

/** Every pair with its row of right, which its number finds. */
function fetchRight({ work, right, most }: Expansion, counted: Counted, pairs: Pairs): Pairs {
  const { shop, operator } = work;
  const { rank, mark, other, isRight } = counted;
  const rights = takeWords(work, counted.rows, [rank, other, mark], {
    ...{ wanted: isRight, count: right.rows.rows },
  });
  const { index, own, valid, match, parity, number, isPair } = pairs;
  const rest = [valid, match, parity, number, isPair];
  const copies = takeWords(work, pairs.rows, [index, own, ...rest], {
    ...{ wanted: isPair, count: most },
  });
  const [copyIndex = index, copyOwn = own, ...copyRest] = copies.words;
  const { rows, words } = WordRows.concat(shop, operator, [
    { rows: rights.rows, words: [...rights.words, ...rest.map(() => 'zero' as const)] },
    { rows: copies.rows, words: [copyIndex, copyOwn, 'zero', ...copyRest] },
  ]);
  const [at, shared, source, valids, hit, odd, place, isCopy] = words as [
    ...[Word, Word, Word, Word, Word, Word, Word, Word],
  ];
  rows.sort([at]);
  const [carried] = rows.compute(({ read }) => {
    return [read(shared).slice(0, right.columns.width)];
  }) as [Word];
  const [fetched] = copyDown(rows, source, [carried]);
  return {
    ...{ rows, isPair: isCopy, number: place, valid: valids, match: hit, parity: odd },
    ...{ own: shared, index: at, ...(fetched && { other: fetched }) },
  };
}

/** Pairs are rows of the join by themselves. */
function finish(expansion: Expansion, pairs: Pairs): PlaneRelation {
  const { work, most } = expansion;
  const { rows, valid, match, isPair } = pairs;
  return rows.columns(
    (row) => {
      const { b } = row;
      const pair = columnsOfPair(expansion, pairs, row);
      const holds = work.holds(b, pair, rows.rows);
      return {
        columns: work.columns(b, pair, b.not(bitOf(row, match))),
        valid: b.and(bitOf(row, valid), holds),
        other: b.not(bitOf(row, isPair)),
      };
    },
    isWorthTaking(rows.rows, most) ? { rows: most } : {},
  );
}

/** Pairs go back to their places by row of left, where it is seen whether any of a row is a match. */
function finishBlocks(expansion: Expansion, pairs: Pairs): PlaneRelation {
  const { work, most } = expansion;
  const { rows, valid, match, parity, number, isPair } = pairs;
  const [other] = rows.compute((row) => [[row.b.not(bitOf(row, isPair))]]) as [Word];
  if (rows.rows > most) rows.take(other, most);
  rows.route(number);
  const [hit, joined, first] = rows.compute((row) => {
    const { b } = row;
    const [odd, before, after] = [0, -1, 1].map((shift) => bitOf(row, parity, shift));
    const found = b.and(bitOf(row, valid), bitOf(row, match));
    const pair = columnsOfPair(expansion, pairs, row);
    return [
      [b.and(found, work.holds(b, pair, rows.rows))],
      [b.not(b.xor(odd ?? b.zero, after ?? b.zero))],
      [b.and(bitOf(row, valid), b.xor(odd ?? b.zero, before ?? b.zero))],
    ];
  }) as [Word, Word, Word];
  const any = anyOfBlock(rows, { hit, joined });
  return rows.columns((row) => {
    const { b } = row;
    const bits = { hit: bitOf(row, hit), first: bitOf(row, first), any: bitOf(row, any) };
    const pair = columnsOfPair(expansion, pairs, row);
    const columns = work.columns(b, pair, b.not(bits.hit));
    return { columns, valid: validPair(b, work, bits) };
  });
}

function columnsOfPair(
  { left, right, readsKeys, keyBits }: Expansion,
  pairs: Pairs,
  row: WordCircuit,
) {
  const { b, read } = row;
  const own = read(pairs.own);
  const width = readsKeys ? keyBits : 0;
  const key = own.slice(0, width);
  const other = pairs.other === undefined ? [] : read(pairs.other);
  return {
    left: left.columns.unpack(b, key, own.slice(width)),
    right: right.columns.unpack(b, key, other),
  };
}

/** Every row gets the words of the last marked row so far. */
function copyDown(rows: WordRows, mark: Word, words: readonly Word[]): Word[] {
  const [joined] = rows.compute((row) => [[row.b.not(bitOf(row, mark))]]) as [Word];
  const operation = endOperation('first');
  return rows.scan(
    'down',
    words.map((word) => ({ word, operation, joined })),
  );
}

/** Some words of rows; of the rows only those that are wanted, whose number is public, if it is worth it. */
function takeWords(
  { shop, operator }: JoinWork,
  from: WordRows,
  words: readonly Word[],
  { wanted, count }: { readonly wanted: Word; readonly count: number },
): { readonly rows: WordRows; readonly words: readonly Word[] } {
  if (!isWorthTaking(from.rows, count)) return { rows: from, words };
  const made = WordRows.concat(shop, operator, [{ rows: from, words: [...words, wanted] }]);
  const isWanted = made.words.at(-1);
  invariant(isWanted !== undefined, 'rows that are wanted');
  const [other] = made.rows.compute((row) => [[row.b.not(bitOf(row, isWanted))]]) as [Word];
  made.rows.take(other, count);
  return { rows: made.rows, words: made.words.slice(0, -1) };
}

function bitOf({ b, read }: WordCircuit, word: Word, shift = 0) {
  return read(word, shift)[0] ?? b.zero;
}
