import type { Wire } from '../../circuits/circuit.ts';
import { conjunction } from '../../circuits/gadgets/conjunction.ts';
import type { Shapes } from '../../circuits/gadgets/shapes.ts';
import { endOperation, type ScanOperations } from './aggregate-operations.ts';
import { scanned, type Work, word } from './window-work.ts';
import type { Word, WordCircuit } from './word-rows.ts';

/** Rows sorted by partition and then by order, those that are not there last. */
export interface Partitions {
  /** Places for rows. */
  readonly rows: number;
  readonly there: Word;
  /** The partition's keys. */
  readonly keys: Word;
  /** Whether the row is in the partition of the row before. */
  readonly joined: Word;
  /** Whether it is also equal to the row before in the order. */
  readonly peer: Word;
  readonly operations: ScanOperations;
  /** For circuits over all rows. */
  readonly shapes: Shapes;
}

/** Compares each row with the one before. */
export function neighbours(
  { b, read }: WordCircuit,
  there: Word,
  keys: Word,
  order: Word,
): readonly [joined: Wire, peer: Wire] {
  const equal = (of: Word) => sameBits({ b, read }, of, -1);
  const joined = conjunction(b, [...read(there), ...read(there, -1), ...equal(keys)]);
  return [joined, conjunction(b, [joined, ...equal(order)])];
}

/** Whether the row at a distance is in the partition of the row: by the flags between them or by the keys, whichever are fewer. */
export function isWithin(row: WordCircuit, partitions: Partitions, distance: number): Wire {
  const { b, read } = row;
  const { there, keys, joined, rows } = partitions;
  if (distance === 0) return b.one;
  const far = Math.abs(distance);
  if (far >= rows) return b.zero;
  if (far <= keys.width + 1) {
    const flags = Array.from({ length: far }, (_, k) => (distance < 0 ? -k : k + 1));
    return conjunction(
      b,
      flags.flatMap((shift) => read(joined, shift)),
    );
  }
  return conjunction(b, [
    ...read(there),
    ...read(there, distance),
    ...sameBits(row, keys, distance),
  ]);
}

function sameBits({ b, read }: Pick<WordCircuit, 'b' | 'read'>, of: Word, distance: number) {
  const others = read(of, distance);
  return read(of).map((bit, k) => b.not(b.xor(bit, others[k] ?? b.zero)));
}

/** For each row which one of its partition it is, from 1 on; with `starts` only rows that have that bit count. */
export function* rowNumbers(partitions: Partitions, starts?: Word): Work<Word> {
  const { joined, operations, rows } = partitions;
  const width = rows.toString(2).length;
  const ones = yield* word(({ b, read }) => {
    const [counts = b.one] = starts === undefined ? [] : read(starts);
    return Array.from({ length: width }, (_, k) => (k === 0 ? counts : b.zero));
  });
  return yield* scanned('down', { word: ones, operation: operations.sum(width), joined });
}

/** What a word is in the last row of the partition, or of the peers. */
export function* atLast(partitions: Partitions, of: Word, among: 'joined' | 'peer'): Work<Word> {
  const joined = yield* word(({ read }) => read(partitions[among], 1));
  return yield* scanned('up', { word: of, operation: endOperation('last'), joined });
}
