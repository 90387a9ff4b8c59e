import type { Wire } from '../../circuits/circuit.ts';
import { conjunction } from '../../circuits/gadgets/conjunction.ts';
import { alignedRows } from '../../program/shapes.ts';
import { anyOfBlock, validPair } from './join-blocks.ts';
import { CarriedColumns } from './join-columns.ts';
import type { JoinWork } from './join-work.ts';
import type { PlaneRelation } from './relation.ts';
import { firstRows } from './stages.ts';
import { type Word, type WordCircuit, WordRows } from './word-rows.ts';

/** Pairs of a row of left that one circuit looks at. */
const STEPS = 4;

/** One side of a join without keys. */
interface LoopSide {
  readonly rows: WordRows;
  readonly there: Word;
  /** Whether it is the first row. */
  readonly begins: Word;
  readonly payload: Word;
  readonly columns: CarriedColumns;
}

/** All pairs, and what is told of a row of left by its pair with the first row of right. */
interface Pairs {
  readonly rows: WordRows;
  readonly hit: Word;
  /** Whether it is the pair with the first row of right. */
  readonly begins: Word;
}

/**
 * Compares every row of left with every row of right. The pairs of one row of left lie together, or those of one row of right: of the
 * two what needs fewer places, as one side is padded to 128 rows.
 */
export function compileLoop(work: JoinWork): PlaneRelation {
  const { shop, operator, node } = work;
  const [left, right] = [loopSide(work, 'left'), loopSide(work, 'right')];
  const [lefts, rights] = [left.rows.rows, right.rows.rows];
  const isByLeft = lefts * alignedRows(rights) < rights * alignedRows(lefts);
  const rows = isByLeft
    ? WordRows.pairs(shop, operator, left.rows, right.rows)
    : WordRows.pairs(shop, operator, right.rows, left.rows);
  const pairOf = ({ b, read }: WordCircuit) => ({
    left: left.columns.unpack(b, [], read(left.payload)),
    right: right.columns.unpack(b, [], read(right.payload)),
  });
  const { begins } = right;
  const [hit] = rows.compute((row) => {
    const both = row.b.and(bitOf(row, left.there), bitOf(row, right.there));
    return [[row.b.and(both, work.holds(row.b, pairOf(row), rows.rows))]];
  }) as [Word];
  const pairs = { rows, hit, begins };
  const any = isByLeft ? anyByLeft(work, pairs) : anyByRight(work, pairs, lefts, rights);
  const isOne = node.join === 'semi' || node.join === 'anti';
  const made = rows.columns(
    (row) => {
      const { b } = row;
      // Beside padding all bits are 0, whether the row of left is there as well.
      const isFirst = b.and(bitOf(row, begins), bitOf(row, left.there));
      const bits = { hit: bitOf(row, hit), first: isFirst, any: bitOf(row, any) };
      const columns = work.columns(b, pairOf(row), b.not(bits.hit));
      return { columns, valid: validPair(b, work, bits), other: b.not(bitOf(row, begins)) };
    },
    isOne && isByLeft ? { rows: lefts } : {},
  );
  // These are the pairs with the first row of right.
  const isInFront = !isByLeft && (isOne || rights === 1) && made.rows > lefts;
  return isInFront ? firstRows(shop, operator, made, lefts) : made;
}

function loopSide(work: JoinWork, of: 'left' | 'right'): LoopSide {
  const from = work[of];
  const ids = of === 'left' ? work.leftIds : work.rightIds;
  const columns = new CarriedColumns(from, ids, [], { of, matched: of === 'right' });
  const rows = new WordRows(work.shop, work.operator, from);
  const [there, all, payload] = rows.compute(({ circuit, b }) => {
    return [[circuit.there()], [b.one], columns.pack(circuit)];
  }) as [Word, Word, Word];
  const [begins] = rows.compute((row) => [[row.b.not(bitOf(row, all, -1))]]) as [Word];
  return { rows, there, begins, payload, columns };
}

/** For the first pair of each row of left, whose pairs lie together, whether any is a match. */
function anyByLeft({ node }: JoinWork, { rows, hit, begins }: Pairs): Word {
  if (node.join === 'inner') return hit;
  const [joined] = rows.compute((row) => [[row.b.not(bitOf(row, begins, 1))]]) as [Word];
  return anyOfBlock(rows, { hit, joined });
}

/** The same where the pairs of a row of left lie at a distance of all rows of left, padded. */
function anyByRight({ node }: JoinWork, { rows, hit }: Pairs, lefts: number, rights: number): Word {
  const distance = alignedRows(lefts);
  let any = hit;
  for (let count = 1; node.join !== 'inner' && count < rights; count *= STEPS) {
    [any] = rows.compute((row) => {
      const none = Array.from({ length: STEPS }, (_, k): Wire => {
        return row.b.not(bitOf(row, any, k * count * distance));
      });
      return [[row.b.not(conjunction(row.b, none))]];
    }) as [Word];
  }
  return any;
}

function bitOf({ b, read }: WordCircuit, word: Word, shift = 0): Wire {
  return read(word, shift)[0] ?? b.zero;
}
