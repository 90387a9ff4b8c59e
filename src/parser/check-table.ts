import { type Position, TacitError } from '../errors/tacit-error.ts';
import { isPlainName } from './keywords.ts';
import type { CheckTable } from './syntax.ts';
import { isWord, type Token } from './token.ts';

/** True if tokens from `from` on begin with CHECK: a statement of ours, which SQL does not have. */
export function isCheck(tokens: readonly Token[], from: number): boolean {
  return isWord(tokens[from], 'CHECK');
}

/**
 * Reads CHECK TABLE name, which all tokens from `from` on must be.
 * SQL_SYNTAX with the position for anything else.
 */
export function readCheckTable(
  sql: string,
  tokens: readonly Token[],
  from: number,
  explain: boolean,
): CheckTable {
  const [table, name, next] = [tokens[from + 1], tokens[from + 2], tokens[from + 3]];
  if (!isWord(table, 'TABLE')) throw unexpected(tokens, from + 1, 'TABLE after CHECK');
  const isName = name?.kind === 'quoted' || (name?.kind === 'word' && isPlainName(name.text));
  if (name === undefined || !isName) throw unexpected(tokens, from + 2, 'the name of a table');
  if (next !== undefined) throw unexpected(tokens, from + 3, 'the end of CHECK TABLE');
  return { sql, explain, check: { name: name.value, at: name.at } };
}

function unexpected(tokens: readonly Token[], index: number, wanted: string): TacitError {
  const token = tokens[index];
  const found = token === undefined ? 'the end of the statement' : token.text.slice(0, 40);
  const message = `expected ${wanted}, found ${found}`;
  return new TacitError('SQL_SYNTAX', message, token?.at ?? behind(tokens));
}

/** Just behind the last token. */
function behind(tokens: readonly Token[]): Position | undefined {
  const last = tokens.at(-1);
  return last && { line: last.at.line, column: last.at.column + [...last.text].length };
}
