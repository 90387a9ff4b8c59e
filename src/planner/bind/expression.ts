import { printType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { Expression } from '../../parser/syntax.ts';
import { arithmeticType } from '../logical/arithmetic-types.ts';
import { foldNode } from '../logical/fold.ts';
import {
  arithmetic,
  BOOLEAN,
  INTEGER,
  isNull,
  isNullConstant,
  isNumeric,
  logic,
  negate,
  not,
  nullOf,
  type Scalar,
  scaled,
  scaleOf,
  text,
  truth,
} from '../logical/scalar.ts';
import { bindComparison } from './comparison.ts';
import { castText, exactDouble, numberLiteral } from './literals.ts';
import { resolve, type Scope, withoutAlias } from './scope.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The error where an aggregate stands in the expression, e.g. `WHERE cannot contain aggregates`. */
export interface NoAggregate {
  readonly code: 'SQL_GROUPING' | 'SQL_UNSUPPORTED';
  readonly message: string;
}

/** Binds an expression without aggregates over the rows of the scope's table. */
export function bindScalar(scope: Scope, expression: Expression, noAggregate: NoAggregate): Scalar {
  const bind = (operand: Expression) => bindScalar(scope, operand, noAggregate);
  const { at } = expression;
  switch (expression.kind) {
    case 'column': {
      const found = resolve(scope, expression);
      if ('column' in found) return found.column;
      return bindScalar(withoutAlias(scope, expression.name), found.alias, noAggregate);
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
    case 'negate':
      return bindNegate(bind(expression.operand), at);
    case 'arithmetic':
      return bindArithmetic(expression, bind(expression.left), bind(expression.right));
    case 'not':
      return not(asBoolean(bind(expression.operand), 'NOT'), at);
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
      const missing = isNull(bind(expression.operand), at);
      return expression.negated ? not(missing, at) : missing;
    }
    case 'compare':
    case 'in':
    case 'between':
      return bindComparing(scope, expression, bind);
    case 'aggregate':
    case 'countStar':
      throw new TacitError(noAggregate.code, noAggregate.message, at);
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

/** Longer lists make planning slow, and parties plan on the thread that serves their peers. */
const IN_VALUES_MAX = 1000;

function bindComparing(
  scope: Scope,
  expression: Node<'compare'> | Node<'in'> | Node<'between'>,
  bind: (operand: Expression) => Scalar,
): Scalar {
  const { table } = scope;
  const { at } = expression;
  const side = (operand: Expression) => bindCompared(operand, bind);
  const checked = (op: Node<'compare'>['op'], a: Scalar, b: Scalar) => {
    requireDoubleExact(expression, a, b);
    return bindComparison(op, a, b, table, at);
  };
  if (expression.kind === 'compare') {
    return checked(expression.op, side(expression.left), side(expression.right));
  }
  if (expression.kind === 'in' && expression.list.length > IN_VALUES_MAX) {
    const count = expression.list.length;
    const message = `IN has ${count} values, at most ${IN_VALUES_MAX} are supported`;
    throw new TacitError('SQL_TOO_LARGE', message, at);
  }
  const operand = side(expression.operand);
  const positive =
    expression.kind === 'in'
      ? logic(
          'or',
          expression.list.map((value) => checked('=', operand, side(value))),
          at,
        )
      : logic(
          'and',
          [
            checked('>=', operand, side(expression.low)),
            checked('<=', operand, side(expression.high)),
          ],
          at,
        );
  return expression.negated ? not(positive, at) : positive;
}

/** Only beside a comparison a DOUBLE literal has an exact meaning. */
function bindCompared(operand: Expression, bind: (operand: Expression) => Scalar): Scalar {
  if (operand.kind === 'number') {
    return exactDouble(operand.text, operand.at) ?? bind(operand);
  }
  if (operand.kind === 'negate' && operand.operand.kind === 'number') {
    const literal = exactDouble(operand.operand.text, operand.at);
    if (literal !== undefined) return bindNegate(literal, operand.at);
  }
  return bind(operand);
}

/** DuckDB compares with a DOUBLE in floating point, which is exact up to 15 digits. */
function requireDoubleExact(expression: Expression, left: Scalar, right: Scalar): void {
  const sides = expression.kind === 'compare' ? [expression.left, expression.right] : [expression];
  if (!sides.some(isDoubleLiteral) && expression.kind === 'compare') return;
  if (expression.kind === 'in' && !expression.list.some(isDoubleLiteral)) return;
  if (expression.kind === 'between' && ![expression.low, expression.high].some(isDoubleLiteral)) {
    return;
  }
  const limit = 10n ** 15n;
  for (const { bounds, at } of [left, right]) {
    if (bounds.min > -limit && bounds.max < limit) continue;
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'comparing numbers of more than 15 digits with a DOUBLE is inexact; write the number without an exponent',
      at,
    );
  }
}

function isDoubleLiteral(expression: Expression): boolean {
  if (expression.kind === 'negate') return isDoubleLiteral(expression.operand);
  return expression.kind === 'number' && /e/i.test(expression.text);
}

function bindNegate(operand: Scalar, at: Position): Scalar {
  if (isNullConstant(operand)) return nullOf({ kind: 'integer', name: 'BIGINT' }, at);
  requireNumber(operand, '-');
  return foldNode(negate(operand, operand.type, at));
}

function bindArithmetic(expression: Node<'arithmetic'>, left: Scalar, right: Scalar): Scalar {
  const { op, at } = expression;
  const [leftNull, rightNull] = [isNullConstant(left), isNullConstant(right)];
  if (!leftNull) requireNumber(left, op);
  if (!rightNull) requireNumber(right, op);
  if (leftNull || rightNull) return nullOf(leftNull ? right.type : left.type, at);
  const type = arithmeticType(op, left.type, right.type, at);
  const aligned = op === '*' ? [left, right] : [left, right].map((s) => rescale(s, scaleOf(type)));
  const [a = left, b = right] = aligned;
  return foldNode(arithmetic(op, a, b, type, at));
}

function rescale(scalar: Scalar, scale: number): Scalar {
  const from = scaleOf(scalar.type);
  if (from === scale) return scalar;
  const type = { kind: 'decimal', precision: 38, scale } as const;
  return foldNode(scaled(scalar, 10n ** BigInt(scale - from), type));
}

function requireNumber({ type, at }: Scalar, operator: string): void {
  if (isNumeric(type)) return;
  const unsupported = type.kind === 'date' || type.kind === 'timestamp';
  throw new TacitError(
    unsupported ? 'SQL_UNSUPPORTED' : 'SQL_TYPE',
    `"${operator}" on ${printType(type)} is not supported; it takes numbers`,
    at,
  );
}
