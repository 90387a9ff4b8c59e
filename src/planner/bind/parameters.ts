import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { Expression } from '../../parser/syntax.ts';
import type { ParameterValue } from '../parameters.ts';
import type { Node } from './binder.ts';

/** Throws SQL_TYPE unless there is one value for each parameter. */
export function requireParameters(expected: number, values: readonly ParameterValue[]): void {
  if (expected === values.length) return;
  const count = expected === 1 ? '1 parameter' : `${expected} parameters`;
  throw new TacitError(
    'SQL_TYPE',
    `the statement has ${count}, ${values.length} values were given`,
  );
}

/** The literal that stands in a parameter's place. */
export function parameterLiteral(
  { number, at }: Node<'parameter'>,
  values: readonly ParameterValue[],
): Expression {
  const value = values[number - 1];
  if (value === undefined) {
    throw new TacitError('SQL_TYPE', `no value was given for parameter $${number}`, at);
  }
  if (value === null) return { kind: 'null', at };
  if (typeof value === 'boolean') return { kind: 'boolean', value, at };
  if (typeof value === 'string') return { kind: 'string', value, at };
  return numberOf(value.number, number, at);
}

const NUMBER = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

function numberOf(text: string, parameter: number, at: Position): Expression {
  const match = NUMBER.exec(text.trim());
  if (match === null) {
    throw new TacitError('SQL_TYPE', `the value of parameter $${parameter} is not a number`, at);
  }
  const literal: Expression = { kind: 'number', text: `${match[2]}${match[3] ?? ''}`, at };
  return match[1] === '-' ? { kind: 'negate', operand: literal, at } : literal;
}
