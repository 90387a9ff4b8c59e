import { TacitError } from '../../src/errors/tacit-error.ts';

/** A column of a source file with DuckDB's name of its type. */
export interface FileColumn {
  readonly name: string;
  readonly type: string;
}

/** A source file whose columns are known. */
export interface SourceFile {
  readonly owner: string;
  /** As the configuration says it; what messages show. */
  readonly source: string;
  /** Empty for a file that names no column, e.g. the JSON document `[]`. */
  readonly columns: readonly FileColumn[];
  /** The source declares the types of its columns itself, so values are loaded as they are. */
  readonly isTyped?: true;
  /**
   * SQL that reads the given columns with the given types, in this order. A value that does not fit
   * its type is an error or a NULL that `verify` reports.
   */
  select(columns: readonly FileColumn[]): string;
  /** Likewise, but whatever does not fit is an error; absent where `select` does so already. */
  selectStrictly?(columns: readonly FileColumn[]): string;
  /** Called after every load: throws SOURCE_INVALID naming the first malformed row, if there was one. */
  verify(): Promise<void>;
  /** What DuckDB refused while loading, in the file's own terms. */
  explain(error: TacitError): Promise<TacitError>;
}

/** Rows that are looked at to find the types of a CSV file's columns: all of them, or the first ones. */
export type Sample = -1 | 20_480;

export type SourceFormat = 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet';

const FORMATS: readonly [suffix: string, format: SourceFormat][] = [
  ['.csv', 'csv'],
  ['.csv.gz', 'csv'],
  ['.tsv', 'tsv'],
  ['.tsv.gz', 'tsv'],
  ['.json', 'json'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
  ['.parquet', 'parquet'],
];

/** The format that a file's name announces; SOURCE_INVALID for any other name. */
export function formatOf(source: string): SourceFormat {
  const name = source.toLowerCase();
  const found = FORMATS.find(([suffix]) => name.endsWith(suffix));
  if (found) return found[1];
  const known = FORMATS.map(([suffix]) => suffix).join(' ');
  throw invalidSource(source, `the name does not end in one of ${known}`);
}

export function invalidSource(source: string, problem: string): TacitError {
  return new TacitError('SOURCE_INVALID', `${source}: ${problem}`);
}

/** Names of columns compare as SQL's do. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
