import type { Wire } from '../../circuits/circuit.ts';
import { invariant } from '../../errors/tacit-error.ts';
import type { Frame } from '../../planner/logical/plan.ts';
import type { Operation } from './aggregate-operations.ts';
import { atLast, isWithin, type Partitions } from './window-partition.ts';
import { scanned, type Work, word } from './window-work.ts';
import type { Word, WordCircuit } from './word-rows.ts';

/** A value of every row, and how those of a frame are combined. */
export interface FrameValue {
  readonly value: Word;
  readonly operation: Operation;
}

/** Distances of the first and the last row of a frame; absent: the partition's. */
interface Distances {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** The values of the rows of each row's frame combined; zeros where the frame has no rows. */
export function* overFrame(partitions: Partitions, of: FrameValue, frame: Frame): Work<Word> {
  const { start, end } = distances(partitions, frame);
  if (frame.peers) {
    invariant(start === undefined && end === 0, 'a frame of peers begins with the partition');
    return yield* atLast(partitions, yield* before(partitions, of, undefined), 'peer');
  }
  if (start === undefined && end === undefined) return yield* overPartition(partitions, of);
  if (start !== undefined && end !== undefined && end < start) {
    return yield* word(({ b, read }) => read(of.value).map(() => b.zero));
  }
  if (end !== undefined && end < 0) {
    const length = start === undefined ? undefined : end - start + 1;
    return yield* moved(partitions, yield* before(partitions, of, length), end);
  }
  if (start !== undefined && start > 0) {
    const length = end === undefined ? undefined : end - start + 1;
    return yield* moved(partitions, yield* after(partitions, of, length), start);
  }
  return yield* aroundRow(partitions, of, { start, end });
}

/** What is beyond all rows is as good as unbounded. */
export function distances({ rows }: Partitions, { start, end }: Frame): Distances {
  const clamped = (distance: bigint | undefined) =>
    distance === undefined ? undefined : Math.max(-rows, Math.min(rows, Number(distance)));
  return { start: clamped(start), end: clamped(end) };
}

function* overPartition(partitions: Partitions, of: FrameValue): Work<Word> {
  // The first row of a partition is known to all after one scan, and so is the last.
  if (of.operation.key === 'first') return yield* before(partitions, of, undefined);
  if (of.operation.key === 'last') return yield* after(partitions, of, undefined);
  return yield* atLast(partitions, yield* before(partitions, of, undefined), 'joined');
}

/** Frames to which the row itself belongs. */
function* aroundRow(partitions: Partitions, of: FrameValue, { start, end }: Distances): Work<Word> {
  if (start === 0) return yield* after(partitions, of, end === undefined ? undefined : end + 1);
  const left = yield* before(partitions, of, start === undefined ? undefined : 1 - start);
  if (end === 0) return left;
  const right = yield* after(partitions, of, end);
  return yield* word((row) => {
    const [own, other] = [row.read(left), row.read(right, 1)];
    return joinedBy(row, partitions, of.operation, { own, other, distance: 1 });
  });
}

/** The row and the `length - 1` rows before it, or all, as far as they are in its partition. */
function* before(
  partitions: Partitions,
  { value, operation }: FrameValue,
  length: number | undefined,
): Work<Word> {
  if (operation.key === 'last') return value;
  if (length !== undefined && length < partitions.rows) {
    return yield* chain(partitions, { value, operation }, length, -1);
  }
  return yield* scanned('down', { word: value, operation, joined: partitions.joined });
}

/** The row and the `length - 1` rows after it, or all, as far as they are in its partition. */
function* after(
  partitions: Partitions,
  { value, operation }: FrameValue,
  length: number | undefined,
): Work<Word> {
  if (operation.key === 'first') return value;
  if (length !== undefined && length < partitions.rows) {
    return yield* chain(partitions, { value, operation }, length, 1);
  }
  const joined = yield* word(({ read }) => read(partitions.joined, 1));
  return yield* scanned('up', { word: value, operation, joined });
}

/** Combines `length` neighbours by doubling: a stage for each bit of the length. */
function* chain(
  partitions: Partitions,
  { value, operation }: FrameValue,
  length: number,
  direction: 1 | -1,
): Work<Word> {
  let made = value;
  let have = 1;
  for (const bit of length.toString(2).slice(1)) {
    const [half, from] = [have, made];
    made = yield* word((row) => {
      const distance = direction * half;
      const other = row.read(from, distance);
      const doubled = joinedBy(row, partitions, operation, {
        ...{ own: row.read(from), other, distance },
      });
      if (bit === '0') return doubled;
      const one = row.read(value, 2 * distance);
      const ends = { own: doubled, other: one, distance: 2 * distance };
      return joinedBy(row, partitions, operation, ends);
    });
    have = 2 * half + Number(bit);
  }
  return made;
}

/** A row's own word combined with that of a row at a distance, if this is in its partition. */
function joinedBy(
  row: WordCircuit,
  partitions: Partitions,
  operation: Operation,
  { own, other, distance }: { own: readonly Wire[]; other: readonly Wire[]; distance: number },
): readonly Wire[] {
  const joined = isWithin(row, partitions, distance);
  const { combine } = operation.plain ?? operation;
  return combine(row.b, { own, other, joined, otherIsFirst: distance < 0 });
}

/** The word of the row at a distance; zeros where that is not in the partition. */
function* moved(partitions: Partitions, of: Word, distance: number): Work<Word> {
  return yield* word((row) => shifted(row, partitions, of, distance));
}

/** As {@link moved}, in a circuit. */
export function shifted(
  row: WordCircuit,
  partitions: Partitions,
  of: Word,
  distance: number,
): readonly Wire[] {
  const isThere = isWithin(row, partitions, distance);
  if (isThere === row.b.zero) return row.read(of).map(() => row.b.zero);
  return row.read(of, distance).map((bit) => row.b.and(isThere, bit));
}
