import { TacitError } from '../errors/tacit-error.ts';
import { isRepeated, type Source } from './brackets.ts';
import { operandEnd, typeEnd, typeWords } from './operand-end.ts';
import { isLabel, isSymbol, isWord, type Token, wordOf } from './token.ts';

const ONE_WORD_TYPE = new Map([
  ['DOUBLE', 'DOUBLE'],
  ['CHARACTER', 'VARCHAR'],
  ['CHAR', 'VARCHAR'],
  ['TIMESTAMP', 'TIMESTAMP'],
]);

/**
 * The tokens with every construct that has several spellings written in one of them, at the
 * positions of the original tokens. What is read and accounted for afterwards is this text:
 *
 * - `x::T` becomes CAST(x AS T)
 * - `((SELECT 1))` becomes (SELECT 1)
 * - `SUBSTRING(x FROM a FOR b)` becomes SUBSTRING(x, a, b)
 * - FETCH FIRST n ROWS ONLY becomes LIMIT n; LIMIT ALL vanishes; LIMIT comes before OFFSET
 * - DOUBLE PRECISION, CHARACTER VARYING, TIMESTAMP WITHOUT TIME ZONE become DOUBLE, VARCHAR, TIMESTAMP
 *
 * Errors: SQL_SYNTAX where a type is missing.
 */
export function respell(source: Source): Token[] {
  const speller = new Speller(source);
  speller.rewrite(0, source.tokens.length);
  return speller.out;
}

class Speller {
  readonly out: Token[] = [];
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  /** Appends tokens [from, to). */
  rewrite(from: number, to: number): void {
    for (let i = from; i < to; ) i = this.step(i, to);
  }

  /** Appends one construct at `i` and returns the index behind it. */
  private step(i: number, to: number): number {
    const { tokens, role } = this.source;
    const label = isLabel(tokens, i);
    const end = label ? i : operandEnd(this.source, i, to);
    if (end > i && end < to && isSymbol(tokens[end], '::')) return this.cast(i, end, to);
    if (isRepeated(this.source, i)) {
      const close = this.source.partner[i] as number;
      this.rewrite(i + 1, close);
      return close + 1;
    }
    const word = label ? '' : wordOf(tokens[i]);
    if (/^(LIMIT|OFFSET|FETCH)$/.test(word)) return this.slice(i, to);
    if (role[i + 1] === 'call' && /^(TRY_)?CAST$/.test(word)) return this.castCall(i);
    if (role[i + 1] === 'call' && word === 'SUBSTRING') return this.substring(i);
    return this.copy(i);
  }

  private copy(i: number): number {
    this.out.push(this.source.tokens[i] as Token);
    return i + 1;
  }

  /** The operand in [from, end) and the casts behind it. */
  private cast(from: number, end: number, to: number): number {
    const { tokens } = this.source;
    const casts: number[] = [];
    let next = end;
    while (next < to && isSymbol(tokens[next], '::')) {
      casts.push(next);
      const behind = typeEnd(this.source, next + 1, to);
      if (behind === next + 1) {
        const message = 'the name of a type is missing after ::';
        throw new TacitError('SQL_SYNTAX', message, tokens[next]?.at);
      }
      next = behind;
    }
    for (const _ of casts) this.out.push(put(tokens[from], 'CAST'), put(tokens[from], '('));
    this.rewrite(from, end);
    for (const cast of casts) {
      this.out.push(put(tokens[cast], 'AS'));
      this.type(cast + 1, typeEnd(this.source, cast + 1, to));
      this.out.push(put(tokens[cast], ')'));
    }
    return next;
  }

  /** CAST ( … AS type ): only the type and what is inside the operand change. */
  private castCall(i: number): number {
    const { tokens, partner } = this.source;
    const close = partner[i + 1] as number;
    const as = this.find('AS', i + 2, close);
    this.copy(i);
    this.copy(i + 1);
    this.rewrite(i + 2, as);
    if (as === close) return close;
    this.out.push(tokens[as] as Token);
    const end = typeEnd(this.source, as + 1, close);
    this.type(as + 1, end);
    this.rewrite(end, close);
    return close;
  }

  private type(from: number, to: number): void {
    const { tokens } = this.source;
    const words = typeWords(tokens, from);
    const short = words > 1 ? ONE_WORD_TYPE.get(wordOf(tokens[from])) : undefined;
    if (short !== undefined) this.out.push(put(tokens[from], short));
    this.out.push(...tokens.slice(short === undefined ? from : from + words, to));
  }

  private substring(i: number): number {
    const { tokens, partner } = this.source;
    const close = partner[i + 1] as number;
    const from = this.find('FROM', i + 2, close);
    const length = this.find('FOR', from, close);
    this.copy(i);
    this.copy(i + 1);
    this.rewrite(i + 2, from);
    if (from === close) return close;
    this.out.push(put(tokens[from], ','));
    this.rewrite(from + 1, length);
    if (length === close) return close;
    this.out.push(put(tokens[length], ','));
    this.rewrite(length + 1, close);
    return close;
  }

  /** LIMIT, OFFSET and FETCH in any order: LIMIT first. */
  private slice(i: number, to: number): number {
    const offset: number[] = [];
    const limit: number[] = [];
    let next = i;
    for (;;) {
      const word = wordOf(this.source.tokens[next]);
      const wanted = word === 'OFFSET' ? offset : limit;
      if (next >= to || !/^(LIMIT|OFFSET|FETCH)$/.test(word) || wanted.length > 0) break;
      const end = this.sliceEnd(next, to);
      if (end === next) break;
      wanted.push(next);
      next = end;
    }
    if (next === i) return this.copy(i);
    for (const [start] of [limit, offset]) if (start !== undefined) this.writeSlice(start, to);
    return next;
  }

  /** Index behind LIMIT n, OFFSET n [ROWS] or FETCH FIRST n ROWS ONLY; `i` if it is incomplete. */
  private sliceEnd(i: number, to: number): number {
    const { tokens } = this.source;
    const amount = this.amount(i);
    const all = isWord(tokens[i], 'LIMIT') && isWord(tokens[amount], 'ALL');
    const end = all ? amount + 1 : this.amountEnd(amount, to);
    const rows = end < to && /^ROWS?$/.test(wordOf(tokens[end])) ? end + 1 : end;
    if (isWord(tokens[i], 'LIMIT')) return end;
    if (isWord(tokens[i], 'OFFSET')) return rows;
    const complete = amount > i + 1 && rows > end && rows < to && isWord(tokens[rows], 'ONLY');
    return complete ? rows + 1 : i;
  }

  private writeSlice(i: number, to: number): void {
    const { tokens } = this.source;
    const amount = this.amount(i);
    if (isWord(tokens[i], 'LIMIT') && isWord(tokens[amount], 'ALL')) return;
    this.out.push(amount === i + 1 ? (tokens[i] as Token) : put(tokens[i], 'LIMIT'));
    const end = this.amountEnd(amount, to);
    // FETCH FIRST ROW ONLY means one row.
    if (end > amount) this.rewrite(amount, end);
    else if (amount > i + 1) this.out.push(put(tokens[i], '1'));
  }

  private amount(i: number): number {
    const { tokens } = this.source;
    const fetch = isWord(tokens[i], 'FETCH') && /^(FIRST|NEXT)$/.test(wordOf(tokens[i + 1]));
    return fetch ? i + 2 : i + 1;
  }

  /** Index behind a number of rows and its casts; ROW and ROWS are no names here. */
  private amountEnd(from: number, to: number): number {
    if (/^ROWS?$/.test(wordOf(this.source.tokens[from]))) return from;
    let end = operandEnd(this.source, from, to);
    while (end < to && isSymbol(this.source.tokens[end], '::')) {
      end = typeEnd(this.source, end + 1, to);
    }
    return end;
  }

  /** Index of a keyword in [from, to) outside inner brackets, IS DISTINCT FROM aside; or `to`. */
  private find(word: string, from: number, to: number): number {
    const { tokens, partner } = this.source;
    for (let i = from; i < to; i++) {
      const close = partner[i] as number;
      if (close > i) i = close;
      else if (isWord(tokens[i], word) && !isSymbol(tokens[i - 1], '.')) {
        if (word !== 'FROM' || !isWord(tokens[i - 1], 'DISTINCT')) return i;
      }
    }
    return to;
  }
}

/** A token that the text does not have, at the position of one that it has. */
function put(place: Token | undefined, text: string): Token {
  const kind = /^\d/.test(text) ? 'number' : /^\w/.test(text) ? 'word' : 'symbol';
  return {
    kind,
    text,
    value: text,
    offset: place?.offset ?? 0,
    at: place?.at ?? { line: 1, column: 1 },
  };
}
