import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import { invariant } from '../../errors/tacit-error.ts';
import type { Aggregate, RelationColumn } from '../../planner/logical/plan.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from '../expressions/column-source.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { padded } from '../expressions/translator.ts';
import { type Operation, OR, PICK, type ScanOperations } from './aggregate-operations.ts';

/** What an aggregate reads of a row: whether the row counts, and the operand's bits, in the column's width where it keeps values. */
export interface AggregateInput {
  readonly counted: Wire;
  readonly value: readonly Wire[];
}

/** A value of every row that counts, and how those of a group become one. */
export interface AggregatePart {
  readonly operation: Operation;
  readonly value: readonly Wire[];
}

/** How an aggregate is made: its parts are combined over a group, the results are read. */
export interface AggregateScheme {
  readonly parts: (b: CircuitBuilder, input: AggregateInput) => readonly AggregatePart[];
  /** Takes the combined values of the parts. */
  readonly result: (b: CircuitBuilder, combined: readonly (readonly Wire[])[]) => NullableNumber;
}

interface CountedOperand {
  readonly fn: Aggregate['fn'];
  readonly operand?: Scalar | undefined;
  readonly filter?: Scalar | undefined;
}

/** Whether a row counts, by FILTER and NULL, and the operand of an aggregate. */
export function aggregateInput(
  expressions: Expressions,
  { fn, operand, filter }: CountedOperand,
  facts: RelationColumn,
): AggregateInput {
  const { b } = expressions;
  const passes = filter === undefined ? b.one : expressions.truth(filter).isTrue;
  if (operand === undefined) return { counted: passes, value: [] };
  if (fn === 'any' || fn === 'every') {
    const { isTrue, isFalse } = expressions.truth(operand);
    return { counted: passes, value: [isTrue, isFalse] };
  }
  const counted = b.and(passes, b.not(expressions.isNull(operand)));
  if (fn === 'count') return { counted, value: [] };
  const number = padded(expressions, operand, facts.bytes);
  const { width } = encodingOf(fn === 'sum' || fn.endsWith('Distinct') ? operand : facts);
  return { counted, value: extend(b, number, width) };
}

/**
 * How the column of an aggregate is made; DISTINCT ones and quantiles from the rows that were picked for them. What is combined may be
 * no row at all, a value of zeros, if `canBeEmpty`.
 */
export function aggregateScheme(
  { fn, operand }: CountedOperand,
  facts: RelationColumn,
  operations: ScanOperations,
  canBeEmpty: boolean,
): AggregateScheme {
  const { width, signed } = encodingOf(facts);
  switch (fn) {
    case 'countStar':
    case 'count':
    case 'countDistinct':
      return countScheme(width, operations);
    case 'sum':
    case 'sumDistinct':
      invariant(operand !== undefined, 'the operand of a sum');
      return sumScheme(encodingOf(operand).signed, facts, operations);
    case 'min':
    case 'max':
      return extremeScheme(fn, { width, signed }, operations, canBeEmpty);
    case 'any':
    case 'every':
      return truthScheme(fn);
    case 'quantileLow':
    case 'quantileHigh':
    case 'quantileDisc':
      return pickScheme(signed);
  }
}

function countScheme(width: number, operations: ScanOperations): AggregateScheme {
  const operation = operations.sum(width);
  return {
    parts: (b, { counted }) => [{ operation, value: extended(b, [counted], width, false) }],
    result: (b, [bits = []]) => ({ number: { bits, signed: false }, isNull: b.zero }),
  };
}

function sumScheme(
  isSigned: boolean,
  facts: RelationColumn,
  operations: ScanOperations,
): AggregateScheme {
  const { width, signed } = encodingOf(facts);
  const operation = operations.sum(width);
  return {
    parts: (b, { counted, value }) => {
      const masked = value.map((bit) => b.and(counted, bit));
      const sum = { operation, value: extended(b, masked, width, isSigned) };
      return facts.nullable ? [sum, { operation: OR, value: [counted] }] : [sum];
    },
    result: (b, [bits = [], [exists = b.one] = []]) => {
      return { number: { bits, signed }, isNull: b.not(exists) };
    },
  };
}

/**
 * The greatest of words: a bit that says whether the row counts, above the value in offset binary, inverted for the least; all zeros
 * in rows that do not count.
 */
function extremeScheme(
  fn: 'min' | 'max',
  { width, signed }: { readonly width: number; readonly signed: boolean },
  operations: ScanOperations,
  canBeEmpty: boolean,
): AggregateScheme {
  const operation = operations.greatest(width + 1);
  const change = (b: CircuitBuilder, bits: readonly Wire[]) =>
    bits.map((bit, k) => ((fn === 'min') !== (signed && k === width - 1) ? b.not(bit) : bit));
  return {
    parts: (b, { counted, value }) => {
      const masked = change(b, value).map((bit) => b.and(counted, bit));
      const isPublic = counted === b.one && !canBeEmpty;
      return [{ operation, value: isPublic ? masked : [...masked, counted] }];
    },
    result: (b, [word = []]) => {
      const bits = change(b, word.slice(0, width));
      return { number: { bits, signed }, isNull: b.not(word[width] ?? b.one) };
    },
  };
}

function truthScheme(fn: 'any' | 'every'): AggregateScheme {
  return {
    parts: (b, { counted, value }) => [
      { operation: OR, value: value.map((bit) => b.and(counted, bit)) },
    ],
    result: (b, [[isTrue = b.zero, isFalse = b.zero] = []]) => {
      const value = fn === 'any' ? isTrue : b.not(isFalse);
      return {
        number: { bits: [value], signed: false },
        isNull: b.not(b.or(isTrue, isFalse)),
      };
    },
  };
}

/** The value of the one row of a group that counts. */
function pickScheme(signed: boolean): AggregateScheme {
  return {
    parts: (b, { counted, value }) => [
      { operation: PICK, value: [...value.map((bit) => b.and(counted, bit)), counted] },
    ],
    result: (b, [word = []]) => {
      const exists = word.at(-1) ?? b.zero;
      return { number: { bits: word.slice(0, -1), signed }, isNull: b.not(exists) };
    },
  };
}

function extended(
  b: CircuitBuilder,
  bits: readonly Wire[],
  width: number,
  signed: boolean,
): readonly Wire[] {
  return extend(b, { bits, signed }, width);
}
