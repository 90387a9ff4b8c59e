import type { Position } from '../errors/tacit-error.ts';
import type { Source } from './brackets.ts';

/** Position of a token; just behind the last one for the end of the statement. */
export function position(source: Source, index: number): Position | undefined {
  const token = source.tokens[index];
  if (token) return token.at;
  const last = source.tokens.at(-1);
  return last && { line: last.at.line, column: last.at.column + [...last.text].length };
}
