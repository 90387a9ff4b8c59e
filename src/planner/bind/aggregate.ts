import { printType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import type { Expression } from '../../parser/syntax.ts';
import { sumType } from '../logical/arithmetic-types.ts';
import type { Aggregate } from '../logical/plan.ts';
import { isNullConstant, isNumeric, type Scalar } from '../logical/scalar.ts';
import { bindScalar } from './expression.ts';
import type { Scope } from './scope.ts';

export type AggregateCall = Extract<Expression, { readonly kind: 'aggregate' | 'countStar' }>;

const NESTED = { code: 'SQL_GROUPING', message: 'aggregates cannot be nested' } as const;

/** Binds SUM, COUNT, AVG or COUNT(*) with DuckDB's result type. */
export function bindAggregate(scope: Scope, call: AggregateCall): Aggregate {
  const common = { label: label(call), at: call.at };
  if (call.kind === 'countStar') {
    return { fn: 'countStar', type: { kind: 'integer', name: 'BIGINT' }, ...common };
  }
  const operand = bindScalar(scope, call.operand, NESTED);
  switch (call.fn) {
    case 'count':
      return { fn: 'count', operand, type: { kind: 'integer', name: 'BIGINT' }, ...common };
    case 'sum':
      requireSummable(operand, call, ['boolean']);
      return { fn: 'sum', operand, type: sumType(operand.type), ...common };
    case 'avg':
      requireSummable(operand, call, []);
      return { fn: 'avg', operand, type: { kind: 'double' }, ...common };
  }
}

function requireSummable(operand: Scalar, call: AggregateCall, also: readonly string[]): void {
  const { type } = operand;
  if (isNullConstant(operand) || isNumeric(type) || also.includes(type.kind)) return;
  const name = call.kind === 'aggregate' ? call.fn.toUpperCase() : 'COUNT';
  throw new TacitError('SQL_TYPE', `${name} takes numbers, this is ${printType(type)}`, call.at);
}
