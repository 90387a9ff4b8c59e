import type { QueryResult } from '../../src/client/query/run-query.ts';
import type { Position, TacitError } from '../../src/errors/tacit-error.ts';
import { csvWriter } from './csv.ts';
import { jsonWriter } from './json.ts';
import { tableWriter } from './table.ts';

/** One statement of the user's text. */
export interface StatementText {
  readonly sql: string;
  /** Where it starts in the whole text. */
  readonly at: Position;
}

/** Texts for the two streams: stdout carries results only, everything else is stderr's. */
export interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

/** A way to print results; `explain` asks for the explanation of a statement instead of rows. */
export interface ResultWriter {
  result(statement: StatementText, result: QueryResult): Written;
  failure(statement: StatementText, error: TacitError): Written;
}

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** A fresh writer; it knows what it has printed, to separate several results. */
export function createWriter(format: Format): ResultWriter {
  switch (format) {
    case 'table':
      return tableWriter();
    case 'json':
      return jsonWriter();
    case 'csv':
      return csvWriter();
  }
}
