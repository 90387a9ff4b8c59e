import type { Position, TacitError } from '../errors/tacit-error.ts';
import type { JoinHint } from './syntax.ts';

/**
 * - word: an identifier or keyword without quotes; `value` is the text as written
 * - quoted: an identifier in double quotes; `value` is its content
 * - string: a literal in single quotes; `value` is its content
 * - number: `value` is the text as written
 * - parameter: `$1`, or `?` numbered in order; `value` is the number
 * - symbol: an operator or punctuation
 * - hint: a comment that begins with a plus; `value` is its content
 * - bad: cannot be read; `error` says why
 */
export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'parameter'
  | 'symbol'
  | 'hint'
  | 'bad';

/** A lexical unit of SQL. `offset` counts UTF-16 units from the start of the whole text. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value: string;
  readonly offset: number;
  readonly at: Position;
  readonly error?: TacitError;
  /** Of SELECT. */
  readonly hints?: readonly JoinHint[];
}

/** True if the token is the given keyword (upper case) written without quotes. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

/** True if the token is the given operator or punctuation. */
export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}

/** The keyword a token would be, in upper case, or '' if it is not a word. */
export function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}

/** True if the token is a word that can only be a name: after a dot or after AS. */
export function isLabel(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return tokens[index]?.kind === 'word' && (isSymbol(before, '.') || isWord(before, 'AS'));
}
