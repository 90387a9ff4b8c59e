import { TacitError } from '../errors/tacit-error.ts';
import { MAX_DEPTH } from './limits.ts';
import type { CompareOp, Expression } from './syntax.ts';

/**
 * Binding strength as in DuckDB, weakest first. Comparisons, IN and BETWEEN do not chain: their
 * operands must bind at least as tightly as a sum, or stand in parentheses.
 */
export const LEVEL = {
  any: 0,
  or: 1,
  and: 2,
  not: 3,
  is: 4,
  compare: 5,
  in: 6,
  sum: 7,
  product: 8,
  negate: 9,
  atom: 10,
} as const;

/** How tightly the root of an expression binds. */
export function levelOf(expression: Expression): number {
  switch (expression.kind) {
    case 'logic':
      return LEVEL[expression.op];
    case 'not':
      return LEVEL.not;
    case 'isNull':
      return LEVEL.is;
    case 'compare':
      return LEVEL.compare;
    case 'in':
    case 'between':
      return LEVEL.in;
    case 'arithmetic':
      return expression.op === '*' ? LEVEL.product : LEVEL.sum;
    case 'negate':
      return LEVEL.negate;
    default:
      return LEVEL.atom;
  }
}

export type Infix = 'and' | 'or' | '+' | '-' | '*' | CompareOp;

/** One element of an operator chain without parentheses, in source order. */
export type ChainItem =
  | { readonly kind: 'operand'; readonly expression: Expression }
  | { readonly kind: 'prefix'; readonly op: 'not' | 'negate' }
  | { readonly kind: 'infix'; readonly op: Infix }
  /** `BETWEEN low AND`; the upper bound continues the chain. */
  | { readonly kind: 'between'; readonly negated: boolean; readonly low: Expression }
  | { readonly kind: 'isNull'; readonly negated: boolean }
  | { readonly kind: 'in'; readonly negated: boolean; readonly list: readonly Expression[] };

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
        const high = this.climb(LEVEL.sum, depth);
        const { negated, low } = item;
        return { kind: 'between', negated, operand: left, low, high, at: NOWHERE };
      }
      case 'isNull':
        return { kind: 'isNull', negated: item.negated, operand: left, at: NOWHERE };
      case 'in':
        return { kind: 'in', negated: item.negated, operand: left, list: item.list, at: NOWHERE };
      default:
        throw new TacitError('SQL_SYNTAX', 'an operator is missing');
    }
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
      if (item.op === 'and' || item.op === 'or') return LEVEL[item.op];
      if (item.op === '*') return LEVEL.product;
      return item.op === '+' || item.op === '-' ? LEVEL.sum : LEVEL.compare;
    case 'isNull':
      return LEVEL.is;
    case 'between':
    case 'in':
      return LEVEL.in;
    default:
      // Two operands in a row: no table entry, so `extend` reports the missing operator.
      return LEVEL.atom;
  }
}

function combine(op: Infix, left: Expression, right: Expression): Expression {
  switch (op) {
    case 'and':
    case 'or':
      return { kind: 'logic', op, left, right, at: NOWHERE };
    case '+':
    case '-':
    case '*':
      return { kind: 'arithmetic', op, left, right, at: NOWHERE };
    default:
      return { kind: 'compare', op, left, right, at: NOWHERE };
  }
}
