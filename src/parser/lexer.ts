import { type Position, TacitError } from '../errors/tacit-error.ts';
import type { Token, TokenKind } from './token.ts';

const SPACE = /\s+/uy;
const WORD = /(?:[A-Za-z_]|(?!\s)[^\0-\x7f])(?:[\w$]|(?!\s)[^\0-\x7f])*/uy;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/uy;
const NUMBER_LIKE = /[\w.$]+/uy;
const PARAMETER = /\$\w+/uy;
const DOLLAR_TAG = /\$(?:[A-Za-z_]\w*)?\$/uy;
/** Longest first; every other character of SQL stands alone. */
const SYMBOL = /->>|<=>|!~~|<>|!=|<=|>=|==|::|\|\||->|=>|:=|\/\/|\*\*|~~|!~|<<|>>|&&|@>|<@|\^@/uy;
const SINGLE = '+-*/%<>=(),.;[]{}?:^~!@#&|';
/** Prefixes that turn a string into something else, e.g. E'\n' or X'ff'. */
const STRING_PREFIX = new Set(['E', 'X', 'B', 'N', 'U&']);

type Refusal = { readonly code: 'SQL_SYNTAX' | 'SQL_UNSUPPORTED'; readonly message: string };
type Piece = {
  readonly kind: TokenKind;
  readonly end: number;
  readonly value?: string;
  readonly refusal?: Refusal;
};

/**
 * Splits SQL text into tokens as DuckDB does: comments (nested ones too) and white space vanish,
 * but for hints; quotes are undoubled. Never throws: what cannot be read becomes a `bad` token, so that the other
 * statements of the text survive. Columns count characters, not UTF-16 units.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const locate = locator(text);
  let offset = 0;
  while (offset < text.length) {
    const blank = blankEnd(text, offset);
    if (typeof blank === 'number' && blank > offset) {
      offset = blank;
      continue;
    }
    const piece = typeof blank === 'number' ? nextPiece(text, offset) : blank;
    const source = text.slice(offset, piece.end);
    const at = locate(offset);
    const { refusal } = piece;
    const error = refusal && new TacitError(refusal.code, refusal.message, at);
    tokens.push({
      ...{ kind: piece.kind, text: source, value: piece.value ?? source, offset, at },
      ...(error ? { error } : {}),
    });
    offset = piece.end;
  }
  return tokens;
}

/** A function from offset to line and column; offsets must not decrease from call to call. */
export function locator(text: string): (offset: number) => Position {
  let line = 1;
  let column = 1;
  let seen = 0;
  return (offset) => {
    while (seen < offset) {
      const code = text.codePointAt(seen) as number;
      seen += code > 0xffff ? 2 : 1;
      column++;
      if (code === 10) {
        line++;
        column = 1;
      }
    }
    return { line, column };
  };
}

/** End of white space or one comment at `offset`; the same offset if there is none. */
function blankEnd(text: string, offset: number): number | Piece {
  const space = match(SPACE, text, offset);
  if (space > offset) return space;
  if (text.startsWith('--', offset)) {
    const end = text.indexOf('\n', offset);
    return end < 0 ? text.length : end;
  }
  if (!text.startsWith('/*', offset) || text.startsWith('/*+', offset)) return offset;
  let depth = 0;
  for (let i = offset; i < text.length; i++) {
    if (text.startsWith('/*', i)) depth++;
    else if (text.startsWith('*/', i)) depth--;
    else continue;
    i++;
    if (depth === 0) return i + 1;
  }
  return bad(text.length, 'SQL_SYNTAX', 'the comment that starts with /* is not closed');
}

function nextPiece(text: string, offset: number): Piece {
  const char = text[offset] as string;
  if (char === "'") return stringPiece(text, offset);
  if (char === '"') return identifierPiece(text, offset);
  if (char === '$') return dollarPiece(text, offset);
  if (text.startsWith('/*+', offset)) return hintPiece(text, offset);
  const word = match(WORD, text, offset);
  if (word > offset) return wordPiece(text, offset, word);
  const number = match(NUMBER, text, offset);
  if (number > offset) return numberPiece(text, offset, number);
  const symbol = match(SYMBOL, text, offset);
  if (symbol > offset) return { kind: 'symbol', end: symbol };
  if (SINGLE.includes(char)) return { kind: 'symbol', end: offset + 1 };
  const name = char === '\0' ? 'a NUL byte' : `the character ${printable(char)}`;
  return bad(offset + 1, 'SQL_SYNTAX', `${name} has no meaning in SQL`);
}

function hintPiece(text: string, offset: number): Piece {
  const end = text.indexOf('*/', offset);
  if (end >= 0) return { kind: 'hint', end: end + 2, value: text.slice(offset + 3, end) };
  return bad(text.length, 'SQL_SYNTAX', 'the comment that starts with /*+ is not closed');
}

function stringPiece(text: string, offset: number): Piece {
  const end = quotedEnd(text, offset, "'");
  if (end === undefined) return bad(text.length, 'SQL_SYNTAX', 'the string is not closed');
  const value = text.slice(offset + 1, end - 1).replaceAll("''", "'");
  if (value.includes('\0')) return bad(end, 'SQL_SYNTAX', 'the string contains a NUL byte');
  return { kind: 'string', end, value };
}

function identifierPiece(text: string, offset: number): Piece {
  const end = quotedEnd(text, offset, '"');
  if (end === undefined) {
    return bad(text.length, 'SQL_SYNTAX', 'the identifier in double quotes is not closed');
  }
  const value = text.slice(offset + 1, end - 1).replaceAll('""', '"');
  if (value === '') return bad(end, 'SQL_SYNTAX', 'the identifier in double quotes is empty');
  if (value.includes('\0')) return bad(end, 'SQL_SYNTAX', 'the identifier contains a NUL byte');
  return { kind: 'quoted', end, value };
}

/** End of a quoted text with doubled quotes inside, or undefined if it is not closed. */
function quotedEnd(text: string, offset: number, quote: string): number | undefined {
  for (let i = offset + 1; ; i += 2) {
    i = text.indexOf(quote, i);
    if (i < 0) return undefined;
    if (text[i + 1] !== quote) return i + 1;
  }
}

function wordPiece(text: string, offset: number, end: number): Piece {
  const unicode = text.startsWith("&'", end) ? 1 : 0;
  const prefix = text.slice(offset, end + unicode).toUpperCase();
  if (text[end + unicode] !== "'" || !STRING_PREFIX.has(prefix)) return { kind: 'word', end };
  const open = end + unicode;
  const close = prefix === 'E' ? escapedEnd(text, open) : quotedEnd(text, open, "'");
  if (close === undefined) return bad(text.length, 'SQL_SYNTAX', 'the string is not closed');
  return bad(close, 'SQL_UNSUPPORTED', `a string of the form ${prefix}'…' is not supported yet`);
}

/** End of an E'…' string, where a backslash takes the meaning of the next character. */
function escapedEnd(text: string, offset: number): number | undefined {
  for (let i = offset + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === "'" && text[i + 1] === "'") i++;
    else if (text[i] === "'") return i + 1;
  }
  return undefined;
}

function dollarPiece(text: string, offset: number): Piece {
  const tag = match(DOLLAR_TAG, text, offset);
  if (tag > offset) {
    const close = text.indexOf(text.slice(offset, tag), tag);
    const end = close < 0 ? text.length : close + (tag - offset);
    return bad(end, 'SQL_UNSUPPORTED', 'a string quoted with $…$ is not supported yet');
  }
  const end = match(PARAMETER, text, offset);
  const number = text.slice(offset + 1, end);
  if (/^\d{1,9}$/.test(number)) return { kind: 'parameter', end, value: String(Number(number)) };
  if (end > offset) return bad(end, 'SQL_UNSUPPORTED', 'a parameter by name is not supported yet');
  return bad(offset + 1, 'SQL_SYNTAX', 'the character $ has no meaning here');
}

function numberPiece(text: string, offset: number, end: number): Piece {
  const whole = Math.max(end, match(NUMBER_LIKE, text, offset));
  if (whole === end) return { kind: 'number', end };
  const source = text.slice(offset, Math.min(whole, offset + 40));
  return bad(whole, 'SQL_SYNTAX', `${source} is not a number that can be read here`);
}

function bad(end: number, code: Refusal['code'], message: string): Piece {
  return { kind: 'bad', end, refusal: { code, message } };
}

/** End of the match of a sticky pattern at `offset`, or `offset` if it does not match. */
function match(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}

function printable(char: string): string {
  return char < ' ' ? `U+${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char;
}
