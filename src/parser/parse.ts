import { type Position, TacitError } from '../errors/tacit-error.ts';
import { settle } from './account.ts';
import { pairBrackets, type Source } from './brackets.ts';
import { isCheck, readCheckTable } from './check-table.ts';
import { attachHints, placeOfDisclosed } from './hints.ts';
import { tokenize } from './lexer.ts';
import { MAX_LENGTH, MAX_TOKENS } from './limits.ts';
import { placeWindows } from './named-windows.ts';
import { countParameters, numberParameters } from './parameters.ts';
import { readQuery } from './query.ts';
import { firstRefusal } from './refusals.ts';
import { respell } from './spelling.ts';
import type { Command, Query, Statement } from './syntax.ts';
import { isSymbol, isWord, type Token, wordOf } from './token.ts';

/** One statement of a text: what was read, or why it was refused. */
export interface ParsedStatement {
  /** Source text from the first token to the last, without the semicolon. */
  readonly sql: string;
  /** Position of the first token in the whole text. */
  readonly at: Position;
  readonly statement: Command | TacitError;
}

/**
 * Reads the statements of a text separated by `;`, in order; empty ones are skipped. One that is
 * wrong carries its error and does not spoil the others. Lines and columns count from the start of
 * the whole text. Never throws for bad input.
 */
export function parseStatements(text: string): ParsedStatement[] {
  return splitStatements(tokenize(text)).map((tokens) => {
    const first = tokens[0] as Token;
    const last = tokens.at(-1) as Token;
    const sql = text.slice(first.offset, last.offset + last.text.length);
    return { sql, at: first.at, statement: readStatement(sql, tokens) };
  });
}

/**
 * Reads exactly one statement; a trailing `;` is allowed.
 * Errors, each with line and column where there is one: SQL_SYNTAX, SQL_UNSUPPORTED, SQL_TOO_LARGE.
 */
export function parseCommand(sql: string): Command {
  if (sql.length > MAX_LENGTH) throw tooLong();
  const [only, second] = parseStatements(sql);
  if (!only) {
    throw new TacitError('SQL_SYNTAX', 'the statement is empty', { line: 1, column: 1 });
  }
  if (second) {
    throw new TacitError('SQL_SYNTAX', 'only one statement can be sent at a time', second.at);
  }
  if (only.statement instanceof TacitError) throw only.statement;
  return only.statement;
}

/** As {@link parseCommand}, where only a SELECT will do: SQL_UNSUPPORTED for CHECK TABLE. */
export function parseStatement(sql: string): Statement {
  const command = parseCommand(sql);
  if (!('check' in command)) return command;
  const message = 'CHECK TABLE cannot stand where a SELECT is wanted';
  throw new TacitError('SQL_UNSUPPORTED', message, command.check.at);
}

/**
 * Reads SELECT in tokens [from, end of source): windows in place, one spelling, the library's reading of operators,
 * then the token account.
 */
export function readSelect(source: Source, from: number): Query {
  const spelled = pairBrackets(respell(placeWindows(source)));
  const to = spelled.tokens.length;
  const { query, extents } = readQuery(spelled, from, to);
  settle(query, spelled, from, to, extents);
  return query;
}

function readStatement(sql: string, all: readonly Token[]): Command | TacitError {
  try {
    const tokens = attachHints(all);
    const first = tokens[0] as Token;
    if (sql.length > MAX_LENGTH) throw tooLong(first.at);
    if (tokens.length > MAX_TOKENS) {
      const message = `the statement has more than ${MAX_TOKENS} tokens; split it`;
      throw new TacitError('SQL_TOO_LARGE', message, first.at);
    }
    const bad = tokens.find(({ error }) => error !== undefined)?.error;
    if (bad) throw bad;
    const explain = isWord(first, 'EXPLAIN');
    const from = explain ? 1 : 0;
    if (isCheck(tokens, from)) return readCheckTable(sql, tokens, from, explain);
    checkStart(tokens[from], explain, first);
    const source = pairBrackets(numberParameters(tokens));
    const select = readOrRefuse(source, from);
    const disclosed = placeOfDisclosed(tokens);
    const parameters = countParameters(source.tokens);
    return { sql, explain, select, parameters, ...(disclosed && { disclosed }) };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    if (error.position) return error;
    return new TacitError(error.code, error.message, all[0]?.at, { cause: error });
  }
}

/** Prefers the name of a known construct over other errors, unless the text is wrong before it. */
function readOrRefuse(source: Source, from: number): Query {
  const refusal = firstRefusal(source);
  try {
    const select = readSelect(source, from);
    if (!refusal) return select;
  } catch (error) {
    if (!refusal || !(error instanceof TacitError)) throw error;
    if (error.code === 'SQL_SYNTAX' && isBefore(error.position, refusal.position)) throw error;
  }
  throw refusal;
}

/** First words of statements that exist in DuckDB but not here. */
const OTHER_STATEMENTS = new Set(
  `ABORT ALTER ANALYSE ANALYZE ATTACH BEGIN CALL CHECKPOINT COMMENT COMMIT COPY CREATE DEALLOCATE
  DELETE DESC DESCRIBE DETACH DROP END EXECUTE EXPORT FORCE FROM GRANT IMPORT INSERT INSTALL LOAD
  LOCK MERGE PIVOT PRAGMA PREPARE REINDEX RENAME REPLACE RESET REVOKE ROLLBACK SAVEPOINT SET SHOW
  START SUMMARIZE TABLE TRUNCATE UNPIVOT UPDATE USE VACUUM VALUES`.split(/\s+/),
);

function checkStart(token: Token | undefined, explain: boolean, first: Token): void {
  if (isWord(token, 'SELECT') || isWord(token, 'WITH')) return;
  if (!explain && isSymbol(token, '(')) return;
  const unsupported = (name: string) =>
    new TacitError('SQL_UNSUPPORTED', `${name} is not supported yet`, token?.at);
  const word = wordOf(token);
  if (explain && word === 'ANALYZE') throw unsupported('EXPLAIN ANALYZE');
  if (isSymbol(token, '(')) throw unsupported('EXPLAIN with options');
  if (OTHER_STATEMENTS.has(word)) throw unsupported(word === 'FROM' ? 'FROM before SELECT' : word);
  const found = token ? `, found ${token.text.slice(0, 40)}` : ' after EXPLAIN';
  const wanted = explain ? 'SELECT' : 'SELECT or EXPLAIN';
  throw new TacitError('SQL_SYNTAX', `expected ${wanted}${found}`, (token ?? first).at);
}

function splitStatements(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]];
  for (const token of tokens) {
    if (isSymbol(token, ';')) statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter(({ length }) => length > 0);
}

function tooLong(at?: Position): TacitError {
  const message = `the statement is longer than ${MAX_LENGTH} characters; shorten it`;
  return new TacitError('SQL_TOO_LARGE', message, at);
}

function isBefore(a: Position | undefined, b: Position | undefined): boolean {
  if (!a || !b) return false;
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
