import { LEVEL, levelOf } from './precedence.ts';
import type {
  CommonTable,
  DerivedTable,
  Expression,
  OrderItem,
  SelectItem,
  SelectStatement,
  Star,
  TableReference,
} from './syntax.ts';

/** A part of a SELECT that is no expression. */
export type Part = SelectItem | Star | TableReference | DerivedTable | OrderItem | CommonTable;

/**
 * One piece of the SQL text of a node, in source order. The printer writes pieces down; the token
 * account compares them with the source, so both agree by construction on what a node looks like.
 */
export type Piece =
  /** A keyword; an optional one may be missing in the source. */
  | { readonly kind: 'word'; readonly word: string; readonly optional?: boolean }
  | { readonly kind: 'symbol'; readonly symbol: string }
  /** A parenthesis that belongs to the construct, not a grouping one; no blank before a tight one. */
  | { readonly kind: 'bracket'; readonly symbol: '(' | ')'; readonly tight: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'literal';
      readonly type: 'number' | 'string' | 'parameter';
      readonly text: string;
    }
  /** A subexpression that must bind at least this tightly or stand in parentheses. */
  | { readonly kind: 'child'; readonly expression: Expression; readonly level: number }
  | { readonly kind: 'part'; readonly part: Part }
  | { readonly kind: 'select'; readonly select: SelectStatement };

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
    case 'string':
      return [literal(e.kind, e.kind === 'number' ? e.text : e.value)];
    case 'parameter':
      return [literal('parameter', String(e.number))];
    case 'typed':
      return [word(e.type.toUpperCase()), literal('string', e.value)];
    case 'interval':
      return layoutInterval(e);
    case 'negate':
      return [symbol('-'), child(e.operand, LEVEL.negate)];
    case 'not':
      return [word('NOT'), child(e.operand, LEVEL.not)];
    case 'arithmetic':
    case 'compare':
    case 'logic':
      return layoutBinary(e);
    case 'case':
      return layoutCase(e);
    case 'cast': {
      const operand = child(e.operand, LEVEL.any);
      return [word(e.tryCast ? 'TRY_CAST' : 'CAST'), CALL, operand, word('AS'), ...type(e), CLOSE];
    }
    case 'extract': {
      const operand = child(e.operand, LEVEL.any);
      return [word('EXTRACT'), CALL, word(e.field.toUpperCase()), word('FROM'), operand, CLOSE];
    }
    case 'call':
      return layoutCall(e);
    case 'aggregate': {
      const distinct = e.distinct ? [word('DISTINCT')] : [];
      const operand = child(e.operand, LEVEL.any);
      return [word(e.fn.toUpperCase()), CALL, ...distinct, operand, CLOSE, ...filter(e)];
    }
    case 'countStar':
      return [word('COUNT'), CALL, symbol('*'), CLOSE, ...filter(e)];
    default:
      return layoutPredicate(e);
  }
}

/** The pieces of a statement without EXPLAIN. */
export function layoutSelect(select: SelectStatement): Piece[] {
  const pieces: Piece[] = [];
  if (select.with.length > 0) pieces.push(word('WITH'), ...commas(select.with.map(part)));
  pieces.push(word('SELECT'));
  if (select.distinct) pieces.push(word('DISTINCT'));
  pieces.push(...commas(select.items.map(part)));
  if (select.from) pieces.push(word('FROM'), part(select.from));
  if (select.where) pieces.push(word('WHERE'), child(select.where, LEVEL.any));
  const keys = select.groupBy;
  if (keys === 'all') pieces.push(word('GROUP'), word('BY'), word('ALL'));
  else if (keys.length > 0) pieces.push(word('GROUP'), word('BY'), ...commas(keys.map(any)));
  if (select.having) pieces.push(word('HAVING'), any(select.having));
  const order = select.orderBy;
  if (order.length > 0) pieces.push(word('ORDER'), word('BY'), ...commas(order.map(part)));
  if (select.limit) pieces.push(word('LIMIT'), any(select.limit));
  if (select.offset) pieces.push(word('OFFSET'), any(select.offset));
  return pieces;
}

/** The pieces of a part of a SELECT, with AS before an alias. */
export function layoutPart(part: Part): Piece[] {
  if ('kind' in part) {
    return part.table === undefined ? [STAR] : [name(part.table), symbol('.'), STAR];
  }
  if ('descending' in part) return layoutOrder(part);
  if ('select' in part) return layoutNested(part);
  const head = 'expression' in part ? child(part.expression, LEVEL.any) : name(part.name);
  return [head, ...alias(part.alias)];
}

function layoutOrder({ expression, descending, nulls }: OrderItem): Piece[] {
  const direction: Piece = descending
    ? word('DESC')
    : { kind: 'word', word: 'ASC', optional: true };
  const end = nulls === undefined ? [] : [word('NULLS'), word(nulls.toUpperCase())];
  return [any(expression), direction, ...end];
}

function layoutNested(part: DerivedTable | CommonTable): Piece[] {
  const columns = part.columns ? [CALL, ...commas(part.columns.map(name)), CLOSE] : [];
  const select: Piece[] = [OPEN, { kind: 'select', select: part.select }, CLOSE];
  return 'name' in part
    ? [name(part.name), ...columns, word('AS'), ...select]
    : [...select, ...alias(part.alias), ...columns];
}

function alias(text: string | undefined): Piece[] {
  return text === undefined ? [] : [{ kind: 'word', word: 'AS', optional: true }, name(text)];
}

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

function layoutInterval(e: Kind<'interval'>): Piece[] {
  const amount: Expression = e.bare
    ? { kind: 'number', text: e.text, at: e.at }
    : { kind: 'string', value: e.text, at: e.at };
  const unit = e.unit === undefined ? [] : [word(e.unit.toUpperCase())];
  // The amount may stand in parentheses.
  return [word('INTERVAL'), child(amount, LEVEL.atom), ...unit];
}

function layoutCase(e: Kind<'case'>): Piece[] {
  return [
    word('CASE'),
    ...(e.operand ? [any(e.operand)] : []),
    ...e.branches.flatMap(({ when, then }) => [word('WHEN'), any(when), word('THEN'), any(then)]),
    ...(e.otherwise ? [word('ELSE'), any(e.otherwise)] : []),
    word('END'),
  ];
}

function layoutCall(e: Kind<'call'>): Piece[] {
  const [left, right] = e.operands;
  if (e.name === '||' && left && right) {
    return [child(left, LEVEL.other), symbol('||'), child(right, LEVEL.other + 1)];
  }
  return [word(e.name.toUpperCase()), CALL, ...commas(e.operands.map(any)), CLOSE];
}

function type({ type: { name: text, arguments: sizes } }: Kind<'cast'>): Piece[] {
  if (sizes.length === 0) return [word(text)];
  return [word(text), CALL, ...commas(sizes.map((size) => literal('number', String(size)))), CLOSE];
}

function filter(e: { readonly filter?: Expression }): Piece[] {
  return e.filter ? [word('FILTER'), OPEN, word('WHERE'), any(e.filter), CLOSE] : [];
}

type Predicate = Kind<'in' | 'between' | 'isNull' | 'isTruth' | 'isDistinct' | 'like'>;
type Binary = Kind<'arithmetic' | 'compare' | 'logic'>;

function layoutPredicate(e: Predicate): Piece[] {
  const head = [child(e.kind === 'isDistinct' ? e.left : e.operand, LEVEL.other)];
  const not = e.negated ? [word('NOT')] : [];
  switch (e.kind) {
    case 'isNull':
      return [...head, word('IS'), ...not, word('NULL')];
    case 'isTruth': {
      const value = e.value === null ? 'UNKNOWN' : String(e.value).toUpperCase();
      return [...head, word('IS'), ...not, word(value)];
    }
    case 'isDistinct': {
      const from = [word('DISTINCT'), word('FROM')];
      return [...head, word('IS'), ...not, ...from, child(e.right, LEVEL.other)];
    }
    case 'between': {
      const bounds = [child(e.low, LEVEL.other), word('AND'), child(e.high, LEVEL.other)];
      return [...head, ...not, word('BETWEEN'), ...bounds];
    }
    case 'like': {
      const like = word(e.ignoreCase ? 'ILIKE' : 'LIKE');
      const tail = e.escape ? [word('ESCAPE'), child(e.escape, LEVEL.atom)] : [];
      return [...head, ...not, like, child(e.pattern, LEVEL.other), ...tail];
    }
    case 'in':
      return [...head, ...not, word('IN'), OPEN, ...commas(e.list.map(any)), CLOSE];
  }
}

function layoutBinary(e: Binary): Piece[] {
  const level = levelOf(e);
  const operator = e.kind === 'logic' ? word(e.op.toUpperCase()) : symbol(e.op);
  // AND, OR and arithmetic associate to the left; comparisons do not associate at all.
  const [left, right] = e.kind === 'compare' ? [LEVEL.other, LEVEL.other] : [level, level + 1];
  return [child(e.left, left), operator, child(e.right, right)];
}

const OPEN: Piece = { kind: 'bracket', symbol: '(', tight: false };
const CALL: Piece = { kind: 'bracket', symbol: '(', tight: true };
const CLOSE: Piece = { kind: 'bracket', symbol: ')', tight: true };
const STAR: Piece = { kind: 'symbol', symbol: '*' };

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

function any(expression: Expression): Piece {
  return child(expression, LEVEL.any);
}

function literal(type: 'number' | 'string' | 'parameter', text: string): Piece {
  return { kind: 'literal', type, text };
}

function part(value: Part): Piece {
  return { kind: 'part', part: value };
}

function commas(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [symbol(','), piece]));
}
