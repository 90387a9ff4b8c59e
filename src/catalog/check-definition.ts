import { TacitError } from '../errors/tacit-error.ts';
import { totalsOf } from './audited.ts';
import { compareUtf8 } from './dictionary.ts';
import type { ColumnDefinition, Reveal, TableDefinition } from './table.ts';
import { type SqlType, textBounds, typeLimits } from './types.ts';

/** Longest name of a table or column, in code points. */
export const NAME_MAX = 255;
/** Longest name of an owner: that of a member of the consortium. */
export const OWNER_NAME_MAX = 64;
export const COLUMNS_MAX = 4096;
/** Strings in one dictionary, and code points in each. */
export const DICTIONARY_MAX = 4096;
export const WORD_MAX = 4096;
export const KEYS_MAX = 64;
export const KEY_COLUMNS_MAX = 64;
export const MULTIPLICITY_MAX = 2 ** 40;
/** Digits whose unscaled value always fits 64 bits. */
export const PRECISION_MAX = 18;
/** Owners that one definition lists. */
export const OWNERS_MAX = 4096;
/** Parts of one version of a table. */
export const TABLE_PARTS_MAX = 4096;
/** UTF-8 bytes of a secret text. */
export const TEXT_BYTES_MAX = 256;
/** Tables of one party. */
export const TABLES_MAX = 4096;
export const PART_ROWS_MAX = 2 ** 28;
/** Chunks have at least 4096 rows, so that a table has less than 2^20 of them. */
export const TABLE_ROWS_MAX = 2 ** 31;

const REVEALS: readonly Reveal[] = ['never', 'aggregate', 'rows'];
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether a definition is one that every later step can work with; UPLOAD_INVALID names the first wrong field. */
export function checkDefinition({ columns, keys, name }: TableDefinition): void {
  checkName(name, NAME_MAX, 'name of a table');
  const table = `table ${name}: `;
  if (columns.length < 1 || columns.length > COLUMNS_MAX) {
    throw invalid(`${table}columns`, `1 to ${COLUMNS_MAX} of them`);
  }
  for (const [i, column] of columns.entries()) checkColumn(column, `${table}columns[${i}]`);
  const names = columns.map((column) => column.name.toLowerCase());
  const twice = names.findIndex((lower, i) => names.indexOf(lower) !== i);
  if (twice >= 0)
    throw invalid(`${table}columns[${twice}].name`, 'a name of its own, whatever the case');
  if (keys.length > KEYS_MAX) throw invalid(`${table}keys`, `at most ${KEYS_MAX} of them`);
  for (const [i, key] of keys.entries()) checkKey(key, names, `${table}keys[${i}]`);
}

/** Whether these may be the owners of a table; UPLOAD_INVALID if not. */
export function checkOwners(owners: readonly string[]): void {
  if (owners.length < 1 || owners.length > OWNERS_MAX) {
    throw invalid('owners', `1 to ${OWNERS_MAX} of them`);
  }
  for (const [i, owner] of owners.entries()) {
    checkName(owner, OWNER_NAME_MAX, `owners[${i}]`);
    if (owners.indexOf(owner) < i) throw invalid(`owners[${i}]`, 'every owner once');
  }
}

function checkColumn(column: ColumnDefinition, where: string): void {
  const { bytes, multiplicity, name, reveal, type } = column;
  checkName(name, NAME_MAX, `${where}.name`);
  checkType(type, `${where}.type`);
  if (reveal !== undefined && !REVEALS.includes(reveal)) {
    throw invalid(`${where}.reveal`, REVEALS.join(' or '));
  }
  if (multiplicity !== undefined) checkMultiplicity(multiplicity, `${where}.multiplicity`);
  if (column.audit !== undefined && totalsOf(column).length === 0) {
    throw invalid(`${where}.audit`, 'it for numbers, BOOLEAN, and columns that may be NULL only');
  }
  if (bytes === undefined) checkValues(column, where);
  else checkText(column, bytes, where);
}

function checkValues({ bounds, dictionary, type }: ColumnDefinition, where: string): void {
  const { min, max } = bounds;
  const limits = typeLimits(type);
  if (min > max) throw invalid(`${where}.bounds`, 'min to be at most max');
  if (min < limits.min || max > limits.max) {
    throw invalid(`${where}.bounds`, `values from ${limits.min} to ${limits.max}`);
  }
  if ((type.kind === 'varchar') !== (dictionary !== undefined)) {
    throw invalid(`${where}.dictionary`, 'one for VARCHAR without bytes, and none for other types');
  }
  if (dictionary === undefined) return;
  checkDictionary(dictionary, `${where}.dictionary`);
  if (min < 0n || max >= BigInt(dictionary.length)) {
    throw invalid(`${where}.bounds`, 'places in the dictionary');
  }
}

/** Secret text: its width is public, its values are not. */
function checkText(
  { bounds, dictionary, type }: ColumnDefinition,
  bytes: number,
  where: string,
): void {
  if (type.kind !== 'varchar' || dictionary !== undefined) {
    throw invalid(`${where}.bytes`, 'it for VARCHAR without a dictionary only');
  }
  if (!isWithin(bytes, 1, TEXT_BYTES_MAX)) {
    throw invalid(`${where}.bytes`, `a whole number from 1 to ${TEXT_BYTES_MAX}`);
  }
  if (bounds.min !== 0n || bounds.max !== textBounds(bytes).max) {
    throw invalid(`${where}.bounds`, 'all numbers of that many bytes');
  }
}

function checkType(type: SqlType, where: string): void {
  if (type.kind === 'hugeint' || type.kind === 'double') throw invalid(where, 'a type of columns');
  if (type.kind !== 'decimal') return;
  const { precision, scale } = type;
  if (!isWithin(precision, 1, PRECISION_MAX)) {
    throw invalid(`${where}.precision`, `a whole number from 1 to ${PRECISION_MAX}`);
  }
  if (!isWithin(scale, 0, precision)) {
    throw invalid(`${where}.scale`, 'a whole number from 0 to the precision');
  }
}

function checkDictionary(words: readonly string[], where: string): void {
  if (words.length < 1 || words.length > DICTIONARY_MAX) {
    throw invalid(where, `1 to ${DICTIONARY_MAX} strings`);
  }
  for (const [i, word] of words.entries()) {
    if ([...word].length > WORD_MAX || /\p{Cs}/u.test(word)) {
      throw invalid(`${where}[${i}]`, `valid Unicode of at most ${WORD_MAX} characters`);
    }
    if (i > 0 && compareUtf8(words[i - 1] ?? '', word) >= 0) {
      throw invalid(`${where}[${i}]`, 'different strings, sorted by their UTF-8 bytes');
    }
  }
}

function checkKey(
  { columns, multiplicity }: TableDefinition['keys'][number],
  known: readonly string[],
  where: string,
): void {
  const names = columns.map((name) => name.toLowerCase());
  if (names.length < 1 || names.length > KEY_COLUMNS_MAX || new Set(names).size < names.length) {
    throw invalid(`${where}.columns`, `1 to ${KEY_COLUMNS_MAX} different names`);
  }
  const unknown = names.findIndex((name) => !known.includes(name));
  if (unknown >= 0) throw invalid(`${where}.columns[${unknown}]`, 'a column of the table');
  checkMultiplicity(multiplicity, `${where}.multiplicity`);
}

function checkMultiplicity(value: number, where: string): void {
  if (!isWithin(value, 1, MULTIPLICITY_MAX) || !Number.isInteger(Math.log2(value))) {
    throw invalid(where, 'a power of two up to 2^40');
  }
}

function checkName(name: string, max: number, where: string): void {
  const length = [...name].length;
  if (length < 1 || length > max || UNPRINTABLE.test(name)) {
    throw invalid(where, `1 to ${max} printable characters`);
  }
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function invalid(where: string, expected: string): TacitError {
  return new TacitError('UPLOAD_INVALID', `${where}: expected ${expected}`);
}
