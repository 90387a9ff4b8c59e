import library from 'node-sql-parser/build/postgresql.js';
import { TacitError } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';
import type { Chain } from './chain.ts';
import { position } from './locate.ts';
import { tooDeep } from './precedence.ts';

/** A node of the library's tree: nothing is known about it until the normaliser has checked it. */
export type Raw = { readonly [key: string]: unknown };

/**
 * Reads a chain of operators with node-sql-parser as the only item of a SELECT. It sees a text of
 * our own making, in which every operand is a placeholder: the contents of literals, names and
 * parentheses cannot be misread, and the library, which needs time exponential in the depth of
 * parentheses when one is wrong, never sees one inside another. `known` keeps the trees of chains
 * that were read before: many have the same operators, and the library is slow.
 * Errors: SQL_UNSUPPORTED where operators cannot follow each other without parentheses;
 * SQL_TOO_LARGE.
 */
export function readChain(source: Source, chain: Chain, known: Map<string, Raw>): Raw {
  const starts: number[] = [];
  let sql = 'SELECT';
  for (const { text } of chain.links) {
    sql += ' ';
    starts.push(sql.length);
    sql += text;
  }
  const before = known.get(sql);
  if (before) return before;
  try {
    const parser = new library.Parser();
    const tree = parser.astify(sql, { database: 'postgresql' }) as unknown as Raw;
    known.set(sql, tree);
    return tree;
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    const offset = isPegError(error) ? error.location.start.offset : 0;
    const link =
      chain.links[
        Math.max(
          0,
          starts.findLastIndex((start) => start <= offset),
        )
      ];
    const token = link && source.tokens[link.index];
    const name = token?.text.toUpperCase().slice(0, 40) ?? 'something';
    const message = `${name} cannot follow without parentheses here`;
    const at = link && position(source, link.index);
    throw new TacitError('SQL_UNSUPPORTED', message, at, { cause: error });
  }
}

interface PegError {
  readonly location: { readonly start: { readonly offset: number } };
}

function isPegError(error: unknown): error is PegError {
  return error instanceof Error && error.name === 'SyntaxError' && 'location' in error;
}
