import type { QueryResult } from '../../src/client/query/run-query.ts';
import { type Position, TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatements } from '../../src/parser/parse.ts';
import type { ResultWriter, Written } from '../output/result-writer.ts';

/** Where output goes. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
}

/** Asks one statement; `counted` hears of what is answered before its own answer. */
export type Ask = (sql: string, counted: (first: QueryResult) => void) => Promise<QueryResult>;

/**
 * Runs the `;`-separated statements of a text in order and prints each result when it is there. A failed
 * statement does not keep the later ones from running. Returns how many failed.
 */
export async function runStatements(
  text: string,
  explain: boolean,
  query: Ask,
  writer: ResultWriter,
  output: Output,
): Promise<number> {
  let failed = 0;
  for (const { sql, at } of parseStatements(text)) {
    let written: Written;
    let counted: QueryResult | undefined;
    const hear = (first: QueryResult) => {
      counted = first;
    };
    try {
      written = writer.result({ sql, at }, await ask(sql, explain, (text) => query(text, hear)));
    } catch (error) {
      if (!(error instanceof TacitError)) throw error;
      failed++;
      written = writer.failure({ sql, at, counted }, error);
    }
    for (const piece of written.stdout) output.stdout(piece);
    output.stderr(written.stderr);
  }
  return failed;
}

/** The word EXPLAIN goes on a line of its own, so that positions shift by exactly one line. */
async function ask(
  sql: string,
  explain: boolean,
  query: (sql: string) => Promise<QueryResult>,
): Promise<QueryResult> {
  if (!explain || /^explain\b/i.test(sql)) return query(sql);
  try {
    return await query(`EXPLAIN\n${sql}`);
  } catch (error) {
    if (!(error instanceof TacitError) || error.position === undefined) throw error;
    const { line, column } = error.position;
    const position: Position = line > 1 ? { line: line - 1, column } : { line: 1, column: 1 };
    throw new TacitError(error.code, error.message, position, { cause: error });
  }
}
