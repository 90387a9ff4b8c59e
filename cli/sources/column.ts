import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { type Bounds, printType, type SqlType, typeLimits } from '../../src/catalog/types.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ColumnConfig } from '../config.ts';
import { decideType } from './column-type.ts';
import { decideDictionary } from './dictionary.ts';
import type { Duck } from './duckdb.ts';
import { encodeColumn } from './encode.ts';
import { findRow, type LoadedTable } from './load.ts';
import { multiplicity } from './multiplicity.ts';
import { type ColumnDecision, secretText } from './secret-text.ts';
import type { UnionColumn } from './unify.ts';
import { parseValue } from './units.ts';

/**
 * Infers what an owner would declare about a column from all rows of the table: type, dictionary,
 * nullability, exact bounds and multiplicity; declarations in CONFIG go first and are checked.
 */
export async function decideColumn(
  duck: Duck,
  table: LoadedTable,
  index: number,
  enumType: string,
): Promise<ColumnDecision> {
  const column = table.columns[index] as UnionColumn;
  const what = `${table.name}.${column.name}`;
  const decided = await decideType(duck, table, index);
  if ('reason' in decided) return { warning: `${what} is not published: ${decided.reason}` };
  checkDictionaryWish(column.config, decided.type);
  let dictionary: readonly string[] | undefined;
  if (decided.type.kind === 'varchar') {
    const decision = await decideDictionary(duck, table, column, decided.sql, enumType);
    // There are none for text, which is what it says.
    declaredBounds(column.config, decided.type);
    if (!decision) return secretText(duck, table, column, decided.sql);
    dictionary = decision.dictionary;
  }
  const sql = await encodeColumn(duck, table, index, decided.type, decided.sql, enumType);
  const facts = await readFacts(duck, table, sql, what);
  const bounds = await decideBounds(duck, table, column, decided.type, sql, facts, dictionary);
  const definition: ColumnDefinition = {
    name: column.name,
    type: decided.type,
    nullable: facts.hasNull,
    bounds,
    multiplicity: await multiplicity(duck, table, [sql], what),
    ...(dictionary ? { dictionary } : {}),
  };
  const warning = decided.warning ? `${what}: ${decided.warning}` : undefined;
  return { published: { definition, sql }, ...(warning ? { warning } : {}) };
}

interface Facts {
  readonly hasNull: boolean;
  readonly exact: Bounds;
}

async function readFacts(
  duck: Duck,
  table: LoadedTable,
  sql: string,
  what: string,
): Promise<Facts> {
  const [rows, present, min, max] = await duck.row(
    `SELECT count(*), count(x), min(x), max(x) FROM (SELECT ${sql} x FROM ${table.all})`,
    `${what}: finding its bounds`,
  );
  const exact = { min: (min as bigint | null) ?? 0n, max: (max as bigint | null) ?? 0n };
  return { hasNull: present !== rows, exact };
}

async function decideBounds(
  duck: Duck,
  table: LoadedTable,
  column: UnionColumn,
  type: SqlType,
  sql: string,
  facts: Facts,
  dictionary: readonly string[] | undefined,
): Promise<Bounds> {
  const declared = declaredBounds(column.config, type);
  if (dictionary) return { min: 0n, max: BigInt(dictionary.length - 1) };
  if (type.kind === 'boolean') return { min: 0n, max: 1n };
  if (!declared) return facts.exact;
  const { min, max } = declared;
  if (facts.exact.min >= min && facts.exact.max <= max) return declared;
  const what = `${table.name}.${column.name}`;
  const condition = `(${sql}) < ${min} OR (${sql}) > ${max}`;
  const bad = await findRow(duck, table, condition, `${what}: checking its bounds`);
  // Without a row the column is empty or all NULL, and the exact bounds are a mere default.
  if (!bad) return declared;
  throw new TacitError(
    'VALUE_OUT_OF_BOUNDS',
    `${what}: the value in ${bad.source}, row ${bad.row} lies outside the declared bounds`,
  );
}

function declaredBounds(config: ColumnConfig | undefined, type: SqlType): Bounds | undefined {
  if (!config?.bounds) return undefined;
  const invalid = (problem: string) =>
    new TacitError('CONFIG_INVALID', `${config.where}.bounds: ${problem}`);
  const [min, max] = config.bounds.map((text) => parseValue(type, text));
  if (min === undefined || max === undefined) {
    throw invalid(`both must be values of the column's type ${printType(type)}`);
  }
  if (min > max) throw invalid('the first must not be larger than the second');
  const limits = typeLimits(type);
  if (min < limits.min || max > limits.max) {
    throw invalid(`${printType(type)} does not hold all values between them`);
  }
  return { min, max };
}

function checkDictionaryWish(config: ColumnConfig | undefined, type: SqlType): void {
  if (config?.dictionary !== true) return;
  if (config.bytes !== undefined) {
    const message = `${config.where}: VARCHAR(n) is secret text, which has no dictionary`;
    throw new TacitError('CONFIG_INVALID', message);
  }
  if (type.kind === 'varchar') return;
  throw new TacitError(
    'CONFIG_INVALID',
    `${config.where}: dictionary is for VARCHAR, and the column is ${printType(type)}`,
  );
}
