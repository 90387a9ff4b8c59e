import type { Position } from '../../errors/tacit-error.ts';
import { holds } from './compare-operators.ts';
import { choose } from './make-choice.ts';
import { larger, quotient, smaller } from './quotient.ts';
import { rewriteScalar, scalarKey } from './rewrite.ts';
import {
  constantTruth,
  isNullConstant,
  logic,
  nullOf,
  number,
  type Scalar,
  type ScalarOf,
  textFacts,
  truth,
  unlessNull,
} from './scalar.ts';

/** Evaluates whatever is constant in a scalar. */
export function foldScalar(scalar: Scalar): Scalar {
  return rewriteScalar(scalar, foldNode);
}

/** Folds one node whose operands are folded already. */
export function foldNode(node: Scalar): Scalar {
  switch (node.kind) {
    case 'constant':
    case 'column':
      return node;
    case 'negate':
      return foldNumbers(node, [node.operand], (a) => -a);
    case 'scaled':
      return foldNumbers(node, [node.operand], (a) => a * node.factor);
    case 'arithmetic': {
      const { op } = node;
      return foldNumbers(node, [node.left, node.right], (a, b) =>
        op === '+' ? a + b : op === '-' ? a - b : a * b,
      );
    }
    case 'absolute':
      return foldNumbers(node, [node.operand], (a) => (a < 0n ? -a : a));
    case 'divide':
      return foldQuotient(node, (a, b) => quotient(node.rounding, a, b));
    case 'remainder':
      return foldQuotient(node, (a, b) => a % b);
    case 'steps':
      return foldNumbers(node, [node.operand], (a) => valueAt(node, a));
    case 'choose':
      return foldChoose(node);
    case 'extreme':
      return foldExtreme(node);
    case 'ratio':
      return foldRatio(node);
    case 'fixed':
      return foldFixed(node);
    case 'compare':
      return foldCompare(node);
    case 'member':
      return foldMember(node);
    case 'isNull':
      if (isNullConstant(node.operand)) return truth(true, node.at);
      return node.operand.nullable ? node : truth(false, node.at);
    case 'not': {
      const value = constantTruth(node.operand);
      if (value === undefined) return node;
      return truth(value === null ? null : !value, node.at);
    }
    case 'logic':
      return foldLogic(node);
  }
}

function foldNumbers(
  node: Scalar,
  operands: readonly Scalar[],
  compute: (a: bigint, b: bigint) => bigint,
): Scalar {
  if (operands.some(isNullConstant)) return nullOf(node.type, node.at);
  const values = operands.map(integerOf);
  const [a, b = 0n] = values;
  if (a === undefined || values.includes(undefined)) return node;
  return { ...number(compute(a, b), node.type, node.at), ...textFacts(node) };
}

function foldQuotient(
  node: ScalarOf<'divide' | 'remainder'>,
  compute: (a: bigint, b: bigint) => bigint,
): Scalar {
  if (integerOf(node.divisor) === 0n) return nullOf(node.type, node.at);
  return foldNumbers(node, [node.dividend, node.divisor], compute);
}

function valueAt({ breaks, values }: ScalarOf<'steps'>, value: bigint): bigint {
  const above = breaks.findIndex((start) => value < start);
  return values[above < 0 ? breaks.length : above] ?? 0n;
}

/** Branches that are never taken go; one that always is ends the CASE. */
function foldChoose(node: ScalarOf<'choose'>): Scalar {
  const branches: { readonly when: Scalar; readonly then: Scalar }[] = [];
  let { otherwise } = node;
  for (const branch of node.branches) {
    const value = constantTruth(branch.when);
    if (value === true) {
      otherwise = branch.then;
      break;
    }
    if (value === undefined) branches.push(branch);
  }
  const key = scalarKey(otherwise);
  while (branches.length > 0 && scalarKey(branches.at(-1)?.then ?? otherwise) === key) {
    branches.pop();
  }
  if (branches.length === 0) {
    if (isNullConstant(otherwise)) return nullOf(node.type, node.at);
    return { ...otherwise, type: node.type };
  }
  const same = branches.length === node.branches.length && otherwise === node.otherwise;
  return same ? node : choose(branches, otherwise, node.type, node.at);
}

function foldExtreme(node: ScalarOf<'extreme'>): Scalar {
  const values = node.operands.map(integerOf).filter((value) => value !== undefined);
  if (values.length < node.operands.length) return node;
  const best = values.reduce(node.fn === 'greatest' ? larger : smaller);
  return { ...number(best, node.type, node.at), ...textFacts(node) };
}

function foldRatio(node: ScalarOf<'ratio'>): Scalar {
  const { numerator, denominator } = node;
  const nothing = isNullConstant(numerator) || isNullConstant(denominator);
  return nothing || integerOf(denominator) === 0n ? nullOf(node.type, node.at) : node;
}

function foldFixed(node: ScalarOf<'fixed'>): Scalar {
  const { operand, fractionBits } = node;
  if (isNullConstant(operand)) return nullOf(node.type, node.at);
  if (operand.kind !== 'ratio') return node;
  const [n, d] = [integerOf(operand.numerator), integerOf(operand.denominator)];
  if (n === undefined || d === undefined || d === 0n) return node;
  return number((n << BigInt(fractionBits)) / d, node.type, node.at);
}

function integerOf(scalar: Scalar): bigint | undefined {
  return scalar.kind === 'constant' && typeof scalar.value === 'bigint' ? scalar.value : undefined;
}

function foldCompare(node: ScalarOf<'compare'>): Scalar {
  if (isNullConstant(node.left) || isNullConstant(node.right)) return truth(null, node.at);
  const [a, b] = [integerOf(node.left), integerOf(node.right)];
  if (a === undefined || b === undefined) return node;
  return truth(holds(node.op, a < b ? -1 : a > b ? 1 : 0), node.at);
}

function foldMember(node: ScalarOf<'member'>): Scalar {
  if (isNullConstant(node.operand)) return truth(null, node.at);
  const value = integerOf(node.operand);
  if (value !== undefined) return truth(node.values.includes(value), node.at);
  return node.values.length === 0 ? unlessNull(false, [node.operand], node.at) : node;
}

function foldLogic(node: ScalarOf<'logic'>): Scalar {
  const neutral = node.op === 'and';
  const kept = new Map<string, Scalar>();
  for (const operand of node.operands) {
    const value = constantTruth(operand);
    if (value === !neutral) return truth(!neutral, node.at);
    if (value !== neutral) kept.set(scalarKey(operand), operand);
  }
  return rebuild(node, [...kept.values()], neutral, node.at);
}

function rebuild(
  node: ScalarOf<'logic'>,
  operands: readonly Scalar[],
  neutral: boolean,
  at: Position,
): Scalar {
  if (operands.length === 0) return truth(neutral, at);
  return operands.length === node.operands.length ? node : logic(node.op, operands, at);
}

/**
 * A condition that is TRUE for the same rows, but FALSE for some where the given one is NULL. Not below NOT, where NULL must
 * stay NULL.
 */
export function nullToFalse(condition: Scalar): Scalar {
  if (constantTruth(condition) === null) return truth(false, condition.at);
  if (condition.kind !== 'logic') return condition;
  const operands = condition.operands.map(nullToFalse);
  const same = operands.every((operand, k) => operand === condition.operands[k]);
  return same ? condition : logic(condition.op, operands, condition.at);
}
