import { TacitError } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';
import { type FromReader, readFrom, readJoins } from './from.ts';
import { isKeyword, isPlainName } from './keywords.ts';
import { MAX_DEPTH } from './limits.ts';
import { position } from './locate.ts';
import { ExpressionReader } from './operand.ts';
import type {
  CommonTable,
  Expression,
  FromItem,
  OrderItem,
  Query,
  SelectItem,
  SelectStatement,
  SetOperation,
  Star,
} from './syntax.ts';
import { isSymbol, isWord, type Token } from './token.ts';
import { readOrderItem } from './window.ts';

const AT = { line: 0, column: 0 };

/**
 * Reads the query, with or without WITH, that tokens [from, to) are; positions are still unset. `extents` says how many tokens
 * nodes have that hold more than expressions.
 * Errors: SQL_SYNTAX, SQL_UNSUPPORTED, SQL_TOO_LARGE.
 */
export function readQuery(
  source: Source,
  from: number,
  to: number,
): { readonly query: Query; readonly extents: WeakMap<object, number> } {
  const expressions: ExpressionReader = new ExpressionReader(source, (start, end) =>
    new QueryReader(source, expressions, start, end).query(),
  );
  const query = new QueryReader(source, expressions, from, to).query();
  return { query, extents: expressions.extents };
}

type Clauses = Pick<SelectStatement, 'orderBy' | 'limit' | 'offset'>;

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

  query(): Query {
    const common = this.word('WITH') ? this.commas(() => this.common()) : [];
    const body = this.union();
    const clauses = this.clauses();
    if (this.cursor < this.to) throw this.unexpected();
    if (body.enclosed === true) throw this.refuse('a query in parentheses here');
    return { ...body, with: common, ...clauses };
  }

  /** UNION and EXCEPT associate to the left. */
  private union(): Query {
    let left = this.intersect();
    for (let count = 1; ; count++) {
      const op = this.word('UNION') ? 'union' : this.word('EXCEPT') ? 'except' : undefined;
      if (op === undefined) return left;
      if (count > MAX_DEPTH) throw tooMany();
      left = this.operation(op, left, () => this.intersect());
    }
  }

  private intersect(): Query {
    let left = this.side();
    for (let count = 1; this.word('INTERSECT'); count++) {
      if (count > MAX_DEPTH) throw tooMany();
      left = this.operation('intersect', left, () => this.side());
    }
    return left;
  }

  private operation(op: SetOperation['op'], left: Query, read: () => Query): SetOperation {
    const all = this.word('ALL');
    if (!all) this.word('DISTINCT');
    const right = read();
    return { kind: 'setOperation', op, all, with: [], left, right, orderBy: [], at: AT };
  }

  /** A SELECT without ORDER BY and LIMIT, or a query in parentheses. */
  private side(): Query {
    if (this.source.role[this.cursor] !== 'query' || this.cursor >= this.to) return this.select();
    return { ...this.nested(), enclosed: true };
  }

  private clauses(): Clauses {
    const orderBy = this.words('ORDER', 'BY') ? this.commas(() => this.orderItem()) : [];
    const limit = this.word('LIMIT') ? this.expression() : undefined;
    const offset = this.word('OFFSET') ? this.expression() : undefined;
    return { orderBy, ...(limit ? { limit } : {}), ...(offset ? { offset } : {}) };
  }

  private select(): SelectStatement {
    const hints = this.token()?.hints;
    if (!this.word('SELECT')) throw this.unexpected('; expected SELECT');
    const distinct = this.word('DISTINCT');
    const items = this.commas(() => this.item());
    const from = this.word('FROM') ? readFrom(this.fromReader()) : undefined;
    const where = this.word('WHERE') ? this.expression() : undefined;
    const groupBy = this.words('GROUP', 'BY') ? this.groupKeys() : [];
    const having = this.word('HAVING') ? this.expression() : undefined;
    return {
      kind: 'select',
      ...(hints ? { hints } : {}),
      with: [],
      distinct,
      items,
      ...(from ? { from } : {}),
      ...(where ? { where } : {}),
      groupBy,
      ...(having ? { having } : {}),
      orderBy: [],
      at: AT,
    };
  }

  private fromReader(): FromReader {
    return {
      source: () => this.fromSource(),
      comma: () => {
        const isComma = isSymbol(this.token(), ',');
        if (isComma) this.cursor++;
        return isComma;
      },
      word: (word) => this.word(word),
      condition: () => this.expression(),
      names: () => this.columns(),
      place: () => this.cursor,
      sized: (node, from) => this.expressions.sized(node, from, this.cursor),
      unexpected: (hint) => this.unexpected(hint),
      refuse: (name, index) => this.refuse(name, index),
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

  private fromSource(): FromItem {
    if (this.cursor < this.to && this.source.role[this.cursor] === 'query') {
      const select = this.nested();
      const alias = this.alias();
      const columns = alias.alias === undefined ? undefined : this.columns();
      return { select, ...alias, ...(columns ? { columns } : {}), at: AT };
    }
    if (isSymbol(this.token(), '(')) {
      this.cursor++;
      const joins = readJoins(this.fromReader());
      if (!('kind' in joins)) throw this.refuse('a table in parentheses');
      if (!isSymbol(this.token(), ')')) throw this.unexpected();
      this.cursor++;
      const isNamed = isWord(this.token(), 'AS') || isName(this.token());
      if (isNamed) throw this.refuse('an alias of joined tables', this.cursor);
      return joins;
    }
    const name = this.name('a table');
    return { name, ...this.alias(), at: AT };
  }

  private groupKeys(): Expression[] | 'all' {
    return this.word('ALL') ? 'all' : this.commas(() => this.expression());
  }

  private orderItem(): OrderItem {
    const { source, expressions, cursor, to } = this;
    const { item, end } = readOrderItem(source, expressions, cursor, to);
    this.cursor = end;
    return item;
  }

  /** A SELECT in parentheses. */
  private nested(): Query {
    const open = this.cursor;
    const close = this.source.partner[open] as number;
    if (!isSymbol(this.token(), '(') || open >= this.to) {
      throw this.unexpected('; expected ( and a SELECT');
    }
    this.cursor = close + 1;
    return this.expressions.query(open + 1, close);
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

  /** For what was read last, or another token. */
  private refuse(name: string, index = Math.max(0, this.cursor - 1)): TacitError {
    const at = position(this.source, index);
    return new TacitError('SQL_UNSUPPORTED', `${name} is not supported yet`, at);
  }

  private unexpected(hint = ''): TacitError {
    if (this.token() !== undefined) return this.expressions.unexpected(this.cursor, hint);
    const at = position(this.source, this.cursor);
    return new TacitError('SQL_SYNTAX', `the statement is incomplete${hint}`, at);
  }
}

function tooMany(): TacitError {
  const message = `more than ${MAX_DEPTH} queries follow each other in set operations; split them`;
  return new TacitError('SQL_TOO_LARGE', message);
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'quoted' || (token?.kind === 'word' && isPlainName(token.text));
}
