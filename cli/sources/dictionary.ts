import { DICTIONARY_MAX } from '../../src/catalog/check-definition.ts';
import { compareUtf8 } from '../../src/catalog/dictionary.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { type Duck, literal } from './duckdb.ts';
import type { LoadedTable } from './load.ts';
import type { UnionColumn } from './unify.ts';

/** Distinct values up to which a string column gets a dictionary without being asked to. */
const INFERRED_MAX = 256;
/** ... and at most one distinct value per this many rows: names and notes are not categories. */
const ROWS_PER_VALUE_MIN = 10;

export type DictionaryDecision =
  | { readonly dictionary: readonly string[]; readonly enumType: string }
  /** None: the strings stay secret. */
  | undefined;

/**
 * The sorted distinct values of a string column, which become public, as a DuckDB ENUM; undefined if they are none to
 * be made public. CONFIG_INVALID if one was asked for and the column has too many values.
 */
export async function decideDictionary(
  duck: Duck,
  table: LoadedTable,
  column: UnionColumn,
  sql: string,
  enumType: string,
): Promise<DictionaryDecision> {
  const wish = column.config?.dictionary;
  if (wish === false || column.config?.bytes !== undefined) return undefined;
  const doing = `${table.name}.${column.name}: collecting its values`;
  const distinct = `SELECT DISTINCT ${sql} x FROM ${table.all} WHERE ${sql} IS NOT NULL`;
  const rows = await duck.rows(`${distinct} LIMIT ${DICTIONARY_MAX + 1}`, doing);
  const values = rows.map(([value]) => String(value)).sort(compareUtf8);
  const total = table.parts.reduce((sum, part) => sum + part.rows, 0);
  if (wish === true && values.length > DICTIONARY_MAX) {
    throw new TacitError(
      'CONFIG_INVALID',
      `${column.config?.where}: a dictionary holds at most ${DICTIONARY_MAX} values, there are more`,
    );
  }
  const isCategory = values.length <= INFERRED_MAX && values.length * ROWS_PER_VALUE_MIN <= total;
  if (wish !== true && !isCategory) return undefined;
  // A column of NULLs only still needs a code for the stored 0.
  const dictionary = values.length > 0 ? values : [''];
  const members = dictionary.map(literal).join(', ');
  await duck.run(`CREATE TYPE ${enumType} AS ENUM (${members})`, doing);
  return { dictionary, enumType };
}
