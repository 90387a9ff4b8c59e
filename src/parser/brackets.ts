import { TacitError } from '../errors/tacit-error.ts';
import { MAX_NESTING } from './limits.ts';
import { isLabel, isSymbol, isWord, type Token, wordOf } from './token.ts';

/**
 * What an opening parenthesis does, judged by the tokens around it:
 * group = only groups; list = the list of IN; query = holds a SELECT; call = arguments of a
 * function, or whatever else belongs to the name before it.
 */
export type BracketRole = 'group' | 'list' | 'query' | 'call';

/** The tokens of one statement and how their parentheses pair up. */
export interface Source {
  readonly tokens: readonly Token[];
  /** Index of the partner for every parenthesis, CASE and END, -1 for other tokens. */
  readonly partner: readonly number[];
  /** Role for every opening parenthesis. */
  readonly role: readonly (BracketRole | undefined)[];
}

/** Keywords after which a parenthesis opens an expression and not the arguments of a function. */
const BEFORE_GROUP = new Set(
  `ALL AND AS BETWEEN BY CASE DISTINCT ELSE ESCAPE EXCEPT EXPLAIN FROM HAVING ILIKE INTERSECT
  INTERVAL IS JOIN LIKE LIMIT NOT OFFSET ON OR SELECT THEN UNION VALUES WHEN WHERE`.split(/\s+/),
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
 * Pairs the parentheses of a statement, and every CASE with its END.
 * Errors: SQL_SYNTAX if one has no partner, SQL_TOO_LARGE if they nest too deeply.
 */
export function pairBrackets(tokens: readonly Token[]): Source {
  const partner = tokens.map(() => -1);
  const role: (BracketRole | undefined)[] = tokens.map(() => undefined);
  const open: number[] = [];
  tokens.forEach((token, index) => {
    if (isSymbol(token, '(') || isKeyword(tokens, index, 'CASE')) {
      if (token.kind === 'symbol') role[index] = roleOf(tokens, index);
      open.push(index);
      if (open.length > MAX_NESTING) {
        const message = `parentheses nest deeper than ${MAX_NESTING} levels; simplify the statement`;
        throw new TacitError('SQL_TOO_LARGE', message, token.at);
      }
    } else if (isSymbol(token, ')') || isKeyword(tokens, index, 'END')) {
      const start = open.pop();
      if (start === undefined) {
        const closed = token.kind === 'symbol' ? 'this ) closes no parenthesis' : 'END has no CASE';
        throw new TacitError('SQL_SYNTAX', closed, token.at);
      }
      if (tokens[start]?.kind !== token.kind) throw unclosed(tokens[start]);
      partner[start] = index;
      partner[index] = start;
    }
  });
  const last = open.pop();
  if (last !== undefined) throw unclosed(tokens[last]);
  // Inner parentheses first.
  for (let i = tokens.length - 1; i >= 0; i--) {
    if (startsQuery({ tokens, partner, role }, i)) role[i] = 'query';
  }
  return { tokens, partner, role };
}

/** Whether the parenthesis at `index` holds nothing but a query in parentheses, which surrounds it needlessly. */
export function isRepeated({ partner, role }: Source, index: number): boolean {
  const isTwice = role[index] === 'query' && role[index + 1] === 'query';
  return isTwice && (partner[index + 1] as number) + 1 === partner[index];
}

/** Whether a parenthesis holds a query that starts with one: `((SELECT 1) UNION SELECT 2)`, `((SELECT 1))`. */
function startsQuery({ tokens, partner, role }: Source, index: number): boolean {
  if (role[index] === undefined || role[index + 1] !== 'query') return false;
  if (role[index] === 'call' && !isWord(tokens[index - 1], 'EXISTS')) return false;
  const behind = (partner[index + 1] as number) + 1;
  const word = wordOf(tokens[behind]);
  return (
    behind === partner[index] || /^(UNION|INTERSECT|EXCEPT|ORDER|LIMIT|OFFSET|FETCH)$/.test(word)
  );
}

/** Whether the token is a parenthesis that only groups. */
export function isGroup({ partner, role }: Source, index: number): boolean {
  const other = partner[index] as number;
  return other >= 0 && role[Math.min(index, other)] === 'group';
}

/** Start indexes of the comma-separated parts of tokens [from, to), commas in parentheses aside. */
export function splitAtCommas(source: Source, from: number, to: number): [number, number][] {
  const parts: [number, number][] = [];
  let start = from;
  for (let i = from; i < to; i++) {
    const close = source.partner[i] as number;
    if (close > i) i = close;
    else if (isSymbol(source.tokens[i], ',')) {
      parts.push([start, i]);
      start = i + 1;
    }
  }
  parts.push([start, to]);
  return parts;
}

function unclosed(token: Token | undefined): TacitError {
  const name = token?.kind === 'symbol' ? 'this ( is not closed' : 'this CASE has no END';
  return new TacitError('SQL_SYNTAX', name, token?.at);
}

function isKeyword(tokens: readonly Token[], index: number, word: string): boolean {
  return isWord(tokens[index], word) && !isLabel(tokens, index);
}

function roleOf(tokens: readonly Token[], index: number): BracketRole {
  const before = tokens[index - 1];
  const next = wordOf(tokens[index + 1]);
  if (/^(SELECT|WITH|FROM)$/.test(next)) return 'query';
  if (wordOf(before) === 'IN') return 'list';
  if (next === 'VALUES' && isSymbol(tokens[index + 2], '(')) return 'query';
  if (before?.kind !== 'word' && before?.kind !== 'quoted') return 'group';
  return BEFORE_GROUP.has(wordOf(before)) ? 'group' : 'call';
}
