import { printDay, printMicroseconds } from '../catalog/calendar.ts';
import { printDecimal } from '../catalog/decimal.ts';
import type { TableVersion } from '../catalog/table.ts';
import type { SqlType } from '../catalog/types.ts';
import {
  type RealStep,
  type Rounding,
  type Scalar,
  type ScalarOf,
  scaleOf,
} from './logical/scalar.ts';

/** Where the names of columns come from: a table, or one name for each column of a relation. */
export type Names = TableVersion | readonly string[] | undefined;

/** A bound expression for people: names and values of the table's types, as few parentheses as possible. */
export function printScalar(scalar: Scalar, names: Names): string {
  const print = (operand: Scalar) => printScalar(operand, names);
  const tight = (operand: Scalar) => (isTight(operand) ? print(operand) : `(${print(operand)})`);
  const call = (name: string, operands: readonly Scalar[], ...more: (string | number)[]) =>
    `${name}(${[...operands.map(print), ...more].join(', ')})`;
  switch (scalar.kind) {
    case 'constant':
      return printConstant(scalar.value, scalar.type, scalar.dictionary);
    case 'column':
      return nameOf(scalar.column, names);
    case 'negate':
      return `-${tight(scalar.operand)}`;
    case 'scaled':
      return scalar.factor === 1n
        ? print(scalar.operand)
        : `${tight(scalar.operand)} × ${scalar.factor}`;
    case 'arithmetic':
      return `${tight(scalar.left)} ${scalar.op} ${tight(scalar.right)}`;
    case 'absolute':
      return call('abs', [scalar.operand]);
    case 'divide':
      return call(DIVISIONS[scalar.rounding], [scalar.dividend, scalar.divisor]);
    case 'remainder':
      return `${tight(scalar.dividend)} % ${tight(scalar.divisor)}`;
    case 'choose': {
      const branches = scalar.branches.map(
        ({ when, then }) => `WHEN ${print(when)} THEN ${print(then)}`,
      );
      return `CASE ${branches.join(' ')} ELSE ${print(scalar.otherwise)} END`;
    }
    case 'extreme':
      return call(scalar.fn, scalar.operands);
    case 'steps':
      return call('steps', [scalar.operand], `${scalar.values.length} values`);
    case 'ratio': {
      const quotient = `${tight(scalar.numerator)} / ${tight(scalar.denominator)}`;
      return scalar.after.reduce(printStep, quotient);
    }
    case 'fixed':
      return call('fixed', [scalar.operand], `${scalar.fractionBits} bits`);
    default:
      return printCondition(scalar, names);
  }
}

const DIVISIONS: Readonly<Record<Rounding, string>> = {
  floor: 'floor_divide',
  ceil: 'ceil_divide',
  truncate: 'divide',
  halfAway: 'round_divide',
  halfEven: 'round_even_divide',
};

function printStep(text: string, step: RealStep): string {
  if (step.fn === 'round') return `round(${text}, ${step.digits})`;
  if (!('value' in step)) return step.fn === 'negate' ? `-(${text})` : `${step.fn}(${text})`;
  return step.swapped ? `${step.value} ${step.fn} (${text})` : `(${text}) ${step.fn} ${step.value}`;
}

function printCondition(
  scalar: ScalarOf<'compare' | 'member' | 'isNull' | 'not' | 'logic'>,
  names: Names,
): string {
  const print = (operand: Scalar) => printScalar(operand, names);
  const tight = (operand: Scalar) => (isTight(operand) ? print(operand) : `(${print(operand)})`);
  switch (scalar.kind) {
    case 'compare': {
      const { left, right } = scalar;
      const shown =
        right.kind === 'constant'
          ? printConstant(right.value, right.type, right.dictionary ?? left.dictionary)
          : tight(right);
      return `${tight(left)} ${scalar.op} ${shown}`;
    }
    case 'member':
      return printMember(scalar, false, names);
    case 'isNull':
      return `${tight(scalar.operand)} IS NULL`;
    case 'not': {
      const { operand } = scalar;
      if (operand.kind === 'isNull') return `${tight(operand.operand)} IS NOT NULL`;
      if (operand.kind === 'member') return printMember(operand, true, names);
      return `NOT ${tight(operand)}`;
    }
    case 'logic':
      return scalar.operands
        .map((operand) => (operand.kind === 'logic' ? tight(operand) : print(operand)))
        .join(` ${scalar.op.toUpperCase()} `);
  }
}

function nameOf(id: number, names: Names): string {
  const listed = names === undefined || !('definition' in names) ? names : undefined;
  const table = names !== undefined && 'definition' in names ? names : undefined;
  return listed?.[id] ?? table?.definition.columns[id]?.name ?? `#${id}`;
}

function printMember(
  { operand, values }: ScalarOf<'member'>,
  negated: boolean,
  names: Names,
): string {
  const words = operand.dictionary;
  const shown = values.slice(0, 8).map((value) => printConstant(value, operand.type, words));
  const more = values.length > 8 ? `, ... ${values.length} values` : '';
  const text = printScalar(operand, names);
  const left = isTight(operand) ? text : `(${text})`;
  return `${left} ${negated ? 'NOT IN' : 'IN'} (${shown.join(', ')}${more})`;
}

const TIGHT = new Set([
  'column',
  'constant',
  'negate',
  'absolute',
  'divide',
  'extreme',
  'steps',
  'fixed',
]);

function isTight({ kind }: Scalar): boolean {
  return TIGHT.has(kind);
}

function printConstant(
  value: bigint | string | null,
  type: SqlType,
  words: readonly string[] | undefined,
): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quote(value);
  switch (type.kind) {
    case 'boolean':
      return value === 0n ? 'FALSE' : 'TRUE';
    case 'varchar':
      return quote(words?.[Number(value)] ?? String(value));
    case 'date':
      return `DATE '${printDay(value)}'`;
    case 'timestamp':
      return `TIMESTAMP '${printMicroseconds(value)}'`;
    default:
      return printDecimal(value, scaleOf(type));
  }
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
