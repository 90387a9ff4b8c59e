import { TacitError } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';
import { position } from './locate.ts';
import { operandEnd } from './operand-end.ts';
import { isSymbol, isWord, wordOf } from './token.ts';

/** One word of a chain as the library sees it, and the token it came from. */
interface Link {
  readonly text: string;
  readonly index: number;
}

/** A chain of operators over operands that are placeholders. */
export interface Chain {
  readonly links: readonly Link[];
  /** What stands behind a placeholder: tokens [from, to). */
  readonly operands: ReadonlyMap<string, readonly [number, number]>;
  /** Index of the first token that does not continue the chain. */
  readonly end: number;
}

const INFIX = new Set(['+', '-', '*', '/', '//', '%', '||', '=', '<>', '!=', '<', '<=', '>', '>=']);

/**
 * Cuts the expression that starts at token `from` into operators and operands. Each operand, also
 * a whole parenthesis, CASE, call or list of IN, becomes a placeholder of the chain:
 *
 * - `p2` the third operand; `d2` one that is followed by `//`, which is then written `/`
 * - `'e2'` the operand of ESCAPE
 * - IS [NOT] DISTINCT FROM loses its last two words, so that IS followed by a placeholder means it
 *
 * Errors: SQL_SYNTAX where an operand is missing.
 */
export function cutChain(source: Source, from: number, to: number): Chain {
  const cutter = new Cutter(source, to);
  return { end: cutter.cut(from), links: cutter.links, operands: cutter.operands };
}

class Cutter {
  readonly links: Link[] = [];
  readonly operands = new Map<string, readonly [number, number]>();
  private readonly source: Source;
  private readonly to: number;

  constructor(source: Source, to: number) {
    this.source = source;
    this.to = to;
  }

  cut(from: number): number {
    let i = this.operand(from);
    for (;;) {
      const next = this.continuation(i);
      if (next === i) return i;
      i = next;
    }
  }

  /** Prefixes and the operand at `i`. */
  private operand(i: number): number {
    let next = i;
    while (next < this.to && (this.word(next) === 'NOT' || this.symbol(next) === '-')) {
      this.push(next, next + 1);
      next++;
    }
    const end = operandEnd(this.source, next, this.to);
    if (end === next) throw missing(this.source, next, this.to);
    this.placeholder(next, end);
    return end;
  }

  /** An operator at `i` with what follows it; `i` if there is none. */
  private continuation(i: number): number {
    if (i >= this.to) return i;
    const symbol = this.symbol(i);
    if (INFIX.has(symbol)) return this.infix(i, symbol);
    const not = this.word(i) === 'NOT' ? 1 : 0;
    const word = this.word(i + not);
    switch (word) {
      case 'AND':
      case 'OR':
        return not > 0 ? i : this.operand(this.push(i, i + 1));
      case 'LIKE':
      case 'ILIKE':
      case 'BETWEEN':
        return this.operand(this.push(i, i + not + 1));
      case 'IN':
        return /^(list|query)$/.test(this.source.role[i + not + 1] ?? '')
          ? this.list(i, i + not + 1)
          : i;
      case 'ESCAPE':
        return not > 0 ? i : this.escape(i);
      case 'IS':
        return not > 0 ? i : this.is(i);
      default:
        return i;
    }
  }

  private infix(i: number, symbol: string): number {
    const last = this.links.at(-1);
    if (symbol !== '//') this.push(i, i + 1);
    else {
      if (last?.text.startsWith('p')) this.mark(last);
      this.links.push({ text: '/', index: i });
    }
    return this.operand(i + 1);
  }

  /** Makes `d2` of the placeholder `p2`. */
  private mark({ text, index }: Link): void {
    const range = this.operands.get(text);
    if (!range) return;
    const marked = `d${text.slice(1)}`;
    this.operands.set(marked, range);
    this.links[this.links.length - 1] = { text: marked, index };
  }

  private list(from: number, open: number): number {
    const close = this.source.partner[open] as number;
    this.push(from, open + 1);
    this.placeholder(open + 1, close);
    this.links.push({ text: ')', index: close });
    return close + 1;
  }

  private escape(i: number): number {
    const end = operandEnd(this.source, i + 1, this.to);
    if (end === i + 1) throw missing(this.source, end, this.to);
    this.push(i, i + 1);
    const name = `e${this.operands.size}`;
    this.operands.set(name, [i + 1, end]);
    this.links.push({ text: `'${name}'`, index: i + 1 });
    return end;
  }

  private is(i: number): number {
    const next = i + (this.word(i + 1) === 'NOT' ? 2 : 1);
    if (this.word(next) === 'DISTINCT' && this.word(next + 1) === 'FROM') {
      this.push(i, next);
      return this.operand(next + 2);
    }
    if (!/^(NULL|TRUE|FALSE|UNKNOWN)$/.test(this.word(next))) {
      throw missing(this.source, next, this.to);
    }
    return this.push(i, next + 1);
  }

  private placeholder(from: number, to: number): void {
    const name = `p${this.operands.size}`;
    this.operands.set(name, [from, to]);
    this.links.push({ text: name, index: from });
  }

  /** Tokens [from, to) as they are. */
  private push(from: number, to: number): number {
    for (let index = from; index < to; index++) {
      const text = this.source.tokens[index]?.text.toUpperCase() ?? '';
      this.links.push({ text, index });
    }
    return to;
  }

  private word(i: number): string {
    return i < this.to ? wordOf(this.source.tokens[i]) : '';
  }

  private symbol(i: number): string {
    const token = this.source.tokens[i];
    return i < this.to && token?.kind === 'symbol' ? token.text : '';
  }
}

/** The error for a token, or the end, where an operand is expected. */
function missing(source: Source, index: number, to: number): TacitError {
  const token = source.tokens[index];
  const before = source.tokens[index - 1];
  if (index >= to && isSymbol(before, '(') && token) {
    const message = 'an expression is missing between these parentheses';
    return new TacitError('SQL_SYNTAX', message, token.at);
  }
  const found = token
    ? `${token.text.slice(0, 40)} is unexpected here`
    : 'the statement is incomplete';
  const wanted = isWord(before, 'IS')
    ? 'NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM'
    : 'a name, value or expression';
  return new TacitError('SQL_SYNTAX', `${found}; expected ${wanted}`, position(source, index));
}
