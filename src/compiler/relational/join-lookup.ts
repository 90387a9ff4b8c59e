import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { conjunction } from '../../circuits/gadgets/conjunction.ts';
import type { JoinGuard } from '../../planner/physical/plan.ts';
import { endOperation, OR, PICK } from './aggregate-operations.ts';
import type { JoinKey } from './join-keys.ts';
import { joinOrder } from './join-order.ts';
import { isWorthTaking, type JoinSide, joinSides } from './join-side.ts';
import type { JoinWork } from './join-work.ts';
import type { PlaneRelation } from './relation.ts';
import { type Word, type WordCircuit, type WordInput, WordRows } from './word-rows.ts';

/**
 * Joins each row of left with the one row of right that has its key, or only finds out whether there is one: the rows of both are sorted
 * by key, those of right first, neighbours compared once, and each row takes what the first row of its segment is; segments begin at
 * rows of right and at new keys. The rows of right are then taken away if they are many. A guard finds out whether two rows of right have
 * one key: whether the row before one of right that has the same key belongs to a segment of such a row.
 */
export function compileLookup(
  work: JoinWork,
  keys: readonly JoinKey[],
  guard?: JoinGuard,
): PlaneRelation {
  const [left, right] = joinSides(work, keys);
  const { rows, words } = bothSides(work, left, right);
  const { key, payload, mark, fits, there, isLeft } = words;
  const unknown = work.node.nullAware ? spread(rows, words) : [];
  rows.sort([key]);
  const [joined, carried, same] = rows.compute((row) => {
    const { b, read } = row;
    const isOther = b.not(read(mark)[0] ?? b.zero);
    const isSame = sameKey(row, key);
    const own = read(payload).slice(0, right.columns.width);
    return [[b.and(isSame, isOther)], own, guard === undefined ? [] : [isSame]];
  }) as [Word, Word, Word];
  const [found, ...taken] = rows.scan('down', [
    { word: mark, operation: PICK, joined },
    ...(carried.width === 0 ? [] : [{ word: carried, operation: endOperation('first'), joined }]),
  ]) as [Word, ...Word[]];
  const size = left.rows.rows;
  const order = joinOrder(work, keys);
  return rows.columns(
    ({ b, read, circuit }) => {
      const bit = (word: Word, shift = 0) => read(word, shift)[0] ?? b.zero;
      if (guard !== undefined) {
        const isSecond = b.and(bit(mark), b.and(bit(same), bit(found, -1)));
        work.shop.numbering.guard(circuit.some(isSecond), guard.exceeded);
      }
      const keyBits = read(key);
      const pair = {
        left: left.columns.unpack(b, keyBits, read(payload)),
        right: right.columns.unpack(
          b,
          keyBits,
          taken.flatMap((word) => read(word)),
        ),
      };
      const hit = b.and(b.and(bit(found), bit(fits)), work.holds(b, pair, rows.rows));
      const columns = work.columns(b, pair, b.not(hit));
      const valid = validity(b, work, {
        hit,
        there: bit(there),
        unknown: unknown.map((word) => bit(word)),
      });
      return { columns, valid, other: b.not(bit(isLeft)) };
    },
    {
      ...(isWorthTaking(rows.rows, size) ? { rows: size } : {}),
      ...(order && { kept: { order, keyBits: key.width, isWished: work.wish(order) } }),
    },
  );
}

/** Whether the row has the key of the row before. */
export function sameKey({ b, read }: WordCircuit, key: Word): Wire {
  const before = read(key, -1);
  const same = read(key).map((bit, k) => b.not(b.xor(bit, before[k] ?? b.zero)));
  return conjunction(b, same);
}

interface BothWords {
  readonly key: Word;
  readonly payload: Word;
  /** Whether it is a row of right that can have a partner, a row of left that can. */
  readonly mark: Word;
  readonly fits: Word;
  /** Of left. */
  readonly there: Word;
  readonly isLeft: Word;
  /** For NOT IN: whether a row of right is there, whether its key is NULL, whether that of a row of left is. */
  readonly others: Word;
  readonly unknown: Word;
  readonly unknownLeft: Word;
}

/** The rows of right, then those of left, which share the planes of their columns. */
function bothSides(
  { shop, operator, keepsLeft, node: { nullAware } }: JoinWork,
  left: JoinSide,
  right: JoinSide,
): { readonly rows: WordRows; readonly words: BothWords } {
  const some = (isRead: boolean, word: Word) => (isRead ? word : 'zero');
  const inputs: readonly WordInput[] = [
    {
      rows: right.rows,
      words: [
        ...([right.key, right.payload, right.fits, 'zero', 'zero', 'zero'] as const),
        ...([some(nullAware, right.there), some(nullAware, right.unknown), 'zero'] as const),
      ],
    },
    {
      rows: left.rows,
      words: [
        ...([left.key, left.payload, 'zero', left.fits, some(keepsLeft, left.there)] as const),
        ...(['one', 'zero', 'zero', some(nullAware, left.unknown)] as const),
      ],
    },
  ];
  const { rows, words } = WordRows.concat(shop, operator, inputs);
  const [key, payload, mark, fits, there, isLeft, others, unknown, unknownLeft] = words as [
    ...[Word, Word, Word, Word, Word, Word],
    ...[Word, Word, Word],
  ];
  const named = { key, payload, mark, fits, there, isLeft, others, unknown, unknownLeft };
  return { rows, words: named };
}

/** Before the sort, in which rows of right come first: whether there is one, and whether the key of one, or of the row itself, is NULL. */
function spread(rows: WordRows, { others, unknown, unknownLeft }: BothWords): Word[] {
  const [all] = rows.compute(({ b }) => [[b.one]]) as [Word];
  const items = [others, unknown].map((word) => ({ word, operation: OR, joined: all }));
  return [...rows.scan('down', items), unknownLeft];
}

interface Facts {
  readonly hit: Wire;
  readonly there: Wire;
  readonly unknown: readonly Wire[];
}

function validity(b: CircuitBuilder, { node }: JoinWork, { hit, there, unknown }: Facts): Wire {
  if (node.join === 'left') return there;
  if (node.join !== 'anti') return hit;
  const [others, ...unknowns] = unknown;
  if (others === undefined) return b.and(there, b.not(hit));
  const known = conjunction(
    b,
    [hit, ...unknowns].map((bit) => b.not(bit)),
  );
  return b.and(there, b.or(known, b.not(others)));
}
