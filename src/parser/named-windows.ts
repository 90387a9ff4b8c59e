import { TacitError } from '../errors/tacit-error.ts';
import { pairBrackets, type Source } from './brackets.ts';
import { isPlainName } from './keywords.ts';
import { MAX_TOKENS } from './limits.ts';
import { position } from './locate.ts';
import { isLabel, isSymbol, isWord, type Token, wordOf } from './token.ts';

/** A definition of a WINDOW clause, and whether something refers to it. */
interface Definition {
  /** What stands between its parentheses, with the window that it extends in place. */
  readonly body: readonly Token[];
  readonly at: number;
  used: boolean;
}

/** Windows by their names in lower case, as far as one SELECT sees them. */
type Windows = Map<string, Definition>;

const SET_OPERATORS = /^(UNION|INTERSECT|EXCEPT)$/;
const TAIL = /^(ORDER|LIMIT|OFFSET|FETCH)$/;

/**
 * The source with every named window put where it is used: `SUM(a) OVER w … WINDOW w AS (ORDER BY b)`
 * becomes SUM(a) OVER (ORDER BY b), and `OVER (w ORDER BY c)` what the window says and ORDER BY c.
 * A name belongs to one SELECT and is not seen inside the queries in it.
 * Errors: SQL_SYNTAX for a name that is not defined before or twice and for a clause in the wrong
 * place; SQL_UNSUPPORTED for a window that nothing uses or that is extended in another way than
 * SQL's; SQL_TOO_LARGE.
 */
export function placeWindows(source: Source): Source {
  const { tokens } = source;
  const isNamed = tokens.some((_, i) => isClause(source, i) || namedOver(source, i));
  if (!isNamed) return source;
  const placer = new Placer(source);
  placer.query(0, tokens.length);
  return pairBrackets(placer.out);
}

class Placer {
  out: Token[] = [];
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  /** The query in tokens [from, to): its SELECTs, each with its own windows. */
  query(from: number, to: number): void {
    let start = from;
    for (let i = from; i <= to; i = this.behind(i)) {
      if (i < to && !SET_OPERATORS.test(this.keyword(i))) continue;
      this.select(start, i);
      if (i < to) this.push(i);
      start = i + 1;
    }
  }

  private select(from: number, to: number): void {
    const clause = this.find(from, to, (i) => isClause(this.source, i));
    const tail = this.find(from, to, (i) => TAIL.test(this.keyword(i)));
    if (tail < clause && clause < to) throw this.unexpected(clause);
    const windows: Windows = new Map();
    const end = clause < to ? this.clause(clause + 1, to, windows) : to;
    if (end < to && !TAIL.test(this.keyword(end))) throw this.unexpected(end);
    this.copy(from, clause, windows);
    this.copy(end, to, windows);
    const unused = [...windows.values()].find(({ used }) => !used);
    if (unused) throw this.refuse(unused.at, 'a window that nothing refers to');
  }

  /** Reads `name AS (…), …` and says where it ends. */
  private clause(from: number, to: number, windows: Windows): number {
    for (let i = from; ; i++) {
      const name = i < to ? nameOf(this.source.tokens[i]) : undefined;
      const open = i + 2;
      const isWhole = name !== undefined && isWord(this.source.tokens[i + 1], 'AS') && open < to;
      if (!isWhole || !isSymbol(this.source.tokens[open], '(')) throw this.unexpected(i);
      if (windows.has(name)) {
        throw new TacitError('SQL_SYNTAX', 'two windows have this name', this.at(i));
      }
      const body = this.captured(() => this.inside(open, windows));
      windows.set(name, { body, at: i, used: false });
      i = (this.source.partner[open] as number) + 1;
      if (i >= to || !isSymbol(this.source.tokens[i], ',')) return i;
    }
  }

  /** Tokens [from, to) with the windows that they name in place. */
  private copy(from: number, to: number, windows: Windows): void {
    for (let i = from; i < to; i++) {
      const { tokens, partner, role } = this.source;
      const close = partner[i] as number;
      if (role[i] === 'query') {
        this.push(i);
        this.query(i + 1, close);
        i = close - 1;
      } else if (namedOver(this.source, i)) {
        this.push(i);
        const name = tokens[++i] as Token;
        const { body } = this.window(i, windows);
        this.out.push({ ...name, kind: 'symbol', text: '(', value: '(' }, ...body);
        this.out.push({ ...name, kind: 'symbol', text: ')', value: ')' });
      } else if (opensWindow(this.source, i)) {
        this.push(i);
        this.inside(i, windows);
        i = close - 1;
      } else this.push(i);
    }
  }

  /** What stands in the parenthesis of OVER or of a definition, where a window may be extended. */
  private inside(open: number, windows: Windows): void {
    const { tokens, partner } = this.source;
    const close = partner[open] as number;
    const first = tokens[open + 1];
    if (open + 1 === close || nameOf(first) === undefined || isStart(first)) {
      this.copy(open + 1, close, windows);
      return;
    }
    const { body } = this.window(open + 1, windows);
    const [order, frame] = contents(body);
    const next = wordOf(tokens[open + 2]);
    if (next === 'PARTITION')
      throw this.refuse(open + 2, 'PARTITION BY behind the name of a window');
    if (order && next === 'ORDER') throw this.refuse(open + 2, 'a second ORDER BY of a window');
    if (frame) throw this.refuse(open + 1, 'a window in parentheses that has a frame already');
    this.out.push(...body);
    this.copy(open + 2, close, windows);
  }

  private window(index: number, windows: Windows): Definition {
    const window = windows.get(nameOf(this.source.tokens[index]) ?? '');
    if (window === undefined) {
      const text = this.source.tokens[index]?.text.slice(0, 40);
      const message = `the window ${text} is not defined here; add WINDOW ${text} AS (…)`;
      throw new TacitError('SQL_SYNTAX', message, this.at(index));
    }
    window.used = true;
    if (this.out.length + window.body.length > MAX_TOKENS) {
      const message = `the statement has more than ${MAX_TOKENS} tokens with its windows in place`;
      throw new TacitError('SQL_TOO_LARGE', message, this.at(index));
    }
    return window;
  }

  private captured(write: () => void): Token[] {
    const { out } = this;
    this.out = [];
    write();
    const written = this.out;
    this.out = out;
    return written;
  }

  private push(index: number): void {
    this.out.push(this.source.tokens[index] as Token);
  }

  /** The first index in [from, to) outside inner parentheses that fits, or `to`. */
  private find(from: number, to: number, fits: (index: number) => boolean): number {
    for (let i = from; i < to; i = this.behind(i)) if (fits(i)) return i;
    return to;
  }

  /** The index behind a token, or behind the parenthesis that it opens. */
  private behind(index: number): number {
    return Math.max(index, this.source.partner[index] ?? -1) + 1;
  }

  private keyword(index: number): string {
    return isLabel(this.source.tokens, index) ? '' : wordOf(this.source.tokens[index]);
  }

  private at(index: number) {
    return position(this.source, index);
  }

  private unexpected(index: number): TacitError {
    const found = this.source.tokens[index]?.text.slice(0, 40) ?? 'the end of the statement';
    return new TacitError('SQL_SYNTAX', `${found} is unexpected here`, this.at(index));
  }

  private refuse(index: number, name: string): TacitError {
    return new TacitError('SQL_UNSUPPORTED', `${name} is not supported yet`, this.at(index));
  }
}

function isClause({ tokens }: Source, index: number): boolean {
  return isWord(tokens[index], 'WINDOW') && !isLabel(tokens, index);
}

/** Is this the OVER of `f(x) OVER name`? */
function namedOver({ tokens }: Source, index: number): boolean {
  const isOver = isWord(tokens[index], 'OVER') && isSymbol(tokens[index - 1], ')');
  return isOver && nameOf(tokens[index + 1]) !== undefined && !isSymbol(tokens[index + 2], '.');
}

function opensWindow({ tokens, role }: Source, index: number): boolean {
  return role[index] === 'call' && isWord(tokens[index - 1], 'OVER');
}

/** Words that start a window and no name of one. */
function isStart(token: Token | undefined): boolean {
  return /^(PARTITION|ROWS|RANGE|GROUPS)$/.test(wordOf(token));
}

function nameOf(token: Token | undefined): string | undefined {
  const isName = token?.kind === 'quoted' || (token?.kind === 'word' && isPlainName(token.text));
  return isName ? token.value.toLowerCase() : undefined;
}

/** Whether a window has ORDER BY, and whether it may have a frame. */
function contents(body: readonly Token[]): readonly [order: boolean, frame: boolean] {
  let depth = 0;
  let [order, frame] = [false, false];
  body.forEach((token, i) => {
    if (isSymbol(token, '(')) depth++;
    else if (isSymbol(token, ')')) depth--;
    else if (depth === 0 && !isLabel(body, i)) {
      order ||= isWord(token, 'ORDER');
      frame ||= /^(ROWS|RANGE|GROUPS)$/.test(wordOf(token));
    }
  });
  return [order, frame];
}
