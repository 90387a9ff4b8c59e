import { TacitError } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';
import { position } from './locate.ts';
import type { Expression, FrameBound, OrderItem, WindowFrame } from './syntax.ts';
import { isSymbol, isWord, wordOf } from './token.ts';

const AT = { line: 0, column: 0 };

/** Reads expressions inside a window. */
interface Reader {
  read(from: number, to: number): { readonly expression: Expression; readonly end: number };
  sized<T extends object>(node: T, from: number, to: number): T;
  unexpected(index: number, hint?: string): TacitError;
}

/** What stands between the parentheses of OVER. */
export interface WindowClause {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: WindowFrame;
}

/** Reads tokens [from, to): PARTITION BY, ORDER BY and a frame, each optional. */
export function readWindow(source: Source, reader: Reader, from: number, to: number): WindowClause {
  const window = new WindowReader(source, reader, from, to);
  return window.clause();
}

/** Reads `x [ASC | DESC] [NULLS FIRST | LAST]` at `from`, and says where it ends. */
export function readOrderItem(
  source: Source,
  reader: Reader,
  from: number,
  to: number,
): { readonly item: OrderItem; readonly end: number } {
  const { expression, end } = reader.read(from, to);
  const is = (index: number, word: string) => index < to && isWord(source.tokens[index], word);
  const descending = is(end, 'DESC');
  const next = descending || is(end, 'ASC') ? end + 1 : end;
  if (!is(next, 'NULLS')) {
    return { item: reader.sized({ expression, descending, at: AT }, from, next), end: next };
  }
  const first = is(next + 1, 'FIRST');
  if (!first && !is(next + 1, 'LAST')) {
    throw reader.unexpected(next + 1, '; expected FIRST or LAST');
  }
  const nulls = first ? 'first' : 'last';
  const item = { expression, descending, nulls, at: AT } as const;
  return { item: reader.sized(item, from, next + 2), end: next + 2 };
}

class WindowReader {
  private readonly source: Source;
  private readonly reader: Reader;
  private cursor: number;
  private readonly to: number;

  constructor(source: Source, reader: Reader, from: number, to: number) {
    this.source = source;
    this.reader = reader;
    this.cursor = from;
    this.to = to;
  }

  clause(): WindowClause {
    const partitionBy = this.words('PARTITION') ? this.commas(() => this.expression()) : [];
    const orderBy = this.words('ORDER') ? this.commas(() => this.orderItem()) : [];
    const frame = this.frame();
    if (this.cursor < this.to) throw this.reader.unexpected(this.cursor);
    return { partitionBy, orderBy, ...(frame && { frame }) };
  }

  private frame(): WindowFrame | undefined {
    const from = this.cursor;
    const unit = (['rows', 'range', 'groups'] as const).find((each) =>
      this.word(each.toUpperCase()),
    );
    if (unit === undefined) return undefined;
    if (!this.word('BETWEEN')) {
      const start = this.bound();
      const end = { kind: 'current' } as const;
      if (this.word('EXCLUDE')) throw this.refuse('EXCLUDE');
      return this.sized({ unit, start, end, short: true, at: AT }, from);
    }
    const start = this.bound();
    if (!this.word('AND')) throw this.reader.unexpected(this.cursor, '; expected AND');
    const frame = { unit, start, end: this.bound(), at: AT };
    if (this.word('EXCLUDE')) throw this.refuse('EXCLUDE');
    return this.sized(frame, from);
  }

  private sized(frame: WindowFrame, from: number): WindowFrame {
    return this.reader.sized(frame, from, this.cursor);
  }

  private bound(): FrameBound {
    if (this.word('CURRENT')) {
      if (!this.word('ROW')) throw this.reader.unexpected(this.cursor, '; expected ROW');
      return { kind: 'current' };
    }
    if (this.word('UNBOUNDED')) return { kind: 'unbounded', direction: this.direction() };
    const count = this.count();
    return { kind: 'offset', direction: this.direction(), count };
  }

  /** A number, without operators: AND ends it. */
  private count(): Expression {
    const { kind } = this.source.tokens[this.cursor] ?? {};
    const isAlone = this.source.tokens[this.cursor + 1]?.kind !== 'symbol';
    if ((kind !== 'number' && kind !== 'parameter') || !isAlone) {
      throw this.refuse('a frame with anything but a number of rows');
    }
    return this.take(this.cursor + 1);
  }

  private direction(): 'preceding' | 'following' {
    if (this.word('PRECEDING')) return 'preceding';
    if (this.word('FOLLOWING')) return 'following';
    throw this.reader.unexpected(this.cursor, '; expected PRECEDING or FOLLOWING');
  }

  private expression(): Expression {
    return this.take(this.to);
  }

  private take(to: number): Expression {
    const { expression, end } = this.reader.read(this.cursor, to);
    this.cursor = end;
    return expression;
  }

  private orderItem(): OrderItem {
    const { item, end } = readOrderItem(this.source, this.reader, this.cursor, this.to);
    this.cursor = end;
    return item;
  }

  private commas<T>(read: () => T): T[] {
    const parts = [read()];
    while (this.cursor < this.to && isSymbol(this.source.tokens[this.cursor], ',')) {
      this.cursor++;
      parts.push(read());
    }
    return parts;
  }

  /** The word and BY. */
  private words(first: string): boolean {
    if (!this.word(first)) return false;
    if (!this.word('BY')) throw this.reader.unexpected(this.cursor, '; expected BY');
    return true;
  }

  private word(word: string): boolean {
    if (this.cursor >= this.to || wordOf(this.source.tokens[this.cursor]) !== word) return false;
    this.cursor++;
    return true;
  }

  private refuse(name: string): TacitError {
    const at = position(this.source, this.cursor - (name === 'EXCLUDE' ? 1 : 0));
    return new TacitError('SQL_UNSUPPORTED', `${name} is not supported yet`, at);
  }
}
