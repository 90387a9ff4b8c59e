import { type Position, TacitError } from '../errors/tacit-error.ts';
import { isGroup, type Source } from './brackets.ts';
import { layoutExpression, layoutPart, layoutQuery, type Part, type Piece } from './layout.ts';
import { MAX_DEPTH } from './limits.ts';
import { levelOf, tooDeep } from './precedence.ts';
import type { Expression, Query } from './syntax.ts';
import { isSymbol, isWord, type Token } from './token.ts';

/**
 * The token account: walks the tree and the statement's tokens [from, to) together and fills in
 * every node's position. Each token must be explained by the tree and stand where the tree says;
 * only AS before an alias and ASC may be missing, letter case of keywords is free, `!=` is `<>`.
 * Parentheses that only group must surround exactly one node, and every node that would bind
 * otherwise without them must have them. So whatever the library dropped or misread ends here.
 * `extents` are the numbers of tokens of nodes that hold more than expressions.
 * Errors: SQL_UNSUPPORTED at the first token that is not explained; SQL_TOO_LARGE.
 */
export function settle(
  query: Query,
  source: Source,
  from: number,
  to: number,
  extents: WeakMap<object, number>,
): void {
  const account = new Account(source, from, to, extents);
  account.walkStatement(query);
}

class Account {
  private readonly source: Source;
  private readonly end: number;
  private cursor: number;
  /** Number of tokens before an index that do more than group. */
  private readonly weight: number[];
  private readonly sizes = new WeakMap<Expression, number>();
  private readonly extents: WeakMap<object, number>;

  constructor(source: Source, from: number, to: number, extents: WeakMap<object, number>) {
    this.extents = extents;
    this.source = source;
    this.cursor = from;
    this.end = to;
    this.weight = [0];
    source.tokens.forEach((_, i) => {
      this.weight.push((this.weight[i] as number) + (isGroup(source, i) ? 0 : 1));
    });
  }

  walkStatement(query: Query): void {
    this.walkQuery(query);
    if (this.cursor < this.end) throw this.refuse();
  }

  private walkQuery(query: Query): void {
    place(query, this.token());
    for (const piece of layoutQuery(query)) this.walkPiece(piece, 0);
  }

  /** A join may stand in parentheses; one that would be read otherwise without them must. */
  private walkPart(part: Part, enclosed: boolean): void {
    const start = this.cursor;
    const size = 'kind' in part && part.kind === 'join' ? this.extents.get(part) : undefined;
    while (size !== undefined && this.opensGroup(size)) this.cursor++;
    const groups = this.cursor - start;
    place(part, this.token());
    for (const piece of layoutPart(part)) this.walkPiece(piece, 0);
    for (let i = 0; i < groups; i++) this.walkSymbol(')');
    if (enclosed && groups === 0) throw this.refuse();
  }

  private walkExpression(node: Expression, level: number, depth: number): void {
    if (depth > MAX_DEPTH) throw tooDeep();
    const start = this.cursor;
    while (this.opensGroup(this.size(node))) this.cursor++;
    const groups = this.cursor - start;
    place(node, this.token());
    layoutExpression(node).forEach((piece, index) => {
      this.walkPiece(piece, depth + 1, index === 0);
    });
    for (let i = 0; i < groups; i++) this.walkSymbol(')');
    if (groups === 0 && levelOf(node) < level) throw new Ungrouped();
  }

  private walkPiece(piece: Piece, depth: number, leads = false): void {
    const token = this.token();
    switch (piece.kind) {
      case 'child':
        this.walkChild(piece.expression, piece.level, depth, leads);
        break;
      case 'part':
        this.walkPart(piece.part, piece.enclosed === true);
        break;
      case 'select':
        this.walkQuery(piece.select);
        break;
      case 'word':
        if (isWord(token, piece.word)) this.cursor++;
        else if (!piece.optional) throw this.refuse();
        break;
      case 'symbol':
      case 'bracket':
        this.walkSymbol(piece.symbol);
        break;
      case 'name':
        this.expect(token?.kind === 'word' || token?.kind === 'quoted', piece.name);
        break;
      case 'hints':
        if (this.source.tokens[this.cursor - 1]?.hints !== piece.hints) throw this.refuse();
        break;
      case 'literal':
        this.expect(token?.kind === piece.type, piece.text);
        break;
    }
  }

  /** Reports a child without the parentheses it needs: at the operator after it, or at itself. */
  private walkChild(node: Expression, level: number, depth: number, leads: boolean): void {
    const start = this.cursor;
    try {
      this.walkExpression(node, level, depth);
    } catch (error) {
      if (!(error instanceof Ungrouped)) throw error;
      const token = this.source.tokens[leads ? this.cursor : start];
      const message = leads
        ? `what stands before ${show(token)} needs parentheses`
        : `the operand that starts with ${show(token)} needs parentheses`;
      throw new TacitError('SQL_UNSUPPORTED', message, token?.at);
    }
  }

  private walkSymbol(symbol: string): void {
    const token = this.token();
    if (!isSymbol(token, symbol) && !(symbol === '<>' && isSymbol(token, '!='))) {
      throw this.refuse();
    }
    this.cursor++;
  }

  private expect(kindFits: boolean, value: string): void {
    if (!kindFits || this.token()?.value !== value) throw this.refuse();
    this.cursor++;
  }

  /** True if the cursor is at a grouping parenthesis around as many tokens, those that group aside. */
  private opensGroup(size: number): boolean {
    const close = this.source.partner[this.cursor] as number;
    if (close < this.cursor || !isGroup(this.source, this.cursor)) return false;
    return (this.weight[close] as number) - (this.weight[this.cursor] as number) === size;
  }

  /** Tokens of a node, grouping parentheses aside. */
  private size(node: Expression): number {
    const known = this.sizes.get(node) ?? this.extents.get(node);
    if (known !== undefined) return known;
    let size = 0;
    for (const piece of layoutExpression(node)) {
      size += this.pieceSize(piece);
    }
    this.sizes.set(node, size);
    return size;
  }

  private pieceSize(piece: Piece): number {
    switch (piece.kind) {
      case 'child':
        return this.size(piece.expression);
      case 'select':
        return this.extents.get(piece.select) ?? 0;
      case 'part':
        return this.extents.get(piece.part) ?? 0;
      default:
        // An optional word stands in nodes with known extents only.
        return 1;
    }
  }

  private token(): Token | undefined {
    return this.cursor < this.end ? this.source.tokens[this.cursor] : undefined;
  }

  private refuse(): TacitError {
    const token = this.token();
    const message = `${show(token)} is not supported here yet`;
    return new TacitError('SQL_UNSUPPORTED', message, (token ?? this.source.tokens.at(-1))?.at);
  }
}

/** Internal: a child binds too loosely for its place and has no parentheses. */
class Ungrouped extends Error {}

/** Sets the position of a node that was built a moment ago and that nobody else has seen. */
function place(node: { readonly at: Position }, token: Token | undefined): void {
  if (token) (node as { at: Position }).at = token.at;
}

function show(token: Token | undefined): string {
  return token ? token.text.slice(0, 40) : 'the end of the statement';
}
