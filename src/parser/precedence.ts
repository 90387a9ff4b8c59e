import { TacitError } from '../errors/tacit-error.ts';
import { MAX_DEPTH } from './limits.ts';
import type { ArithmeticOp, CompareOp, Expression, Query } from './syntax.ts';

/**
 * Binding strength as in DuckDB, weakest first. Comparisons, IS, IN, BETWEEN and LIKE do not
 * chain: their operands must bind at least as tightly as `||` (other), or stand in parentheses.
 */
export const LEVEL = {
  any: 0,
  or: 1,
  and: 2,
  not: 3,
  is: 4,
  compare: 5,
  in: 6,
  other: 7,
  sum: 8,
  product: 9,
  negate: 10,
  atom: 11,
} as const;

/** How tightly the root of an expression binds. */
export function levelOf(expression: Expression): number {
  switch (expression.kind) {
    case 'logic':
      return LEVEL[expression.op];
    case 'not':
      return LEVEL.not;
    case 'isNull':
    case 'isTruth':
    case 'isDistinct':
      return LEVEL.is;
    case 'compare':
      return LEVEL.compare;
    case 'in':
    case 'inQuery':
    case 'between':
    case 'like':
      return LEVEL.in;
    case 'arithmetic':
      return expression.op === '+' || expression.op === '-' ? LEVEL.sum : LEVEL.product;
    case 'call':
      return expression.name === '||' ? LEVEL.other : LEVEL.atom;
    case 'negate':
      return LEVEL.negate;
    default:
      return LEVEL.atom;
  }
}

export type Infix = 'and' | 'or' | '||' | ArithmeticOp | CompareOp;

/** One element of an operator chain without parentheses, in source order. */
export type ChainItem =
  | { readonly kind: 'operand'; readonly expression: Expression }
  | { readonly kind: 'prefix'; readonly op: 'not' | 'negate' }
  | { readonly kind: 'infix'; readonly op: Infix }
  /** `BETWEEN low AND`; the upper bound continues the chain. */
  | { readonly kind: 'between'; readonly negated: boolean; readonly low: Expression }
  | { readonly kind: 'isNull'; readonly negated: boolean }
  | { readonly kind: 'isTruth'; readonly negated: boolean; readonly value: boolean | null }
  /** `IS DISTINCT FROM`, `LIKE`; the right side continues the chain. */
  | { readonly kind: 'isDistinct'; readonly negated: boolean }
  | { readonly kind: 'like'; readonly negated: boolean; readonly ignoreCase: boolean }
  /** `ESCAPE x` behind the pattern of a LIKE. */
  | { readonly kind: 'escape'; readonly expression: Expression }
  | { readonly kind: 'in'; readonly negated: boolean; readonly list: readonly Expression[] }
  | { readonly kind: 'inQuery'; readonly negated: boolean; readonly query: Query };

/** A position that is filled in later, when the tree is matched with the tokens. */
const NOWHERE = { line: 0, column: 0 };

/** Builds the tree of an operator chain by precedence climbing; all positions are still unset. */
export function associate(items: readonly ChainItem[]): Expression {
  const climber = new Climber(items);
  return climber.climb(LEVEL.any, 0);
}

class Climber {
  private next = 0;
  private readonly items: readonly ChainItem[];

  constructor(items: readonly ChainItem[]) {
    this.items = items;
  }

  climb(minimum: number, depth: number): Expression {
    if (depth > MAX_DEPTH) throw tooDeep();
    let left = this.prefix(depth);
    for (;;) {
      const item = this.items[this.next];
      if (item === undefined || strength(item) < minimum) return left;
      this.next++;
      left = this.extend(left, item, depth + 1);
    }
  }

  private prefix(depth: number): Expression {
    const item = this.items[this.next++];
    if (item?.kind === 'operand') return item.expression;
    if (item?.kind !== 'prefix') throw new TacitError('SQL_SYNTAX', 'an operand is missing');
    const operand = this.climb(LEVEL[item.op], depth + 1);
    return { kind: item.op, operand, at: NOWHERE };
  }

  private extend(left: Expression, item: ChainItem, depth: number): Expression {
    switch (item.kind) {
      case 'infix':
        return combine(item.op, left, this.climb(strength(item) + 1, depth));
      case 'between': {
        const high = this.climb(LEVEL.in + 1, depth);
        const { negated, low } = item;
        return { kind: 'between', negated, operand: left, low, high, at: NOWHERE };
      }
      case 'isNull':
        return { kind: 'isNull', negated: item.negated, operand: left, at: NOWHERE };
      case 'isTruth':
        return { ...item, operand: left, at: NOWHERE };
      case 'isDistinct': {
        const right = this.climb(LEVEL.is + 1, depth);
        return { ...item, left, right, at: NOWHERE };
      }
      case 'like':
        return this.like(left, item, depth);
      case 'in':
        return { kind: 'in', negated: item.negated, operand: left, list: item.list, at: NOWHERE };
      case 'inQuery':
        return { ...item, operand: left, at: NOWHERE };
      default:
        throw new TacitError('SQL_SYNTAX', 'an operator is missing');
    }
  }

  private like(
    operand: Expression,
    item: Extract<ChainItem, { kind: 'like' }>,
    depth: number,
  ): Expression {
    const pattern = this.climb(LEVEL.in + 1, depth);
    const next = this.items[this.next];
    if (next?.kind !== 'escape') return { ...item, operand, pattern, at: NOWHERE };
    this.next++;
    return { ...item, operand, pattern, escape: next.expression, at: NOWHERE };
  }
}

/** The error for a tree that is too deep for recursive readers. */
export function tooDeep(): TacitError {
  const message = `the expression has more than ${MAX_DEPTH} levels; use IN lists or fewer operators`;
  return new TacitError('SQL_TOO_LARGE', message);
}

function strength(item: ChainItem): number {
  switch (item.kind) {
    case 'infix':
      return INFIX_LEVEL.get(item.op) ?? LEVEL.compare;
    case 'isNull':
    case 'isTruth':
    case 'isDistinct':
      return LEVEL.is;
    case 'between':
    case 'in':
    case 'inQuery':
    case 'like':
      return LEVEL.in;
    case 'escape':
      // Ends every operand; taken by the LIKE that it belongs to.
      return LEVEL.any - 1;
    default:
      // Two operands in a row: no table entry, so `extend` reports the missing operator.
      return LEVEL.atom;
  }
}

const INFIX_LEVEL: ReadonlyMap<Infix, number> = new Map([
  ['and', LEVEL.and],
  ['or', LEVEL.or],
  ['||', LEVEL.other],
  ['+', LEVEL.sum],
  ['-', LEVEL.sum],
  ['*', LEVEL.product],
  ['/', LEVEL.product],
  ['//', LEVEL.product],
  ['%', LEVEL.product],
]);

function combine(op: Infix, left: Expression, right: Expression): Expression {
  switch (op) {
    case 'and':
    case 'or':
      return { kind: 'logic', op, left, right, at: NOWHERE };
    case '+':
    case '-':
    case '*':
    case '/':
    case '//':
    case '%':
      return { kind: 'arithmetic', op, left, right, at: NOWHERE };
    case '||':
      return { kind: 'call', name: '||', operands: [left, right], at: NOWHERE };
    default:
      return { kind: 'compare', op, left, right, at: NOWHERE };
  }
}
