import type { Wire } from '../../circuits/circuit.ts';
import { inSet } from '../../circuits/gadgets/member.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import type { RelationColumn, WindowFunction } from '../../planner/logical/plan.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from '../expressions/column-source.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { padded } from '../expressions/translator.ts';
import { endOperation, PICK, pieces, tupleOperation } from './aggregate-operations.ts';
import { type AggregatePart, aggregateInput, aggregateScheme } from './aggregate-parts.ts';
import { distances, overFrame, shifted } from './window-frame.ts';
import { atLast, isWithin, type Partitions, rowNumbers } from './window-partition.ts';
import { tileNumber } from './window-tiles.ts';
import { scanned, type Work, word } from './window-work.ts';
import type { Word, WordCircuit } from './word-rows.ts';

/** What a window function reads of a row: whether it counts, its operand, and the value in place of a row that is not there. */
export interface FunctionWords {
  readonly counted: Word;
  readonly value: Word;
  readonly otherwise: Word;
}

/** How the column of a function is read in the end. */
export type ColumnOf = (row: WordCircuit) => NullableNumber;

/** The wires of `FunctionWords`, in their order. Of functions that pass values on, `counted` says that the value is not NULL. */
export function functionInput(
  expressions: Expressions,
  { fn, operand, filter, otherwise }: WindowFunction,
  facts: RelationColumn,
): readonly (readonly Wire[])[] {
  const { b } = expressions;
  if (isAggregate(fn)) {
    const { counted, value } = aggregateInput(expressions, { fn, operand, filter }, facts);
    return [[counted], value, []];
  }
  const optional = (scalar: Scalar | undefined): Wire[] =>
    scalar === undefined ? [b.zero] : valueBits(expressions, scalar, facts);
  const [value, other] = [optional(operand), optional(otherwise)];
  return [value.slice(-1), value.slice(0, -1), other];
}

/** A value in the encoding of the column, below a bit that says that it is not NULL. */
function valueBits(expressions: Expressions, scalar: Scalar, facts: RelationColumn): Wire[] {
  const { b } = expressions;
  const bits = extend(b, padded(expressions, scalar, facts.bytes), encodingOf(facts).width);
  return [...bits, b.not(expressions.isNull(scalar))];
}

/** Does the steps of a function. */
export function functionWork(
  partitions: Partitions,
  fn: WindowFunction,
  words: FunctionWords,
  facts: RelationColumn,
): Work<ColumnOf> {
  switch (fn.fn) {
    case 'rowNumber':
      return plainNumber(rowNumbers(partitions), facts);
    case 'rank':
      return plainNumber(rank(partitions), facts);
    case 'denseRank':
      return plainNumber(denseRank(partitions), facts);
    case 'ntile':
      return plainNumber(ntile(partitions, fn.count ?? 1n), facts);
    case 'lag':
      return neighbour(partitions, words, -(fn.count ?? 1n), facts);
    case 'lead':
      return neighbour(partitions, words, fn.count ?? 1n, facts);
    case 'firstValue':
    case 'lastValue':
      return endValue(partitions, fn, words, facts);
    case 'nthValue':
      return nthValue(partitions, fn, words, facts);
    default:
      return aggregate(partitions, { ...fn, fn: fn.fn }, words, facts);
  }
}

function isAggregate(fn: WindowFunction['fn']): fn is AggregateName {
  return ['countStar', 'count', 'sum', 'min', 'max'].includes(fn);
}

type AggregateName = 'countStar' | 'count' | 'sum' | 'min' | 'max';

function* plainNumber(made: Work<Word>, facts: RelationColumn): Work<ColumnOf> {
  const number = yield* made;
  const { width, signed } = encodingOf(facts);
  return ({ b, read }) => {
    const bits = extend(b, { bits: read(number), signed: false }, width);
    return { number: { bits, signed }, isNull: b.zero };
  };
}

/** The row number of the first peer. */
function* rank(partitions: Partitions): Work<Word> {
  const numbers = yield* rowNumbers(partitions);
  const { peer } = partitions;
  const first = { word: numbers, operation: endOperation('first'), joined: peer };
  return yield* scanned('down', first);
}

function* denseRank(partitions: Partitions): Work<Word> {
  const starts = yield* word(({ b, read }) => read(partitions.peer).map((bit) => b.not(bit)));
  return yield* rowNumbers(partitions, starts);
}

function* ntile(partitions: Partitions, tiles: bigint): Work<Word> {
  const numbers = yield* rowNumbers(partitions);
  // No tile has two rows.
  if (tiles >= BigInt(partitions.rows)) return numbers;
  const count = yield* atLast(partitions, numbers, 'joined');
  return yield* word(({ b, read }) => {
    return tileNumber(b, read(numbers), read(count), tiles, partitions.shapes);
  });
}

/** LAG and LEAD. */
function* neighbour(
  partitions: Partitions,
  { counted, value, otherwise }: FunctionWords,
  count: bigint,
  facts: RelationColumn,
): Work<ColumnOf> {
  const { start: distance = 0 } = distances(partitions, { start: count, peers: false });
  return (row) => {
    const { b, read } = row;
    const isThere = isWithin(row, partitions, distance);
    const own = read(otherwise);
    const none = own.length === 1 ? [...read(value).map(() => b.zero), b.zero] : own;
    const far = isThere === b.zero ? none : [...read(value, distance), ...read(counted, distance)];
    const bits = none.map((bit, k) => b.mux(isThere, far[k] ?? b.zero, bit));
    return present(row, bits, facts);
  };
}

function* endValue(
  partitions: Partitions,
  { fn, frame }: WindowFunction,
  { counted, value }: FunctionWords,
  facts: RelationColumn,
): Work<ColumnOf> {
  const own = yield* word(({ read }) => [...read(value), ...read(counted)]);
  const operation = endOperation(fn === 'firstValue' ? 'first' : 'last');
  const made = yield* overFrame(partitions, { value: own, operation }, frame);
  return (row) => present(row, row.read(made), facts);
}

/**
 * The n-th row of the frame: at a fixed distance, or where the frame is cut off by the partition's beginning the n-th row of the partition.
 */
function* nthValue(
  partitions: Partitions,
  { frame, count = 1n }: WindowFunction,
  { counted, value }: FunctionWords,
  facts: RelationColumn,
): Work<ColumnOf> {
  const { start, end } = distances(partitions, frame);
  const own = yield* word(({ read }) => [...read(value), ...read(counted)]);
  const distance = Number(count) - 1 + (start ?? 0);
  const isBeyond = end !== undefined && distance > end;
  if (start !== undefined && start >= 0) {
    return (row) => {
      const { b, read } = row;
      const bits = isBeyond ? read(own).map(() => b.zero) : shifted(row, partitions, own, distance);
      return present(row, bits, facts);
    };
  }
  const numbers = yield* rowNumbers(partitions);
  const marked = yield* word(({ b, read }) => {
    const isIt = inSet(b, { bits: read(numbers), signed: false }, new Set([count]));
    const [isKnown = b.zero] = read(counted);
    const mark = b.and(isIt, isKnown);
    return [...read(value).map((bit) => b.and(mark, bit)), mark];
  });
  const fromStart = { ...(frame.end === undefined ? {} : { end: frame.end }), peers: frame.peers };
  const first = yield* overFrame(partitions, { value: marked, operation: PICK }, fromStart);
  return (row) => {
    const { b, read } = row;
    if (start === undefined) return present(row, read(first), facts);
    const isWhole = isWithin(row, partitions, start);
    const far = isBeyond ? [] : shifted(row, partitions, own, distance);
    const bits = read(first).map((bit, k) => b.mux(isWhole, far[k] ?? b.zero, bit));
    return present(row, bits, facts);
  };
}

function* aggregate(
  partitions: Partitions,
  {
    fn,
    operand,
    frame,
  }: Pick<WindowFunction, 'operand' | 'frame'> & { readonly fn: AggregateName },
  { counted, value }: FunctionWords,
  facts: RelationColumn,
): Work<ColumnOf> {
  const scheme = aggregateScheme({ fn, operand }, facts, partitions.operations, true);
  const parts: AggregatePart[] = [];
  const all = yield* word(({ b, read }) => {
    const input = { counted: read(counted)[0] ?? b.zero, value: read(value) };
    parts.push(...scheme.parts(b, input));
    return parts.flatMap((part) => part.value);
  });
  const pairs = parts.map((part) => ({ operation: part.operation, width: part.value.length }));
  const operation = pairs.length === 1 && pairs[0] ? pairs[0].operation : tupleOperation(pairs);
  const made = yield* overFrame(partitions, { value: all, operation }, frame);
  return ({ b, read }) => {
    const combined = pieces(
      read(made),
      pairs.map(({ width }) => width),
    );
    const { number, isNull } = scheme.result(b, combined);
    return { number, isNull: facts.nullable ? isNull : b.zero };
  };
}

/** A value below a bit that says that there is one and it is not NULL. */
function present({ b }: WordCircuit, bits: readonly Wire[], facts: RelationColumn): NullableNumber {
  const { signed } = encodingOf(facts);
  const isNull = facts.nullable ? b.not(bits.at(-1) ?? b.zero) : b.zero;
  return { number: { bits: bits.slice(0, -1), signed }, isNull };
}
