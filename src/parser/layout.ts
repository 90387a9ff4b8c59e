import { LEVEL, levelOf } from './precedence.ts';
import type {
  CommonTable,
  DerivedTable,
  Expression,
  FrameBound,
  FromItem,
  JoinedTable,
  JoinHint,
  OrderItem,
  Query,
  SelectItem,
  SelectStatement,
  SetOperation,
  Star,
  WindowFrame,
} from './syntax.ts';

/** A part of a SELECT that is no expression. */
export type Part = SelectItem | Star | FromItem | OrderItem | CommonTable | WindowFrame;

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
  /** An enclosed one stands in parentheses; joins may stand in more. */
  | { readonly kind: 'part'; readonly part: Part; readonly enclosed?: true }
  | { readonly kind: 'select'; readonly select: Query }
  /** What SELECT carries itself. */
  | { readonly kind: 'hints'; readonly hints: readonly JoinHint[] };

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
    case 'quantile':
      return layoutQuantile(e);
    case 'window':
      return layoutWindow(e);
    case 'scalarQuery':
      return [OPEN, { kind: 'select', select: e.query }, CLOSE];
    case 'exists':
      return [word('EXISTS'), OPEN, { kind: 'select', select: e.query }, CLOSE];
    default:
      return layoutPredicate(e);
  }
}

/** The pieces of a query without EXPLAIN, and without the parentheses around it. */
export function layoutQuery(query: Query): Piece[] {
  const pieces: Piece[] = [];
  if (query.with.length > 0) pieces.push(word('WITH'), ...commas(query.with.map(part)));
  pieces.push(...(query.kind === 'select' ? layoutSelect(query) : layoutOperation(query)));
  const order = query.orderBy;
  if (order.length > 0) pieces.push(word('ORDER'), word('BY'), ...commas(order.map(part)));
  if (query.limit) pieces.push(word('LIMIT'), any(query.limit));
  if (query.offset) pieces.push(word('OFFSET'), any(query.offset));
  return pieces;
}

function layoutOperation({ op, all, left, right }: SetOperation): Piece[] {
  const kind: Piece = all ? word('ALL') : { kind: 'word', word: 'DISTINCT', optional: true };
  return [...side(left), word(op.toUpperCase()), kind, ...side(right)];
}

function side(query: Query): Piece[] {
  const piece: Piece = { kind: 'select', select: query };
  return query.enclosed === true ? [OPEN, piece, CLOSE] : [piece];
}

function layoutSelect(select: SelectStatement): Piece[] {
  const pieces: Piece[] = [];
  pieces.push(word('SELECT'));
  if (select.hints) pieces.push({ kind: 'hints', hints: select.hints });
  if (select.distinct) pieces.push(word('DISTINCT'));
  pieces.push(...commas(select.items.map(part)));
  if (select.from) pieces.push(word('FROM'), part(select.from));
  if (select.where) pieces.push(word('WHERE'), child(select.where, LEVEL.any));
  const keys = select.groupBy;
  if (keys === 'all') pieces.push(word('GROUP'), word('BY'), word('ALL'));
  else if (keys.length > 0) pieces.push(word('GROUP'), word('BY'), ...commas(keys.map(any)));
  if (select.having) pieces.push(word('HAVING'), any(select.having));
  return pieces;
}

/** The pieces of a part of a SELECT, with AS before an alias. */
export function layoutPart(part: Part): Piece[] {
  if ('unit' in part) return layoutFrame(part);
  if ('kind' in part && part.kind === 'join') return layoutJoin(part);
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

/** Joins associate to the left: one on the right stands in parentheses. */
function layoutJoin({ join, natural, comma, left, right, on, using }: JoinedTable): Piece[] {
  if (comma === true) return [part(left), symbol(','), part(right)];
  const optional = (text: string): Piece => ({ kind: 'word', word: text, optional: true });
  const isOuter = join === 'left' || join === 'right' || join === 'full';
  const words = [
    ...(natural ? [word('NATURAL')] : []),
    join === 'inner' ? optional('INNER') : word(join.toUpperCase()),
    ...(isOuter ? [optional('OUTER')] : []),
    word('JOIN'),
  ];
  const enclosed: Piece =
    'kind' in right ? { kind: 'part', part: right, enclosed: true } : part(right);
  const condition = on === undefined ? [] : [word('ON'), any(on)];
  const columns =
    using === undefined ? [] : [word('USING'), CALL, ...commas(using.map(name)), CLOSE];
  return [part(left), ...words, enclosed, ...condition, ...columns];
}

function layoutFrame({ unit, start, end, short }: WindowFrame): Piece[] {
  if (short === true) return [word(unit.toUpperCase()), ...bound(start)];
  const words = [word(unit.toUpperCase()), word('BETWEEN')];
  return [...words, ...bound(start), word('AND'), ...bound(end)];
}

function bound(frame: FrameBound): Piece[] {
  switch (frame.kind) {
    case 'current':
      return [word('CURRENT'), word('ROW')];
    case 'unbounded':
      return [word('UNBOUNDED'), word(frame.direction.toUpperCase())];
    case 'offset':
      return [child(frame.count, LEVEL.atom), word(frame.direction.toUpperCase())];
  }
}

function layoutQuantile(e: Kind<'quantile'>): Piece[] {
  const head = [word(e.written.toUpperCase()), CALL];
  if (e.written === 'median') return [...head, any(e.operand), CLOSE, ...filter(e)];
  if (!e.written.startsWith('percentile')) {
    return [...head, any(e.operand), symbol(','), any(e.fraction), CLOSE, ...filter(e)];
  }
  const direction: Piece = e.descending
    ? word('DESC')
    : { kind: 'word', word: 'ASC', optional: true };
  const order = [word('ORDER'), word('BY'), any(e.operand), direction];
  const within = [word('WITHIN'), word('GROUP'), OPEN, ...order, CLOSE];
  return [...head, any(e.fraction), CLOSE, ...within, ...filter(e)];
}

function layoutWindow(e: Kind<'window'>): Piece[] {
  const star = e.fn === 'count' && e.operands.length === 0;
  const operands = star ? [STAR] : commas(e.operands.map(any));
  const over: Piece[] = [];
  if (e.partitionBy.length > 0) {
    over.push(word('PARTITION'), word('BY'), ...commas(e.partitionBy.map(any)));
  }
  if (e.orderBy.length > 0) over.push(word('ORDER'), word('BY'), ...commas(e.orderBy.map(part)));
  if (e.frame) over.push(part(e.frame));
  const head = [word(e.fn.toUpperCase()), CALL, ...operands, CLOSE, ...filter(e)];
  return [...head, word('OVER'), OPEN, ...over, CLOSE];
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

type Predicate = Kind<'in' | 'inQuery' | 'between' | 'isNull' | 'isTruth' | 'isDistinct' | 'like'>;
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
    case 'inQuery':
      return [...head, ...not, word('IN'), OPEN, { kind: 'select', select: e.query }, CLOSE];
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
