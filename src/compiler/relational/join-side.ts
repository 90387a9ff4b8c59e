import { CarriedColumns } from './join-columns.ts';
import { type JoinKey, keyWord } from './join-keys.ts';
import type { JoinWork } from './join-work.ts';
import { type Word, WordRows } from './word-rows.ts';

/** The rows of one side of a join with keys. */
export interface JoinSide {
  readonly rows: WordRows;
  readonly key: Word;
  /** Whether the row can have a partner. */
  readonly fits: Word;
  readonly there: Word;
  /** Whether the row is there and its key NULL. */
  readonly unknown: Word;
  readonly payload: Word;
  readonly columns: CarriedColumns;
}

/** Both sides with their keys in common encodings. */
export function joinSides(work: JoinWork, keys: readonly JoinKey[]): readonly [JoinSide, JoinSide] {
  return [joinSide(work, keys, 'left'), joinSide(work, keys, 'right')];
}

function joinSide(work: JoinWork, keys: readonly JoinKey[], of: 'left' | 'right'): JoinSide {
  const { shop, operator, keepsLeft } = work;
  const from = work[of];
  const ids = of === 'left' ? work.leftIds : work.rightIds;
  const matched = of === 'right' || !keepsLeft;
  const columns = new CarriedColumns(from, ids, keys, { of, matched });
  const rows = new WordRows(shop, operator, from);
  const [key, fits, there, unknown, payload] = rows.compute(({ circuit, b }) => {
    const word = keyWord(circuit.expressions(), keys, of);
    const isThere = circuit.there();
    const isUnknown = work.node.nullAware ? b.and(isThere, word.isNull) : b.zero;
    return [
      ...[word.bits, [b.and(isThere, word.fits)], [isThere], [isUnknown]],
      columns.pack(circuit),
    ];
  }) as [Word, Word, Word, Word, Word];
  return { rows, key, fits, there, unknown, payload, columns };
}

/** Whether it is worth a shuffle to go on with `kept` of the rows. */
export function isWorthTaking(rows: number, kept: number): boolean {
  return 2 * rows > 3 * kept;
}
