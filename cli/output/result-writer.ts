import type { QueryResult } from '../../src/client/query/run-query.ts';
import type { Position, TacitError } from '../../src/errors/tacit-error.ts';

/** One statement of the user's text. */
export interface StatementText {
  readonly sql: string;
  /** Where it starts in the whole text. */
  readonly at: Position;
  /** What was answered first, if its own answer failed then. */
  readonly counted?: QueryResult | undefined;
}

/** Texts for the two streams: stdout carries results only, everything else is stderr's. */
export interface Written {
  /** In pieces: a whole answer may be longer than a string can be. */
  readonly stdout: readonly string[];
  readonly stderr: string;
}

/** A way to print results. */
export interface ResultWriter {
  result(statement: StatementText, result: QueryResult): Written;
  failure(statement: StatementText, error: TacitError): Written;
}
