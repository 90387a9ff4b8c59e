import library from 'node-sql-parser/build/postgresql.js';
import { type Position, TacitError } from '../errors/tacit-error.ts';
import { endsOperand, type Source, splitAtCommas } from './brackets.ts';
import { isKeyword, isUnreserved } from './keywords.ts';
import { tooDeep } from './precedence.ts';
import { isLabel, isSymbol, isWord, type Token } from './token.ts';

/** A node of the library's tree: nothing is known about it until the normaliser has checked it. */
export type Raw = { readonly [key: string]: unknown };

/** Text handed to the library, and what its placeholders stand for. */
export interface Reading {
  readonly tree: Raw;
  /** Parenthesised expression behind a placeholder name: its tokens [from, to). */
  readonly expressions: ReadonlyMap<string, readonly [number, number]>;
}

/**
 * Reads tokens [from, to) with node-sql-parser, which sees a text of our own making: identifiers,
 * strings and numbers are replaced by `q7`, `'s7'` and `7` (7 = index of the token), so that their
 * contents cannot be misread, and every expression in parentheses by `p7`, to be read by a call of
 * its own: the library needs time exponential in the depth of parentheses when one is wrong, and
 * cannot lose a grouping it never sees. `lead` is put in front, e.g. SELECT for a lone expression.
 * Errors: SQL_SYNTAX with one short sentence; SQL_TOO_LARGE.
 */
export function read(source: Source, from: number, to: number, lead = ''): Reading {
  const text = new Masked(source, lead);
  text.add(from, to);
  try {
    const parser = new library.Parser();
    const tree = parser.astify(text.sql, { database: 'postgresql' }) as unknown;
    if (Array.isArray(tree) || typeof tree !== 'object' || tree === null) {
      throw new TacitError('SQL_UNSUPPORTED', 'only one statement can stand here');
    }
    return { tree: tree as Raw, expressions: text.expressions };
  } catch (error) {
    if (error instanceof TacitError) throw error;
    if (error instanceof RangeError) throw tooDeep();
    if (!isPegError(error)) throw unreadable(source, from, error);
    const index = text.tokenAt(error.location.start.offset, to);
    throw syntaxError(source, index, error.expected ?? []);
  }
}

/** What a number, string or quoted placeholder stands for; undefined if it is none of ours. */
export function unmask(source: Source, prefix: 'q' | 's' | '', value: unknown): Token | undefined {
  const text = String(value);
  if (!text.startsWith(prefix) || !/^\d+$/.test(text.slice(prefix.length))) return undefined;
  return source.tokens[Number(text.slice(prefix.length))];
}

class Masked {
  sql: string;
  readonly expressions = new Map<string, readonly [number, number]>();
  private readonly source: Source;
  /** Where each piece starts in `sql`, and the token it came from. */
  private readonly starts: { offset: number; index: number }[] = [];

  constructor(source: Source, lead: string) {
    this.source = source;
    this.sql = lead;
  }

  add(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      if (isSymbol(this.source.tokens[i], '(')) i = this.addBrackets(i);
      else this.push(i, this.mask(i));
    }
  }

  /** The token that the library stopped at, given an offset in `sql`. */
  tokenAt(offset: number, to: number): number {
    if (offset >= this.sql.length) return to;
    let found = this.starts[0]?.index ?? to;
    for (const { offset: start, index } of this.starts) if (start <= offset) found = index;
    return found;
  }

  /** Adds a parenthesis with what it holds and returns the index of its partner. */
  private addBrackets(open: number): number {
    const close = this.source.partner[open] as number;
    if (this.source.role[open] === 'group') {
      this.addExpression(open, open + 1, close);
      return close;
    }
    this.push(open, '(');
    for (const [from, to] of splitAtCommas(this.source, open + 1, close)) {
      if (from > open + 1) this.push(from - 1, ',');
      // A literal or `*` may stand as it is; this keeps long IN lists cheap.
      if (to - from === 1) this.push(from, this.mask(from));
      else if (to > from) this.addExpression(from, from, to);
    }
    this.push(close, ')');
    return close;
  }

  private addExpression(index: number, from: number, to: number): void {
    const name = `p${index}`;
    this.expressions.set(name, [from, to]);
    this.push(index, name);
  }

  private push(index: number, text: string): void {
    const glued = text === '.' || this.sql === '' || this.sql.endsWith('.');
    if (!glued) this.sql += ' ';
    this.starts.push({ offset: this.sql.length, index });
    this.sql += text;
  }

  private mask(index: number): string {
    const { tokens } = this.source;
    const token = tokens[index] as Token;
    if (token.kind === 'string') return `'s${index}'`;
    if (token.kind === 'number') return String(index);
    if (token.kind === 'quoted') return `q${index}`;
    if (token.kind !== 'word') return token.text;
    const next = tokens[index + 1];
    if (isSymbol(next, '(')) return token.text;
    if (isLabel(tokens, index)) return `q${index}`;
    // DATE '…' has to be seen, and keywords of clauses that this normaliser then refuses.
    const special = next?.kind === 'string' || CLAUSES.has(token.text.toUpperCase());
    const plain = !isKeyword(token.text) || isUnreserved(token.text);
    return plain && !special ? `q${index}` : token.text;
  }
}

/** Keywords that DuckDB does not reserve and that mean something to the library. */
const CLAUSES = new Set(['FILTER', 'OVER', 'WITHIN']);

interface PegError {
  readonly location: { readonly start: { readonly offset: number } };
  readonly expected: readonly { readonly type?: string; readonly text?: string }[] | null;
}

/** The library gives up on some valid SQL with an error of its own and no position. */
function unreadable(source: Source, from: number, cause: unknown): TacitError {
  const message = 'something in this statement or expression is not supported yet';
  return new TacitError('SQL_UNSUPPORTED', message, position(source, from), { cause });
}

function isPegError(error: unknown): error is PegError {
  return error instanceof Error && error.name === 'SyntaxError' && 'location' in error;
}

function syntaxError(source: Source, index: number, expected: PegError['expected']): TacitError {
  const token = source.tokens[index];
  const complete = endsOperand(source.tokens[index - 1]);
  if (complete && combinesPredicates(token)) {
    const message = `${token?.text.toUpperCase()} cannot follow without parentheses here`;
    return new TacitError('SQL_UNSUPPORTED', message, token?.at);
  }
  const found = token
    ? `${token.text.slice(0, 40)} is unexpected here`
    : 'the statement is incomplete';
  const hint = complete
    ? continuations(token ? (expected ?? []) : [])
    : '; expected a name, value or expression';
  return new TacitError('SQL_SYNTAX', found + hint, position(source, index));
}

/** Valid SQL that the library cannot read, such as `a = b IS NULL` or `a = b IN (1)`. */
function combinesPredicates(token: Token | undefined): boolean {
  if (token?.kind === 'symbol') return /^[=<>!]/.test(token.text);
  return ['IS', 'IN', 'BETWEEN', 'NOT'].some((word) => isWord(token, word));
}

/** What could have followed a complete operand, in a few words. */
function continuations(expected: NonNullable<PegError['expected']>): string {
  const texts = new Set(expected.map(({ text }) => text));
  const words = ['FROM', 'WHERE', 'GROUP'].filter((word) => texts.has(word));
  if (texts.has(',')) words.unshift('a comma');
  if (texts.has('*')) words.unshift('an operator');
  const last = words.pop();
  if (last === undefined) return '';
  return `; expected ${words.length > 0 ? `${words.join(', ')} or ${last}` : last}`;
}

/** Position of a token; just behind the last one for the end of the statement. */
export function position(source: Source, index: number): Position | undefined {
  const token = source.tokens[index];
  if (token) return token.at;
  const last = source.tokens.at(-1);
  return last && { line: last.at.line, column: last.at.column + [...last.text].length };
}
