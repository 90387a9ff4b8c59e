import { TacitError } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';
import { type Chain, cutChain } from './chain.ts';
import { type Raw, readChain } from './library.ts';
import { MAX_DEPTH } from './limits.ts';
import { position } from './locate.ts';
import { associate, type ChainItem, type Infix, tooDeep } from './precedence.ts';
import type { Expression, Query } from './syntax.ts';

const INFIX = new Map<string, Infix>([
  ...(['+', '-', '*', '/', '%', '||', '=', '<>', '<', '<=', '>', '>='] as const).map(
    (op) => [op, op] as const,
  ),
  ['!=', '<>'],
  ['AND', 'and'],
  ['OR', 'or'],
]);

/** Reads the operand in tokens [from, to), or the list of IN. */
export interface OperandReader {
  /** What the library said about chains of this statement. */
  readonly known: Map<string, Raw>;
  operand(from: number, to: number): Expression;
  list(from: number, to: number): Expression[];
  query(from: number, to: number): Query;
}

/**
 * Reads the expression that starts at token `from` through the library and rebuilds it as our own
 * tree, with associativity and precedence repaired and positions unset. Only listed kinds of nodes
 * with listed keys pass. `end` is the first token behind the expression.
 * Errors: SQL_SYNTAX, SQL_UNSUPPORTED (naming the kind or key), SQL_TOO_LARGE.
 */
export function readExpression(
  source: Source,
  from: number,
  to: number,
  reader: OperandReader,
): { readonly expression: Expression; readonly end: number } {
  const chain = cutChain(source, from, to);
  // A lone operand has no operators to read.
  const expression =
    chain.links.length === 1
      ? reader.operand(from, chain.end)
      : new Normaliser(source, from, chain, reader).lone(readChain(source, chain, reader.known));
  return { expression, end: chain.end };
}

class Normaliser {
  private readonly source: Source;
  /** Where to report what has no better position. */
  private readonly from: number;
  private readonly chain: Chain;
  private readonly reader: OperandReader;
  /** Placeholder of the operand read last. */
  private last = '';

  constructor(source: Source, from: number, chain: Chain, reader: OperandReader) {
    this.source = source;
    this.from = from;
    this.chain = chain;
    this.reader = reader;
  }

  /** The only item of a SELECT. */
  lone(tree: Raw): Expression {
    const columns = this.allow(tree, 'select', ['columns'])['columns'];
    if (!Array.isArray(columns) || columns.length !== 1) throw this.refuse('a list');
    return this.expression(this.allow(columns[0], 'expr', ['expr'])['expr']);
  }

  private expression(raw: unknown): Expression {
    const items: ChainItem[] = [];
    this.flatten(raw, items, 0);
    return associate(items);
  }

  /** Lists an operator chain in source order; the library's grouping is not to be trusted. */
  private flatten(raw: unknown, items: ChainItem[], depth: number): void {
    if (depth > 2 * MAX_DEPTH) throw tooDeep();
    const type = node(raw)?.['type'];
    if (type === 'binary_expr') {
      const binary = this.allow(raw, type, ['operator', 'left', 'right']);
      this.flattenBinary(binary, items, depth + 1);
    } else if (type === 'unary_expr') {
      const unary = this.allow(raw, type, ['operator', 'expr']);
      const { operator } = unary as { operator?: unknown };
      if (operator !== 'NOT' && operator !== '-') throw this.refuse(`unary ${String(operator)}`);
      items.push({ kind: 'prefix', op: operator === 'NOT' ? 'not' : 'negate' });
      this.flatten(unary['expr'], items, depth + 1);
    } else {
      this.last = this.column(raw);
      const range = this.range(this.last);
      items.push({ kind: 'operand', expression: this.reader.operand(...range) });
    }
  }

  private flattenBinary(binary: Raw, items: ChainItem[], depth: number): void {
    const operator = String(binary['operator']);
    const right = binary['right'];
    this.flatten(binary['left'], items, depth);
    const infix = INFIX.get(operator);
    if (infix !== undefined) {
      const integer = infix === '/' && this.last.startsWith('d');
      items.push({ kind: 'infix', op: integer ? '//' : infix });
      this.flatten(right, items, depth);
      return;
    }
    const negated = operator.includes('NOT');
    switch (operator) {
      case 'IS':
      case 'IS NOT':
        this.flattenIs(negated, right, items, depth);
        return;
      case 'IN':
      case 'NOT IN': {
        const [value, ...others] = this.values(right);
        if (others.length > 0) throw this.refuse('a list of this form');
        const [from, to] = this.range(this.column(value));
        if (this.source.role[from - 1] === 'query') {
          items.push({ kind: 'inQuery', negated, query: this.reader.query(from, to) });
        } else items.push({ kind: 'in', negated, list: this.reader.list(from, to) });
        return;
      }
      case 'BETWEEN':
      case 'NOT BETWEEN': {
        const [low, high] = this.values(right);
        items.push({ kind: 'between', negated, low: this.expression(low) });
        this.flatten(high, items, depth);
        return;
      }
      case 'LIKE':
      case 'NOT LIKE':
      case 'ILIKE':
      case 'NOT ILIKE':
        items.push({ kind: 'like', negated, ignoreCase: operator.includes('ILIKE') });
        this.flattenPattern(right, items, depth);
        return;
      default:
        throw this.refuse(`the operator ${operator}`);
    }
  }

  /** IS NULL, TRUE, FALSE, UNKNOWN, or a placeholder: IS DISTINCT FROM. */
  private flattenIs(negated: boolean, right: unknown, items: ChainItem[], depth: number): void {
    const type = node(right)?.['type'];
    if (type === 'null') {
      this.allow(right, type, ['value']);
      items.push({ kind: 'isNull', negated });
    } else if (type === 'bool') {
      const value = this.allow(right, type, ['value'])['value'] === true;
      items.push({ kind: 'isTruth', negated, value });
    } else if (type === 'column_ref' && this.column(right) === 'UNKNOWN') {
      items.push({ kind: 'isTruth', negated, value: null });
    } else {
      items.push({ kind: 'isDistinct', negated });
      this.flatten(right, items, depth);
    }
  }

  /** The library hangs ESCAPE on the last operand of the pattern. */
  private flattenPattern(right: unknown, items: ChainItem[], depth: number): void {
    const raw = node(right);
    const suffix = node(raw?.['escape']);
    if (!raw || !suffix) {
      this.flatten(right, items, depth);
      return;
    }
    this.flatten({ ...raw, escape: null }, items, depth);
    const value = this.allow(suffix, 'ESCAPE', ['value'])['value'];
    const text = String(this.allow(value, 'single_quote_string', ['value'])['value']);
    const expression = this.reader.operand(...this.range(text));
    items.push({ kind: 'escape', expression });
  }

  private values(raw: unknown): readonly unknown[] {
    const values = this.allow(raw, 'expr_list', ['value'])['value'];
    return Array.isArray(values) ? values : [];
  }

  /** The name in a column reference. */
  private column(raw: unknown): string {
    const column = this.allow(raw, 'column_ref', ['column'])['column'];
    const name = this.allow(this.allow(column, undefined, ['expr'])['expr'], 'default', ['value']);
    return String(name['value']);
  }

  private range(placeholder: string): readonly [number, number] {
    const range = this.chain.operands.get(placeholder);
    if (!range) throw this.refuse('an operand of this form');
    return range;
  }

  /** Refuses a node that is not of the type or has a non-empty key besides those listed. */
  private allow(raw: unknown, type: string | undefined, keys: readonly string[]): Raw {
    const value = node(raw);
    if (value === undefined) throw this.refuse('this form');
    if (type !== undefined && value['type'] !== type) throw this.refuse(String(value['type']));
    for (const key of Object.keys(value)) {
      const known = keys.includes(key) || (key === 'type' && type !== undefined);
      if (!known && !isEmpty(value[key])) throw this.refuse(`${key} (${type ?? 'clause'})`);
    }
    return value;
  }

  private refuse(name: string): TacitError {
    const at = position(this.source, this.from);
    return new TacitError('SQL_UNSUPPORTED', `${name} is not supported yet`, at);
  }
}

function node(value: unknown): Raw | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Raw)
    : undefined;
}

/** What the library writes for a clause that is absent: null, '', [], { type: null } and so on. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every(isEmpty);
}
