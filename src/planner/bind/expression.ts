import { printType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression } from '../../parser/syntax.ts';
import { foldNode } from '../logical/fold.ts';
import {
  BOOLEAN,
  INTEGER,
  isNullConstant,
  logic,
  not,
  nullOf,
  type Scalar,
  text,
  truth,
} from '../logical/scalar.ts';
import { bindArithmetic, bindNegate } from './arithmetic.ts';
import type { Binder, Node, Operand } from './binder.ts';
import { bindCast, typeOf } from './casts.ts';
import { bindComparison } from './comparison.ts';
import { bindCase, bindDistinct, bindIsTruth } from './conditional.ts';
import { addInterval } from './date-arithmetic.ts';
import { bindDatePart } from './date-parts.ts';
import { isMissing } from './doubles.ts';
import { bindCall } from './functions.ts';
import { readInterval } from './interval.ts';
import { castText, numberLiteral } from './literals.ts';
import { refuseMembership } from './membership.ts';
import { parameterLiteral } from './parameters.ts';
import { resolve, withoutAlias } from './scope.ts';
import { bindLike } from './text-functions.ts';

/** Binds an expression over the columns of the binder's scope. */
export function bindScalar(binder: Binder, expression: Expression): Scalar {
  const scalar = bindNode(binder, expression);
  binder.budget.spend(scalar, expression.at);
  return scalar;
}

function bindNode(binder: Binder, expression: Expression): Scalar {
  const bind = (operand: Expression) => bindScalar(binder, operand);
  const { at } = expression;
  switch (expression.kind) {
    case 'column': {
      const found = resolve(binder.scope, expression);
      if ('column' in found) return found.column;
      const scope = withoutAlias(binder.scope, expression.name);
      return bindScalar({ ...binder, scope }, found.alias);
    }
    case 'null':
      return nullOf(INTEGER, at);
    case 'boolean':
      return truth(expression.value, at);
    case 'number':
      return numberLiteral(expression.text, at);
    case 'string':
      return text(expression.value, at);
    case 'typed':
      return castText(expression.value, { kind: expression.type }, at);
    case 'parameter':
      return bind(parameterLiteral(expression, binder.parameters));
    case 'interval':
      throw new TacitError(
        'SQL_UNSUPPORTED',
        'INTERVAL may only be added to or subtracted from a date',
        at,
      );
    case 'negate':
      return bindNegate(bind(expression.operand), at);
    case 'arithmetic':
      return bindSum(binder, expression);
    case 'case':
      return bindCaseNode(binder, expression);
    case 'cast':
      return bindCast(
        bind(expression.operand),
        typeOf(expression.type, at),
        expression.tryCast,
        at,
      );
    case 'extract':
      return bindDatePart(expression.field, bind(expression.operand), at);
    case 'call': {
      const operands = expression.operands.map((operand) => bindOperand(binder, operand));
      return bindCall({ name: expression.name, operands, at });
    }
    case 'aggregate':
    case 'countStar':
    case 'quantile':
      return binder.aggregate(expression);
    case 'window':
      return binder.window(expression);
    case 'scalarQuery':
      return binder.query(expression);
    case 'inQuery':
    case 'exists':
      return refuseMembership(expression);
    default:
      return bindCondition(binder, expression);
  }
}

type Condition = Exclude<
  Expression['kind'],
  | ('column' | 'null' | 'boolean' | 'number' | 'string' | 'typed' | 'parameter' | 'interval')
  | ('negate' | 'arithmetic' | 'case' | 'cast' | 'extract' | 'call' | 'aggregate' | 'countStar')
  | ('quantile' | 'window' | 'scalarQuery' | 'inQuery' | 'exists')
>;

function bindCondition(binder: Binder, expression: Node<Condition>): Scalar {
  const bind = (operand: Expression) => bindScalar(binder, operand);
  const { at } = expression;
  switch (expression.kind) {
    case 'not':
      return foldNode(not(asBoolean(bind(expression.operand), 'NOT'), at));
    case 'logic': {
      const operator = expression.op.toUpperCase();
      const sides = [expression.left, expression.right];
      return logic(
        expression.op,
        sides.map((side) => asBoolean(bind(side), operator)),
        at,
      );
    }
    case 'isNull': {
      const missing = foldNode(isMissing(bind(expression.operand), at));
      return expression.negated ? foldNode(not(missing, at)) : missing;
    }
    case 'isTruth': {
      const condition = asBoolean(bind(expression.operand), 'IS TRUE');
      const holds = bindIsTruth(condition, expression.value, at);
      return expression.negated ? foldNode(not(holds, at)) : holds;
    }
    case 'isDistinct':
      return bindDistinct(bind(expression.left), bind(expression.right), expression.negated, at);
    case 'like': {
      const escapedBy = expression.escape && bind(expression.escape);
      const [operand, pattern] = [bind(expression.operand), bind(expression.pattern)];
      const like = bindLike(operand, pattern, escapedBy, expression.ignoreCase, at);
      return expression.negated ? foldNode(not(like, at)) : like;
    }
    case 'compare':
      return bindComparison(expression.op, bind(expression.left), bind(expression.right), at);
    case 'in':
      return bindIn(binder, expression);
    case 'between': {
      const operand = bind(expression.operand);
      const ends = [
        bindComparison('>=', operand, bind(expression.low), at),
        bindComparison('<=', operand, bind(expression.high), at),
      ];
      const inside = logic('and', ends, at);
      return expression.negated ? foldNode(not(inside, at)) : inside;
    }
  }
}

/** An operand, with whether it is an integer literal. */
export function bindOperand(binder: Binder, expression: Expression): Operand {
  return { scalar: bindScalar(binder, expression), literal: isLiteral(binder, expression) };
}

function isLiteral(binder: Binder, expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
      return /^[\d_]+$/.test(expression.text);
    case 'negate':
      return isLiteral(binder, expression.operand);
    case 'parameter':
      return isLiteral(binder, parameterLiteral(expression, binder.parameters));
    default:
      return false;
  }
}

/** The scalar as a condition; NULL is one, everything else must be BOOLEAN. */
export function asBoolean(scalar: Scalar, where: string): Scalar {
  if (isNullConstant(scalar)) return truth(null, scalar.at);
  if (scalar.type.kind === BOOLEAN.kind) return scalar;
  throw new TacitError(
    'SQL_TYPE',
    `${where} needs a condition, this is ${printType(scalar.type)}`,
    scalar.at,
  );
}

function bindSum(binder: Binder, expression: Node<'arithmetic'>): Scalar {
  const { op, left, right, at } = expression;
  if (right.kind === 'interval' && (op === '+' || op === '-')) {
    return addInterval(op, bindScalar(binder, left), readInterval(right), at);
  }
  if (left.kind === 'interval' && op === '+') {
    return addInterval(op, bindScalar(binder, right), readInterval(left), at);
  }
  return bindArithmetic(op, bindOperand(binder, left), bindOperand(binder, right), at);
}

function bindCaseNode(binder: Binder, expression: Node<'case'>): Scalar {
  const { operand, at } = expression;
  const compared = operand && bindScalar(binder, operand);
  const branches = expression.branches.map(({ when, then }) => {
    const condition = bindScalar(binder, when);
    return {
      when:
        compared === undefined
          ? asBoolean(condition, 'WHEN')
          : bindComparison('=', compared, condition, when.at),
      then: bindOperand(binder, then),
    };
  });
  const otherwise =
    expression.otherwise === undefined
      ? { scalar: nullOf(INTEGER, at), literal: false }
      : bindOperand(binder, expression.otherwise);
  return bindCase(branches, otherwise, at);
}

/** Longer lists make planning slow, and parties plan on the thread that serves their peers. */
export const IN_VALUES_MAX = 1000;

function bindIn(binder: Binder, expression: Node<'in'>): Scalar {
  const { list, negated, at } = expression;
  if (list.length > IN_VALUES_MAX) {
    const message = `IN has ${list.length} values, at most ${IN_VALUES_MAX} are supported`;
    throw new TacitError('SQL_TOO_LARGE', message, at);
  }
  const operand = bindScalar(binder, expression.operand);
  const equal = list.map((value) => bindComparison('=', operand, bindScalar(binder, value), at));
  const found = logic('or', equal, at);
  return negated ? foldNode(not(found, at)) : found;
}
