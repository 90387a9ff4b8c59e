import { TacitError } from '../errors/tacit-error.ts';
import { isAggregate, takesOne } from './aggregates.ts';
import { isGroup, type Source, splitAtCommas } from './brackets.ts';
import { isReserved } from './keywords.ts';
import type { Raw } from './library.ts';
import { position } from './locate.ts';
import { type OperandReader, readExpression } from './normalise.ts';
import { clauseEnd, typeEnd } from './operand-end.ts';
import type { Expression, Query, TypeName } from './syntax.ts';
import { isSymbol, isWord, type Token, wordOf } from './token.ts';
import { readWindow } from './window.ts';

/** A position that is filled in later, when the tree is matched with the tokens. */
const AT = { line: 0, column: 0 };
/** Tokens [from, to). */
type Range = readonly [from: number, to: number];
/** Names that may stand in the tree, where they are printed without quotes. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads expressions of one statement: operators by the library, operands by their first token. */
export class ExpressionReader implements OperandReader {
  readonly known = new Map<string, Raw>();
  /** Tokens of nodes that hold more than expressions, parentheses that only group aside. */
  readonly extents = new WeakMap<object, number>();
  private readonly source: Source;
  private readonly readQuery: (from: number, to: number) => Query;

  /** `readQuery` reads the SELECT that tokens [from, to) are. */
  constructor(source: Source, readQuery: (from: number, to: number) => Query) {
    this.source = source;
    this.readQuery = readQuery;
  }

  query(from: number, to: number): Query {
    return this.sized(this.readQuery(from, to), from, to);
  }

  /** Notes how many tokens a node has. */
  sized<T extends object>(node: T, from: number, to: number): T {
    let count = 0;
    for (let i = from; i < to; i++) if (!isGroup(this.source, i)) count++;
    this.extents.set(node, count);
    return node;
  }

  /** The expression that starts at `from`, and the index behind it. Errors: as readExpression. */
  read(from: number, to: number): { readonly expression: Expression; readonly end: number } {
    return readExpression(this.source, from, to, this);
  }

  /** The expression that tokens [from, to) are. Errors: SQL_SYNTAX if more follows. */
  whole(from: number, to: number): Expression {
    const { expression, end } = this.read(from, to);
    if (end < to) throw this.unexpected(end, '; expected an operator');
    return expression;
  }

  list(from: number, to: number): Expression[] {
    return splitAtCommas(this.source, from, to).map(([start, end]) => this.whole(start, end));
  }

  operand(from: number, to: number): Expression {
    const token = this.source.tokens[from] as Token;
    switch (token.kind) {
      case 'number':
        return { kind: 'number', text: token.value, at: AT };
      case 'string':
        return { kind: 'string', value: token.value, at: AT };
      case 'parameter':
        return { kind: 'parameter', number: Number(token.value), at: AT };
      case 'symbol':
        if (this.source.role[from] !== 'query') return this.whole(from + 1, to - 1);
        return { kind: 'scalarQuery', query: this.query(from + 1, to - 1), at: AT };
      case 'quoted':
        if (this.source.role[from + 1] === 'call') {
          throw this.refuse(from, `the function ${token.text.slice(0, 40)}`);
        }
        return this.column(from, to);
      default:
        return this.word(from, to);
    }
  }

  /** The error for a token that does not continue what was read. */
  unexpected(index: number, hint = ''): TacitError {
    const found = this.source.tokens[index]?.text.slice(0, 40) ?? 'the end of the statement';
    const at = position(this.source, index);
    return new TacitError('SQL_SYNTAX', `${found} is unexpected here${hint}`, at);
  }

  private word(from: number, to: number): Expression {
    const { tokens, role } = this.source;
    const word = wordOf(tokens[from]);
    if (word === 'CASE') return this.case(from, to);
    if (word === 'NULL') return { kind: 'null', at: AT };
    if (word === 'TRUE' || word === 'FALSE') {
      return { kind: 'boolean', value: word === 'TRUE', at: AT };
    }
    const next = tokens[from + 1];
    if (word === 'INTERVAL' && to > from + 1 && !isSymbol(next, '.'))
      return this.interval(from, to);
    if ((word === 'DATE' || word === 'TIMESTAMP') && next?.kind === 'string') {
      return {
        kind: 'typed',
        type: word === 'DATE' ? 'date' : 'timestamp',
        value: next.value,
        at: AT,
      };
    }
    if (word === 'EXISTS' && role[from + 1] === 'query') {
      return { kind: 'exists', query: this.query(from + 2, to - 1), at: AT };
    }
    if (to === from + 1 || role[from + 1] !== 'call') return this.column(from, to);
    if (word === 'CAST' || word === 'TRY_CAST') return this.cast(from);
    return word === 'EXTRACT' ? this.extract(from) : this.call(from, to);
  }

  private column(from: number, to: number): Expression {
    const names = this.source.tokens.slice(from, to).filter((token) => !isSymbol(token, '.'));
    if (names.length > 2) throw this.refuse(from, 'a column name of more than two parts');
    const name = names.at(-1)?.value ?? '';
    const table = names.length > 1 ? names[0]?.value : undefined;
    return { kind: 'column', ...(table === undefined ? {} : { table }), name, at: AT };
  }

  private case(from: number, to: number): Expression {
    const end = to - 1;
    let cursor = from + 1;
    const next = () => {
      const { expression, end: behind } = this.read(cursor, end);
      cursor = behind;
      return expression;
    };
    const operand = this.isWord(cursor, 'WHEN') ? undefined : next();
    const branches: { when: Expression; then: Expression }[] = [];
    while (this.isWord(cursor, 'WHEN')) {
      cursor++;
      const when = next();
      this.demand(cursor++, 'THEN');
      branches.push({ when, then: next() });
    }
    if (branches.length === 0) throw this.unexpected(cursor, '; expected WHEN');
    let otherwise: Expression | undefined;
    if (this.isWord(cursor, 'ELSE')) {
      cursor++;
      otherwise = next();
    }
    if (cursor !== end) throw this.unexpected(cursor, '; expected WHEN, ELSE or END');
    return {
      kind: 'case',
      ...(operand ? { operand } : {}),
      branches,
      ...(otherwise ? { otherwise } : {}),
      at: AT,
    };
  }

  private interval(from: number, to: number): Expression {
    const { tokens, partner } = this.source;
    const close = partner[from + 1] as number;
    const end = close > from ? close + 1 : from + 2;
    const amount = close > from ? this.whole(from + 2, close) : this.operand(from + 1, from + 2);
    const unit = end < to ? { unit: wordOf(tokens[end]).toLowerCase() } : {};
    if (amount.kind === 'number') {
      return { kind: 'interval', text: amount.text, bare: true, ...unit, at: AT };
    }
    if (amount.kind !== 'string') {
      throw this.refuse(from, 'INTERVAL of anything but a number or a string');
    }
    return { kind: 'interval', text: amount.value, ...unit, at: AT };
  }

  private cast(from: number): Expression {
    const { partner, tokens } = this.source;
    const close = partner[from + 1] as number;
    const { expression: operand, end } = this.read(from + 2, close);
    this.demand(end, 'AS');
    const behind = typeEnd(this.source, end + 1, close);
    if (behind === end + 1) throw this.unexpected(behind, '; expected the name of a type');
    if (behind < close) throw this.unexpected(behind);
    const type = this.type(end + 1, behind);
    return { kind: 'cast', operand, type, tryCast: isWord(tokens[from], 'TRY_CAST'), at: AT };
  }

  private type(from: number, to: number): TypeName {
    const { tokens, role } = this.source;
    const name = (tokens[from] as Token).text;
    const word = PLAIN_NAME.test(name) && !isReserved(name);
    const plain = word && (to === from + 1 || role[from + 1] === 'call');
    if (!plain) throw this.refuse(from, 'a type of this form');
    const parts = to === from + 1 ? [] : splitAtCommas(this.source, from + 2, to - 1);
    const sizes = parts.map(([start, end]) => {
      const token = tokens[start];
      if (end !== start + 1 || token?.kind !== 'number' || !/^\d{1,9}$/.test(token.text)) {
        throw this.refuse(from, 'a type with arguments that are no numbers');
      }
      return Number(token.text);
    });
    return { name: name.toUpperCase(), arguments: sizes };
  }

  private extract(from: number): Expression {
    const { tokens, partner } = this.source;
    const field = tokens[from + 2] as Token;
    if (field.kind !== 'word' || !PLAIN_NAME.test(field.text)) {
      throw this.refuse(from, 'EXTRACT without the bare name of a field');
    }
    this.demand(from + 3, 'FROM');
    const operand = this.whole(from + 4, partner[from + 1] as number);
    return { kind: 'extract', field: field.text.toLowerCase(), operand, at: AT };
  }

  private call(from: number, to: number): Expression {
    const { tokens, partner } = this.source;
    const text = (tokens[from] as Token).text;
    if (!PLAIN_NAME.test(text)) throw this.refuse(from, `the function ${text.slice(0, 40)}`);
    if (/^(ROLLUP|CUBE|COLUMNS|ROW)$/i.test(text)) throw this.refuse(from, text.toUpperCase());
    const name = text.toLowerCase();
    const close = partner[from + 1] as number;
    const within = clauseEnd(this.source, close + 1, to, ['WITHIN', 'GROUP']);
    const filtered = clauseEnd(this.source, within, to, ['FILTER']);
    const filter = filtered > within ? this.filter(within) : {};
    const ordered = within > close + 1 ? ([close + 4, within - 1] as const) : undefined;
    const quantile = this.quantile(name, [from + 2, close], ordered, filter);
    if (filtered < to) {
      if (quantile || ordered) throw this.refuse(filtered, `${name.toUpperCase()} OVER`);
      return this.window(name, [from + 2, close], filter, [filtered + 2, to - 1]);
    }
    // ASC inside is optional, so that the tree does not say how many tokens it has.
    if (quantile) return this.sized(quantile, from, to);
    if (ordered) throw this.refuse(close + 1, 'WITHIN GROUP here');
    const star = isSymbol(tokens[from + 2], '*') && close === from + 3;
    if (star && name === 'count') return { kind: 'countStar', ...filter, at: AT };
    if (star) throw this.refuse(from + 2, `${name.toUpperCase()}(*)`);
    const distinct = isWord(tokens[from + 2], 'DISTINCT');
    const first = from + (distinct ? 3 : 2);
    const operands = first === close && !distinct ? [] : this.list(first, close);
    const [operand] = operands;
    if (operand && operands.length === 1 && isAggregate(name)) {
      return { kind: 'aggregate', fn: name, operand, distinct, ...filter, at: AT };
    }
    if (distinct) throw this.refuse(from + 2, `DISTINCT inside this call of ${name.toUpperCase()}`);
    if (filter.filter) {
      throw this.refuse(close + 1, `FILTER after this call of ${name.toUpperCase()}`);
    }
    if (takesOne(name)) {
      throw this.refuse(from, `${name.toUpperCase()} with ${operands.length} arguments`);
    }
    return { kind: 'call', name, operands, at: AT };
  }

  /** MEDIAN(x), QUANTILE_CONT(x, f) and their like, PERCENTILE_CONT(f) WITHIN GROUP (ORDER BY x). */
  private quantile(
    name: string,
    [from, to]: Range,
    ordered: Range | undefined,
    filter: { readonly filter?: Expression },
  ): Expression | undefined {
    const form = /_disc$|^quantile$/.test(name) ? 'disc' : 'cont';
    const base = { kind: 'quantile', form, ...filter, written: name, at: AT } as const;
    if (/^percentile_(cont|disc)$/.test(name)) {
      if (ordered === undefined) {
        throw this.refuse(from - 2, `${name.toUpperCase()} without WITHIN GROUP`);
      }
      this.demand(ordered[0], 'ORDER');
      this.demand(ordered[0] + 1, 'BY');
      const { expression, end } = this.read(ordered[0] + 2, ordered[1]);
      const descending = this.isWord(end, 'DESC');
      const rest = descending || this.isWord(end, 'ASC') ? end + 1 : end;
      if (rest < ordered[1]) throw this.unexpected(rest);
      return { ...base, operand: expression, fraction: this.whole(from, to), descending };
    }
    if (ordered !== undefined || this.isWord(from, 'DISTINCT')) return undefined;
    if (name === 'median' && from < to) {
      // It stands nowhere in the text.
      const { at } = this.source.tokens[from - 2] as Token;
      const fraction = { kind: 'number', text: '0.5', at } as const;
      const [operand, more] = this.list(from, to);
      if (operand === undefined || more !== undefined) return undefined;
      return { ...base, operand, fraction, descending: false };
    }
    if (!/^quantile(_cont|_disc)?$/.test(name) || from === to) return undefined;
    const [operand, fraction, more] = this.list(from, to);
    if (operand === undefined || fraction === undefined || more !== undefined) return undefined;
    return { ...base, operand, fraction, descending: false };
  }

  /** A call with OVER (…). */
  private window(
    fn: string,
    [from, to]: Range,
    filter: { readonly filter?: Expression },
    over: Range,
  ): Expression {
    const star = isSymbol(this.source.tokens[from], '*') && to === from + 1;
    if (star && fn !== 'count') throw this.refuse(from, `${fn.toUpperCase()}(*)`);
    if (this.isWord(from, 'DISTINCT')) {
      throw this.refuse(from, `DISTINCT inside ${fn.toUpperCase()} OVER`);
    }
    const operands = star || from === to ? [] : this.list(from, to);
    if (fn === 'count' && !star && operands.length === 0) {
      throw this.refuse(from - 2, 'COUNT() without an argument');
    }
    const { partitionBy, orderBy, frame } = readWindow(this.source, this, ...over);
    const node: Expression = {
      ...{ kind: 'window', fn, operands, ...filter, partitionBy, orderBy, at: AT },
      ...(frame && { frame }),
    };
    return node;
  }

  /** FILTER (WHERE …) at `from`. */
  private filter(from: number): { readonly filter?: Expression } {
    const close = this.source.partner[from + 1] as number;
    this.demand(from + 2, 'WHERE');
    return { filter: this.whole(from + 3, close) };
  }

  private isWord(index: number, word: string): boolean {
    return isWord(this.source.tokens[index], word);
  }

  private demand(index: number, word: string): void {
    if (!this.isWord(index, word)) throw this.unexpected(index, `; expected ${word}`);
  }

  private refuse(index: number, name: string): TacitError {
    const at = position(this.source, index);
    return new TacitError('SQL_UNSUPPORTED', `${name} is not supported yet`, at);
  }
}
