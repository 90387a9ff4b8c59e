import { printHints } from './hints.ts';
import { printIdentifier } from './keywords.ts';
import { layoutExpression, layoutPart, layoutQuery, type Piece } from './layout.ts';
import { LEVEL, levelOf } from './precedence.ts';
import type { Command, Expression, Query } from './syntax.ts';

/**
 * Canonical SQL of an expression or statement: every compound subexpression in parentheses, names
 * quoted where DuckDB needs it. Reading it again gives the same tree, positions aside.
 */
export function print(value: Expression | Query): string {
  return value.kind === 'select' || value.kind === 'setOperation'
    ? write(layoutQuery(value), isCompound)
    : write(layoutExpression(value), isCompound);
}

/**
 * Canonical SQL of a statement without EXPLAIN: equal for texts that differ only in blanks,
 * comments, letter case of keywords, parentheses and spelling. A key for prepared programs, with
 * the number and types of its parameters.
 */
export function normalisedSql(statement: Command): string {
  if ('check' in statement) return `CHECK TABLE ${printIdentifier(statement.check.name)}`;
  return print(statement.select);
}

/** SQL of an expression for people, with as few parentheses as possible: `SUM(a * (b + 1))`. */
export function label(expression: Expression): string {
  return write(layoutExpression(expression), (child, level) => levelOf(child) < level);
}

type Wraps = (child: Expression, level: number) => boolean;

function isCompound(child: Expression): boolean {
  return levelOf(child) < LEVEL.atom;
}

function write(pieces: readonly Piece[], wraps: Wraps): string {
  let text = '';
  let glue = true;
  const sign = pieces[0]?.kind === 'symbol';
  pieces.forEach((piece, index) => {
    const next = writePiece(piece, wraps);
    if (next === '') return;
    const tight = glue || (piece.kind === 'bracket' && piece.tight) || next === ',' || next === '.';
    // Two signs in a row would start a comment.
    text += tight && !(text.endsWith('-') && next.startsWith('-')) ? next : ` ${next}`;
    glue = next === '(' || next === '.' || (sign && index === 0);
  });
  return text;
}

function writePiece(piece: Piece, wraps: Wraps): string {
  switch (piece.kind) {
    case 'word':
      return piece.optional && piece.word !== 'AS' ? '' : piece.word;
    case 'symbol':
    case 'bracket':
      return piece.symbol;
    case 'name':
      return printIdentifier(piece.name);
    case 'literal':
      if (piece.type === 'string') return printString(piece.text);
      return piece.type === 'number' ? piece.text : `$${piece.text}`;
    case 'part': {
      const text = write(layoutPart(piece.part), wraps);
      return piece.enclosed === true ? `(${text})` : text;
    }
    case 'hints':
      return printHints(piece.hints);
    case 'select':
      return write(layoutQuery(piece.select), wraps);
    case 'child': {
      const text = write(layoutExpression(piece.expression), wraps);
      return wraps(piece.expression, piece.level) ? `(${text})` : text;
    }
  }
}

/** A string literal with its quotes doubled. */
export function printString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
