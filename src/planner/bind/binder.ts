import type { Expression } from '../../parser/syntax.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { ParameterValue } from '../parameters.ts';
import type { Budget } from './budget.ts';
import type { Scope } from './scope.ts';

export type AggregateCall = Extract<Expression, { readonly kind: 'aggregate' | 'countStar' }>;
export type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** What the expressions of one clause are bound with. */
export interface Binder {
  readonly scope: Scope;
  readonly parameters: readonly ParameterValue[];
  readonly budget: Budget;
  /** The scalar that stands for an aggregate; throws where none may stand. */
  readonly aggregate: (call: AggregateCall) => Scalar;
}

/** An operand, and whether it is an integer literal, which takes the type of the number beside it if it fits. */
export interface Operand {
  readonly scalar: Scalar;
  readonly literal: boolean;
}

/** A bound call of a function. */
export interface Call {
  readonly name: string;
  readonly operands: readonly Operand[];
  readonly at: Expression['at'];
}
