import type { Source } from './brackets.ts';
import { isPlainName, isReserved } from './keywords.ts';
import { isLabel, isSymbol, isWord, type Token, wordOf } from './token.ts';

/** Words after INTERVAL and its amount. */
const UNIT =
  /^(MICROSECOND|MILLISECOND|SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|QUARTER|YEAR|DECADE|CENTURY|MILLENNIUM)S?$|^(CENTURIES|MILLENNIA)$/;

const CONSTANT = new Set(['NULL', 'TRUE', 'FALSE']);

/**
 * The index behind the operand that starts at token `from`: a literal, parameter, name, function
 * call with FILTER, CASE … END or parenthesis; without `::` casts. `from` if none starts there.
 */
export function operandEnd(source: Source, from: number, to: number): number {
  const { tokens, partner, role } = source;
  const token = tokens[from];
  if (from >= to || token === undefined) return from;
  switch (token.kind) {
    case 'string':
    case 'number':
    case 'parameter':
      return from + 1;
    case 'symbol':
      return role[from] === 'group' || role[from] === 'query' ? closed(partner[from], from) : from;
    case 'quoted':
      return nameEnd(source, from, to);
    case 'word':
      return wordEnd(source, from, to);
    default:
      return from;
  }
}

/** The index behind the name of a type at `from`, with its arguments; `from` if there is none. */
export function typeEnd(source: Source, from: number, to: number): number {
  const { tokens, partner, role } = source;
  if (from >= to || !isName(tokens[from])) return from;
  const next = from + typeWords(tokens, from);
  return role[next] === 'call' && next < to ? closed(partner[next], next) : next;
}

/** How many words the name of a type has. */
export function typeWords(tokens: readonly Token[], from: number): number {
  const words = (text: string) =>
    text.split(' ').every((word, i) => isWord(tokens[from + i], word)) ? text.split(' ').length : 0;
  return (
    words('DOUBLE PRECISION') ||
    words('CHARACTER VARYING') ||
    words('CHAR VARYING') ||
    words('TIMESTAMP WITHOUT TIME ZONE') ||
    1
  );
}

function wordEnd(source: Source, from: number, to: number): number {
  const { tokens, partner, role } = source;
  const word = wordOf(tokens[from]);
  const next = tokens[from + 1];
  if (word === 'CASE' && !isLabel(tokens, from)) return closed(partner[from], from);
  if (CONSTANT.has(word)) return from + 1;
  if (word === 'EXISTS' && role[from + 1] === 'query' && from + 1 < to) {
    return closed(partner[from + 1], from);
  }
  const interval = word === 'INTERVAL' ? intervalEnd(source, from) : from;
  if (interval > from) return interval;
  if ((word === 'DATE' || word === 'TIMESTAMP') && next?.kind === 'string') return from + 2;
  if (role[from + 1] === 'call' && from + 1 < to) {
    return isReserved(word) && word !== 'CAST' ? from : callEnd(source, from + 1, to);
  }
  return isPlainName(word) ? nameEnd(source, from, to) : from;
}

function intervalEnd({ tokens, partner, role }: Source, from: number): number {
  const next = tokens[from + 1];
  const group = role[from + 1] === 'group';
  if (!group && next?.kind !== 'string' && next?.kind !== 'number' && next?.kind !== 'parameter') {
    return from;
  }
  const end = group ? closed(partner[from + 1], from) : from + 2;
  return UNIT.test(wordOf(tokens[end])) ? end + 1 : end;
}

/** Behind a call with WITHIN GROUP (…), FILTER (…) and OVER (…), as far as they are there. */
function callEnd(source: Source, open: number, to: number): number {
  const within = clauseEnd(source, closed(source.partner[open], open), to, ['WITHIN', 'GROUP']);
  return clauseEnd(source, clauseEnd(source, within, to, ['FILTER']), to, ['OVER']);
}

/** The index behind the words at `from` and a parenthesis, if they are there; else `from`. */
export function clauseEnd(
  { tokens, partner, role }: Source,
  from: number,
  to: number,
  words: readonly string[],
): number {
  const open = from + words.length;
  const isThere = words.every((word, k) => isWord(tokens[from + k], word));
  return isThere && open < to && role[open] === 'call' ? closed(partner[open], open) : from;
}

function nameEnd({ tokens }: Source, from: number, to: number): number {
  let end = from + 1;
  while (end + 1 < to && isSymbol(tokens[end], '.') && isName(tokens[end + 1])) end += 2;
  return end;
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function closed(partner: number | undefined, from: number): number {
  return partner !== undefined && partner > from ? partner + 1 : from;
}
