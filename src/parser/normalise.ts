import { TacitError } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';
import { position, type Raw, type Reading, read, unmask } from './library.ts';
import { MAX_DEPTH } from './limits.ts';
import { associate, type ChainItem, type Infix, tooDeep } from './precedence.ts';
import type { Expression, SelectItem, SelectStatement, TableReference } from './syntax.ts';
import { isSymbol, type Token } from './token.ts';

const AT = { line: 0, column: 0 };
const INFIX = new Map<string, Infix>([
  ...(['+', '-', '*', '=', '<>', '<', '<=', '>', '>='] as const).map((op) => [op, op] as const),
  ['!=', '<>'],
  ['AND', 'and'],
  ['OR', 'or'],
]);
const AGGREGATES = new Map([
  ['SUM', 'sum'],
  ['COUNT', 'count'],
  ['AVG', 'avg'],
] as const);

/**
 * Reads the SELECT in tokens [from, to) through the library and rebuilds it as our own tree, with
 * associativity repaired and positions unset. Only listed kinds of nodes with listed keys pass.
 * Errors: SQL_SYNTAX, SQL_UNSUPPORTED (naming the kind or key), SQL_TOO_LARGE.
 */
export function normalise(source: Source, from: number, to: number): SelectStatement {
  return new Normaliser(source, from, read(source, from, to)).select();
}

class Normaliser {
  private readonly source: Source;
  private readonly reading: Reading;
  /** Where to report what has no better position. */
  private readonly from: number;

  constructor(source: Source, from: number, reading: Reading) {
    this.source = source;
    this.from = from;
    this.reading = reading;
  }

  select(): SelectStatement {
    const { tree } = this.reading;
    this.allow(tree, 'select', ['columns', 'from', 'where', 'groupby']);
    const from = this.table(tree['from']);
    const items = list(tree['columns']).map((item) => this.item(item));
    const group = node(tree['groupby']);
    if (group) this.allow(group, undefined, ['columns']);
    return {
      kind: 'select',
      items,
      ...(from ? { from } : {}),
      ...(tree['where'] ? { where: this.expression(tree['where']) } : {}),
      groupBy: list(group?.['columns']).map((key) => this.expression(key)),
      at: AT,
    };
  }

  /** The one expression of a reading that was led by SELECT. */
  lone(): Expression {
    const { tree } = this.reading;
    this.allow(tree, 'select', ['columns']);
    const [item, ...others] = list(tree['columns']).map((column) => this.item(column));
    if (!item || others.length > 0 || item.alias !== undefined) {
      throw this.refuse('a list or an alias inside parentheses');
    }
    return item.expression;
  }

  private item(raw: unknown): SelectItem {
    const item = this.allow(raw, 'expr', ['expr', 'as']);
    const alias = this.name(item['as']);
    const expression = this.expression(item['expr']);
    return { expression, ...(alias === undefined ? {} : { alias }), at: AT };
  }

  private table(raw: unknown): TableReference | undefined {
    const [table, ...others] = list(raw);
    if (table === undefined) return undefined;
    if (others.length > 0) throw this.refuse('a join');
    const reference = this.allow(table, undefined, ['table', 'as']);
    const name = this.name(reference['table']);
    if (name === undefined) throw this.refuse('a FROM clause without a table name');
    const alias = this.name(reference['as']);
    return { name, ...(alias === undefined ? {} : { alias }), at: AT };
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
      this.flattenBinary(this.allow(raw, type, ['operator', 'left', 'right']), items, depth + 1);
    } else if (type === 'unary_expr') {
      const unary = this.allow(raw, type, ['operator', 'expr']);
      const { operator } = unary as { operator?: unknown };
      if (operator !== 'NOT' && operator !== '-') throw this.refuse(`unary ${String(operator)}`);
      items.push({ kind: 'prefix', op: operator === 'NOT' ? 'not' : 'negate' });
      this.flatten(unary['expr'], items, depth + 1);
    } else {
      items.push({ kind: 'operand', expression: this.operand(raw) });
    }
  }

  private flattenBinary(binary: Raw, items: ChainItem[], depth: number): void {
    const operator = String(binary['operator']);
    const right = binary['right'];
    this.flatten(binary['left'], items, depth);
    const infix = INFIX.get(operator);
    if (infix !== undefined) {
      items.push({ kind: 'infix', op: infix });
      this.flatten(right, items, depth);
      return;
    }
    const negated = operator.includes('NOT');
    switch (operator) {
      case 'IS':
      case 'IS NOT':
        this.allow(right, 'null', ['value']);
        items.push({ kind: 'isNull', negated });
        return;
      case 'IN':
      case 'NOT IN':
        items.push({ kind: 'in', negated, list: this.expressions(right) });
        return;
      case 'BETWEEN':
      case 'NOT BETWEEN': {
        const [low, high] = list(this.allow(right, 'expr_list', ['value'])['value']);
        items.push({ kind: 'between', negated, low: this.expression(low) });
        this.flatten(high, items, depth);
        return;
      }
      default:
        throw this.refuse(`the operator ${operator}`);
    }
  }

  private expressions(raw: unknown): Expression[] {
    const values = list(this.allow(raw, 'expr_list', ['value'])['value']);
    return values.map((value) => this.expression(value));
  }

  private operand(raw: unknown): Expression {
    const type = node(raw)?.['type'];
    switch (type) {
      case 'column_ref':
        return this.column(this.allow(raw, type, ['table', 'column']));
      case 'aggr_func':
        return this.aggregate(this.allow(raw, type, ['name', 'args']));
      case 'null':
        this.allow(raw, type, ['value']);
        return { kind: 'null', at: AT };
      case 'bool': {
        const value = this.allow(raw, type, ['value'])['value'] === true;
        return { kind: 'boolean', value, at: AT };
      }
      case 'number': {
        const token = this.literal('', this.allow(raw, type, ['value'])['value']);
        return { kind: 'number', text: token.value, at: AT };
      }
      case 'single_quote_string': {
        const token = this.literal('s', this.allow(raw, type, ['value'])['value']);
        return { kind: 'string', value: token.value, at: AT };
      }
      case 'date':
      case 'timestamp': {
        const token = this.literal('s', this.allow(raw, type, ['value'])['value']);
        return { kind: 'typed', type, value: token.value, at: AT };
      }
      default:
        throw this.refuse(String(type ?? 'this expression'));
    }
  }

  private column(raw: Raw): Expression {
    const table = this.name(raw['table']);
    const column = this.allow(raw['column'], undefined, ['expr']);
    const spelled = this.allow(column['expr'], 'default', ['value'])['value'];
    const range = this.reading.expressions.get(String(spelled));
    if (range && table === undefined) return readExpression(this.source, ...range);
    const name = this.name(spelled);
    if (name === undefined) throw this.refuse('a column without a name');
    return { kind: 'column', ...(table === undefined ? {} : { table }), name, at: AT };
  }

  private aggregate(raw: Raw): Expression {
    const name = String(raw['name']).toUpperCase();
    const fn = AGGREGATES.get(name as 'SUM');
    if (fn === undefined) throw this.refuse(`the function ${name}`);
    const operand = this.allow(raw['args'], undefined, ['expr'])['expr'];
    if (node(operand)?.['type'] !== 'star') {
      return { kind: 'aggregate', fn, operand: this.expression(operand), at: AT };
    }
    this.allow(operand, 'star', ['value']);
    if (fn !== 'count') throw this.refuse(`${name}(*)`);
    return { kind: 'countStar', at: AT };
  }

  private literal(prefix: 's' | '', value: unknown): Token {
    const token = unmask(this.source, prefix, value);
    if (!token) throw this.refuse('this literal');
    return token;
  }

  /** An identifier: a placeholder's token, or a keyword used as a name. */
  private name(value: unknown): string | undefined {
    if (isEmpty(value)) return undefined;
    if (typeof value !== 'string') throw this.refuse('a name of this form');
    return unmask(this.source, 'q', value)?.value ?? value;
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

/** Reads tokens [from, to) as one expression. */
function readExpression(source: Source, from: number, to: number): Expression {
  if (from >= to) {
    const message = 'an expression is missing between these parentheses';
    throw new TacitError('SQL_SYNTAX', message, position(source, from));
  }
  if (isSymbol(source.tokens[from], '*')) {
    throw new TacitError('SQL_SYNTAX', '* is unexpected here', position(source, from));
  }
  return new Normaliser(source, from, read(source, from, to, 'SELECT')).lone();
}

function node(value: unknown): Raw | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Raw)
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isEmpty(value)) return [];
  throw new TacitError('SQL_UNSUPPORTED', 'a clause of this form is not supported yet');
}

/** What the library writes for a clause that is absent: null, '', [], { type: null } and so on. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every(isEmpty);
}
