import { TacitError } from '../errors/tacit-error.ts';
import { MAX_NESTING } from './limits.ts';
import { isSymbol, type Token, wordOf } from './token.ts';

/**
 * What an opening parenthesis does, judged by the token before it:
 * group = only groups; list = the list of IN; call = arguments of a function.
 */
export type BracketRole = 'group' | 'list' | 'call';

/** The tokens of one statement and how their parentheses pair up. */
export interface Source {
  readonly tokens: readonly Token[];
  /** Index of the partner for every parenthesis, -1 for other tokens. */
  readonly partner: readonly number[];
  /** Role for every opening parenthesis. */
  readonly role: readonly (BracketRole | undefined)[];
}

/** Keywords after which a parenthesis opens an expression and not the arguments of a function. */
const BEFORE_GROUP = new Set(
  `ALL AND AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXPLAIN FROM HAVING ILIKE INTERSECT IS JOIN LIKE
  LIMIT NOT OFFSET ON OR SELECT THEN UNION USING VALUES WHEN WHERE`.split(/\s+/),
);

/** True if an expression may follow the keyword directly. */
export function expectsExpression(token: Token | undefined): boolean {
  return BEFORE_GROUP.has(wordOf(token)) || wordOf(token) === 'IN';
}

/** True if an expression can be complete with the token. */
export function endsOperand(token: Token | undefined): boolean {
  if (token?.kind === 'symbol') return token.text === ')' || token.text === ']';
  return token !== undefined && !expectsExpression(token);
}

/**
 * Pairs the parentheses of a statement.
 * Errors: SQL_SYNTAX if one has no partner, SQL_TOO_LARGE if they nest too deeply.
 */
export function pairBrackets(tokens: readonly Token[]): Source {
  const partner = tokens.map(() => -1);
  const role: (BracketRole | undefined)[] = tokens.map(() => undefined);
  const open: number[] = [];
  tokens.forEach((token, index) => {
    if (isSymbol(token, '(')) {
      role[index] = roleAfter(tokens[index - 1]);
      open.push(index);
      if (open.length > MAX_NESTING) {
        const message = `parentheses nest deeper than ${MAX_NESTING} levels; simplify the statement`;
        throw new TacitError('SQL_TOO_LARGE', message, token.at);
      }
    } else if (isSymbol(token, ')')) {
      const start = open.pop();
      if (start === undefined) {
        throw new TacitError('SQL_SYNTAX', 'this ) closes no parenthesis', token.at);
      }
      partner[start] = index;
      partner[index] = start;
    }
  });
  const unclosed = open.pop();
  if (unclosed !== undefined) {
    throw new TacitError('SQL_SYNTAX', 'this ( is not closed', tokens[unclosed]?.at);
  }
  return { tokens, partner, role };
}

/** Start indexes of the comma-separated parts of tokens [from, to), commas in parentheses aside. */
export function splitAtCommas(source: Source, from: number, to: number): [number, number][] {
  const parts: [number, number][] = [];
  let start = from;
  for (let i = from; i < to; i++) {
    if (isSymbol(source.tokens[i], '(')) i = source.partner[i] as number;
    else if (isSymbol(source.tokens[i], ',')) {
      parts.push([start, i]);
      start = i + 1;
    }
  }
  parts.push([start, to]);
  return parts;
}

function roleAfter(before: Token | undefined): BracketRole {
  if (wordOf(before) === 'IN') return 'list';
  if (before?.kind !== 'word' && before?.kind !== 'quoted') return 'group';
  return BEFORE_GROUP.has(wordOf(before)) ? 'group' : 'call';
}
