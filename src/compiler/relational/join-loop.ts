import { anyOfBlock, validPair } from './join-blocks.ts';
import { CarriedColumns } from './join-columns.ts';
import type { JoinWork } from './join-work.ts';
import type { PlaneRelation } from './relation.ts';
import { type Word, type WordCircuit, WordRows } from './word-rows.ts';

/** One side of a join without keys. */
interface LoopSide {
  readonly rows: WordRows;
  readonly there: Word;
  /** 1 in all rows. */
  readonly all: Word;
  readonly payload: Word;
  readonly columns: CarriedColumns;
}

/**
 * Compares every row of left with every row of right. The pairs of a row of left lie together: of what concerns the row as a whole, its
 * first pair is told.
 */
export function compileLoop(work: JoinWork): PlaneRelation {
  const { shop, operator, node } = work;
  const [left, right] = [loopSide(work, 'left'), loopSide(work, 'right')];
  const [begins] = right.rows.compute((row) => [[row.b.not(bitOf(row, right.all, -1))]]) as [Word];
  const rows = WordRows.pairs(shop, operator, left.rows, right.rows);
  const pairOf = ({ b, read }: WordCircuit) => ({
    left: left.columns.unpack(b, [], read(left.payload)),
    right: right.columns.unpack(b, [], read(right.payload)),
  });
  const [hit, joined, first] = rows.compute((row) => {
    const { b } = row;
    const both = b.and(bitOf(row, left.there), bitOf(row, right.there));
    return [
      [b.and(both, work.holds(b, pairOf(row), rows.rows))],
      [b.not(bitOf(row, begins, 1))],
      [b.and(bitOf(row, begins), bitOf(row, left.there))],
    ];
  }) as [Word, Word, Word];
  const any = node.join === 'inner' ? hit : anyOfBlock(rows, { hit, joined });
  const isOne = node.join === 'semi' || node.join === 'anti';
  return rows.columns(
    (row) => {
      const { b } = row;
      const [isHit, isFirst, isAny] = [hit, first, any].map((word) => bitOf(row, word));
      const bits = { hit: isHit ?? b.zero, first: isFirst ?? b.zero, any: isAny ?? b.zero };
      const columns = work.columns(b, pairOf(row), b.not(bits.hit));
      return { columns, valid: validPair(b, work, bits), other: b.not(bitOf(row, begins)) };
    },
    isOne ? left.rows.rows : undefined,
  );
}

function loopSide(work: JoinWork, of: 'left' | 'right'): LoopSide {
  const from = work[of];
  const ids = of === 'left' ? work.leftIds : work.rightIds;
  const columns = new CarriedColumns(from, ids, [], { of, matched: of === 'right' });
  const rows = new WordRows(work.shop, work.operator, from);
  const [there, all, payload] = rows.compute(({ circuit, b }) => {
    return [[circuit.there()], [b.one], columns.pack(circuit)];
  }) as [Word, Word, Word];
  return { rows, there, all, payload, columns };
}

function bitOf({ b, read }: WordCircuit, word: Word, shift = 0) {
  return read(word, shift)[0] ?? b.zero;
}
