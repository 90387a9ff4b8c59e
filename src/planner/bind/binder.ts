import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression } from '../../parser/syntax.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { ParameterValue } from '../parameters.ts';
import type { Budget } from './budget.ts';
import type { Scope } from './scope.ts';

export type AggregateCall = Node<'aggregate' | 'countStar' | 'quantile'>;
export type WindowCall = Node<'window'>;
export type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** What the expressions of one clause are bound with. */
export interface Binder {
  readonly scope: Scope;
  readonly parameters: readonly ParameterValue[];
  readonly budget: Budget;
  /** The scalar that stands for an aggregate; throws where none may stand. */
  readonly aggregate: (call: AggregateCall) => Scalar;
  /** As `aggregate`, for a function OVER (…). */
  readonly window: (call: WindowCall) => Scalar;
  /** As `aggregate`, for a subquery as a value. */
  readonly query: (query: Node<'scalarQuery'>) => Scalar;
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

/** Throws for what stands there. */
type Refusal = (node: Pick<Expression, 'at'>) => never;

/** For a clause that takes no aggregates. */
export function withoutAggregates(clause: string): Refusal {
  return ({ at }) => {
    throw new TacitError('SQL_GROUPING', `${clause} cannot contain aggregates`, at);
  };
}

/** For a clause that takes no window functions. */
export function withoutWindows(clause: string): Refusal {
  return ({ at }) => {
    throw new TacitError('SQL_GROUPING', `${clause} cannot contain window functions`, at);
  };
}

/** For a clause that takes no subqueries as values. */
export function withoutQueries(clause: string): Refusal {
  return ({ at }) => {
    throw new TacitError('SQL_UNSUPPORTED', `a subquery in ${clause} is not supported`, at);
  };
}
