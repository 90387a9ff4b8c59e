import { printDay, printMicroseconds } from '../catalog/calendar.ts';
import type { TableVersion } from '../catalog/table.ts';
import type { SqlType } from '../catalog/types.ts';
import { type Scalar, type ScalarOf, scaleOf } from './logical/scalar.ts';

/** A bound expression for people: names and values of the table's types, as few parentheses as possible. */
export function printScalar(scalar: Scalar, table: TableVersion | undefined): string {
  const print = (operand: Scalar) => printScalar(operand, table);
  const tight = (operand: Scalar) => (isTight(operand) ? print(operand) : `(${print(operand)})`);
  switch (scalar.kind) {
    case 'constant':
      return printConstant(scalar.value, scalar.type, undefined);
    case 'column':
      return table?.definition.columns[scalar.column]?.name ?? `#${scalar.column}`;
    case 'negate':
      return `-${tight(scalar.operand)}`;
    case 'scaled':
      return `${tight(scalar.operand)} × ${scalar.factor}`;
    case 'arithmetic':
      return `${tight(scalar.left)} ${scalar.op} ${tight(scalar.right)}`;
    case 'compare': {
      const words = dictionaryOf(scalar.left, table);
      const right =
        scalar.right.kind === 'constant'
          ? printConstant(scalar.right.value, scalar.right.type, words)
          : tight(scalar.right);
      return `${tight(scalar.left)} ${scalar.op} ${right}`;
    }
    case 'member':
      return printMember(scalar, false, table);
    case 'isNull':
      return `${tight(scalar.operand)} IS NULL`;
    case 'not': {
      const { operand } = scalar;
      if (operand.kind === 'isNull') return `${tight(operand.operand)} IS NOT NULL`;
      if (operand.kind === 'member') return printMember(operand, true, table);
      return `NOT ${tight(operand)}`;
    }
    case 'logic':
      return scalar.operands
        .map((operand) => (operand.kind === 'logic' ? tight(operand) : print(operand)))
        .join(` ${scalar.op.toUpperCase()} `);
  }
}

function printMember(
  { operand, values }: ScalarOf<'member'>,
  negated: boolean,
  table: TableVersion | undefined,
): string {
  const words = dictionaryOf(operand, table);
  const shown = values.slice(0, 8).map((value) => printConstant(value, operand.type, words));
  const more = values.length > 8 ? `, ... ${values.length} values` : '';
  const text = printScalar(operand, table);
  const left = isTight(operand) ? text : `(${text})`;
  return `${left} ${negated ? 'NOT IN' : 'IN'} (${shown.join(', ')}${more})`;
}

function isTight({ kind }: Scalar): boolean {
  return kind === 'column' || kind === 'constant' || kind === 'negate';
}

function dictionaryOf(
  scalar: Scalar,
  table: TableVersion | undefined,
): readonly string[] | undefined {
  if (scalar.kind !== 'column') return undefined;
  return table?.definition.columns[scalar.column]?.dictionary;
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
      return printNumber(value, scaleOf(type));
  }
}

function printNumber(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
