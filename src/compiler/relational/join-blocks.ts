import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { OR } from './aggregate-operations.ts';
import type { JoinWork } from './join-work.ts';
import type { Word, WordRows } from './word-rows.ts';

/** Adds whether any pair of the block, from the row on, is a match. */
export function anyOfBlock(
  rows: WordRows,
  { hit, joined }: { readonly hit: Word; readonly joined: Word },
): Word {
  const [any] = rows.scan('up', [{ word: hit, operation: OR, joined }]);
  return any ?? hit;
}

/**
 * Whether a pair is a row of the join: a match, or the first pair of a block for its row of left. `first`: whether it is the first one and
 * the row of left is there.
 */
export function validPair(
  b: CircuitBuilder,
  { node }: JoinWork,
  { hit, first, any }: { readonly hit: Wire; readonly first: Wire; readonly any: Wire },
): Wire {
  const alone = () => b.and(first, b.not(any));
  switch (node.join) {
    case 'inner':
      return hit;
    case 'left':
      // Not both.
      return b.xor(hit, alone());
    case 'semi':
      return b.and(first, any);
    case 'anti':
      return alone();
  }
}
