import { TacitError } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';
import { isKeyword, isPlainName } from './keywords.ts';
import { position } from './locate.ts';
import { ExpressionReader } from './operand.ts';
import type {
  CommonTable,
  DerivedTable,
  Expression,
  OrderItem,
  SelectItem,
  SelectStatement,
  Star,
  TableReference,
} from './syntax.ts';
import { isSymbol, isWord, type Token } from './token.ts';

const AT = { line: 0, column: 0 };

/**
 * Reads the SELECT, with or without WITH, that tokens [from, to) are; positions are still unset.
 * Errors: SQL_SYNTAX, SQL_UNSUPPORTED, SQL_TOO_LARGE.
 */
export function readQuery(source: Source, from: number, to: number): SelectStatement {
  return new QueryReader(source, new ExpressionReader(source), from, to).query();
}

class QueryReader {
  private readonly source: Source;
  private readonly expressions: ExpressionReader;
  private cursor: number;
  private readonly to: number;

  constructor(source: Source, expressions: ExpressionReader, from: number, to: number) {
    this.source = source;
    this.expressions = expressions;
    this.cursor = from;
    this.to = to;
  }

  query(): SelectStatement {
    const common = this.word('WITH') ? this.commas(() => this.common()) : [];
    if (!this.word('SELECT')) throw this.unexpected('; expected SELECT');
    const distinct = this.word('DISTINCT');
    const items = this.commas(() => this.item());
    const from = this.word('FROM') ? this.from() : undefined;
    const where = this.word('WHERE') ? this.expression() : undefined;
    const groupBy = this.words('GROUP', 'BY') ? this.groupKeys() : [];
    const having = this.word('HAVING') ? this.expression() : undefined;
    const orderBy = this.words('ORDER', 'BY') ? this.commas(() => this.orderItem()) : [];
    const limit = this.word('LIMIT') ? this.expression() : undefined;
    const offset = this.word('OFFSET') ? this.expression() : undefined;
    if (this.cursor < this.to) throw this.unexpected();
    return {
      kind: 'select',
      with: common,
      distinct,
      items,
      ...(from ? { from } : {}),
      ...(where ? { where } : {}),
      groupBy,
      ...(having ? { having } : {}),
      orderBy,
      ...(limit ? { limit } : {}),
      ...(offset ? { offset } : {}),
      at: AT,
    };
  }

  private common(): CommonTable {
    const name = this.name('a name');
    const columns = this.columns();
    if (!this.word('AS')) throw this.unexpected('; expected AS');
    const select = this.nested();
    return { name, ...(columns ? { columns } : {}), select, at: AT };
  }

  private item(): SelectItem | Star {
    const table = this.starTable();
    if (table !== undefined) return { kind: 'star', ...(table === '' ? {} : { table }), at: AT };
    const expression = this.expression();
    if (this.word('AS')) return { expression, alias: this.label(), at: AT };
    const bare = this.token();
    if (!bare || (bare.kind !== 'quoted' && (bare.kind !== 'word' || isKeyword(bare.text)))) {
      return { expression, at: AT };
    }
    this.cursor++;
    return { expression, alias: bare.value, at: AT };
  }

  /** The table of `t.*`, '' for `*`, undefined for anything else. */
  private starTable(): string | undefined {
    const [first, dot, last] = this.source.tokens.slice(this.cursor, this.to);
    if (isSymbol(first, '*')) {
      this.cursor++;
      return '';
    }
    if (!isName(first) || !isSymbol(dot, '.') || !isSymbol(last, '*')) return undefined;
    this.cursor += 3;
    return first?.value;
  }

  private from(): TableReference | DerivedTable {
    if (this.source.role[this.cursor] === 'query' && this.cursor < this.to) {
      const select = this.nested();
      const alias = this.alias();
      const columns = alias.alias === undefined ? undefined : this.columns();
      return { select, ...alias, ...(columns ? { columns } : {}), at: AT };
    }
    const name = this.name('a table');
    return { name, ...this.alias(), at: AT };
  }

  private groupKeys(): Expression[] | 'all' {
    return this.word('ALL') ? 'all' : this.commas(() => this.expression());
  }

  private orderItem(): OrderItem {
    const expression = this.expression();
    const descending = this.word('DESC');
    if (!descending) this.word('ASC');
    if (!this.word('NULLS')) return { expression, descending, at: AT };
    const first = this.word('FIRST');
    if (!first && !this.word('LAST')) throw this.unexpected('; expected FIRST or LAST');
    return { expression, descending, nulls: first ? 'first' : 'last', at: AT };
  }

  /** A SELECT in parentheses. */
  private nested(): SelectStatement {
    const open = this.cursor;
    const close = this.source.partner[open] as number;
    if (!isSymbol(this.token(), '(') || open >= this.to) {
      throw this.unexpected('; expected ( and a SELECT');
    }
    this.cursor = close + 1;
    return new QueryReader(this.source, this.expressions, open + 1, close).query();
  }

  /** The alias of a table, with or without AS. */
  private alias(): { readonly alias?: string } {
    if (!this.word('AS') && !isName(this.token())) return {};
    return { alias: this.name('a name') };
  }

  /** Names in parentheses behind a name, if there are any. */
  private columns(): string[] | undefined {
    if (!isSymbol(this.token(), '(')) return undefined;
    this.cursor++;
    const names = this.commas(() => this.name('the name of a column'));
    if (!isSymbol(this.token(), ')')) throw this.unexpected();
    this.cursor++;
    return names;
  }

  /** The name of a table or column. */
  private name(wanted: string): string {
    const token = this.token();
    if (!token || !isName(token)) throw this.unexpected(`; expected ${wanted}`);
    this.cursor++;
    return token.value;
  }

  /** Any word, also a keyword. */
  private label(): string {
    const token = this.token();
    if (token?.kind !== 'word' && token?.kind !== 'quoted') {
      throw this.unexpected('; expected a name');
    }
    this.cursor++;
    return token.value;
  }

  private commas<T>(read: () => T): T[] {
    const parts = [read()];
    while (isSymbol(this.token(), ',')) {
      this.cursor++;
      // DuckDB takes a trailing comma; this dialect does not.
      parts.push(read());
    }
    return parts;
  }

  private expression(): Expression {
    const { expression, end } = this.expressions.read(this.cursor, this.to);
    this.cursor = end;
    return expression;
  }

  private word(word: string): boolean {
    if (!isWord(this.token(), word)) return false;
    this.cursor++;
    return true;
  }

  private words(first: string, second: string): boolean {
    if (!this.word(first)) return false;
    if (!this.word(second)) throw this.unexpected(`; expected ${second}`);
    return true;
  }

  private token(): Token | undefined {
    return this.cursor < this.to ? this.source.tokens[this.cursor] : undefined;
  }

  private unexpected(hint = ''): TacitError {
    if (this.token() !== undefined) return this.expressions.unexpected(this.cursor, hint);
    const at = position(this.source, this.cursor);
    return new TacitError('SQL_SYNTAX', `the statement is incomplete${hint}`, at);
  }
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'quoted' || (token?.kind === 'word' && isPlainName(token.text));
}
