import { LEVEL, levelOf } from './precedence.ts';
import type { Expression, SelectItem, SelectStatement, TableReference } from './syntax.ts';

/**
 * One piece of the SQL text of a node, in source order. The printer writes pieces down; the token
 * account compares them with the source, so both agree by construction on what a node looks like.
 */
export type Piece =
  /** A keyword; an optional one may be missing in the source. */
  | { readonly kind: 'word'; readonly word: string; readonly optional?: boolean }
  | { readonly kind: 'symbol'; readonly symbol: string }
  /** A parenthesis that belongs to the construct (IN list, arguments), not a grouping one. */
  | { readonly kind: 'bracket'; readonly symbol: '(' | ')' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly type: 'number' | 'string'; readonly text: string }
  /** A subexpression that must bind at least this tightly or stand in parentheses. */
  | { readonly kind: 'child'; readonly expression: Expression; readonly level: number }
  /** An item of the select list or the table. */
  | { readonly kind: 'part'; readonly part: SelectItem | TableReference };

/** The pieces of an expression, without the parentheses that may surround it. */
export function layoutExpression(e: Expression): Piece[] {
  switch (e.kind) {
    case 'column':
      return e.table === undefined ? [name(e.name)] : [name(e.table), symbol('.'), name(e.name)];
    case 'null':
      return [word('NULL')];
    case 'boolean':
      return [word(e.value ? 'TRUE' : 'FALSE')];
    case 'number':
      return [{ kind: 'literal', type: 'number', text: e.text }];
    case 'string':
      return [{ kind: 'literal', type: 'string', text: e.value }];
    case 'typed':
      return [word(e.type.toUpperCase()), { kind: 'literal', type: 'string', text: e.value }];
    case 'negate':
      return [symbol('-'), child(e.operand, LEVEL.negate)];
    case 'not':
      return [word('NOT'), child(e.operand, LEVEL.not)];
    case 'arithmetic':
    case 'compare':
    case 'logic':
      return layoutBinary(e);
    case 'aggregate':
      return [word(e.fn.toUpperCase()), OPEN, child(e.operand, LEVEL.any), CLOSE];
    case 'countStar':
      return [word('COUNT'), OPEN, symbol('*'), CLOSE];
    default:
      return layoutPredicate(e);
  }
}

/** The pieces of a statement without EXPLAIN. */
export function layoutSelect(select: SelectStatement): Piece[] {
  const pieces: Piece[] = [word('SELECT'), ...commas(select.items.map(part))];
  if (select.from) pieces.push(word('FROM'), part(select.from));
  if (select.where) pieces.push(word('WHERE'), child(select.where, LEVEL.any));
  if (select.groupBy.length > 0) {
    pieces.push(word('GROUP'), word('BY'));
    pieces.push(...commas(select.groupBy.map((key) => child(key, LEVEL.any))));
  }
  return pieces;
}

/** The pieces of a select item or a table, with AS before an alias. */
export function layoutPart(part: SelectItem | TableReference): Piece[] {
  const head = 'expression' in part ? child(part.expression, LEVEL.any) : name(part.name);
  if (part.alias === undefined) return [head];
  return [head, { kind: 'word', word: 'AS', optional: true }, name(part.alias)];
}

type Predicate = Extract<Expression, { kind: 'in' | 'between' | 'isNull' }>;
type Binary = Extract<Expression, { kind: 'arithmetic' | 'compare' | 'logic' }>;

function layoutPredicate(e: Predicate): Piece[] {
  const head = [child(e.operand, LEVEL.sum)];
  const not = e.negated ? [word('NOT')] : [];
  switch (e.kind) {
    case 'isNull':
      return [...head, word('IS'), ...not, word('NULL')];
    case 'between': {
      const bounds = [child(e.low, LEVEL.sum), word('AND'), child(e.high, LEVEL.sum)];
      return [...head, ...not, word('BETWEEN'), ...bounds];
    }
    case 'in': {
      const list = commas(e.list.map((element) => child(element, LEVEL.any)));
      return [...head, ...not, word('IN'), OPEN, ...list, CLOSE];
    }
  }
}

function layoutBinary(e: Binary): Piece[] {
  const level = levelOf(e);
  const operator = e.kind === 'logic' ? word(e.op.toUpperCase()) : symbol(e.op);
  // AND, OR, + - * associate to the left; comparisons do not associate at all.
  const [left, right] = e.kind === 'compare' ? [LEVEL.sum, LEVEL.sum] : [level, level + 1];
  return [child(e.left, left), operator, child(e.right, right)];
}

const OPEN: Piece = { kind: 'bracket', symbol: '(' };
const CLOSE: Piece = { kind: 'bracket', symbol: ')' };

function word(text: string): Piece {
  return { kind: 'word', word: text };
}

function symbol(text: string): Piece {
  return { kind: 'symbol', symbol: text };
}

function name(text: string): Piece {
  return { kind: 'name', name: text };
}

function child(expression: Expression, level: number): Piece {
  return { kind: 'child', expression, level };
}

function part(value: SelectItem | TableReference): Piece {
  return { kind: 'part', part: value };
}

function commas(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [symbol(','), piece]));
}
