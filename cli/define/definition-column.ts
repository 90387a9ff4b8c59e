import { totalsOf } from '../../src/catalog/audited.ts';
import { DICTIONARY_MAX, MULTIPLICITY_MAX } from '../../src/catalog/check-definition.ts';
import { compareUtf8 } from '../../src/catalog/dictionary.ts';
import type { ColumnDefinition, Reveal } from '../../src/catalog/table.ts';
import {
  type Bounds,
  printType,
  type SqlType,
  textBounds,
  typeLimits,
} from '../../src/catalog/types.ts';
import type { ConfigField } from '../config-field.ts';
import { parseType } from '../config-type.ts';
import { parseValue } from '../sources/units.ts';

const REVEALS: readonly Reveal[] = ['never', 'aggregate', 'rows'];

/** One column of a definition file; CONFIG_INVALID names the field. */
export function readColumn(name: string, field: ConfigField): ColumnDefinition {
  const fields = field.map([
    ...['type', 'bounds', 'dictionary', 'nullable', 'reveal', 'multiplicity', 'audit'],
  ]);
  const declared = fields.get('type');
  if (!declared) throw field.invalid('type is missing');
  const { bytes, type } = parseType(declared);
  const nullable = fields.get('nullable')?.boolean() ?? false;
  const reveal = readReveal(fields.get('reveal'));
  const multiplicity = fields.get('multiplicity');
  const shared = {
    ...{ name, type, nullable, reveal },
    ...(multiplicity ? { multiplicity: readMultiplicity(multiplicity) } : {}),
    ...(readAudit(fields.get('audit'), { type, nullable }) ? { audit: true as const } : {}),
  };
  const list = fields.get('dictionary');
  const bounds = fields.get('bounds');
  if (list && (type.kind !== 'varchar' || bytes !== undefined)) {
    throw list.invalid('a dictionary is for VARCHAR without a length');
  }
  if (bounds && (type.kind === 'varchar' || type.kind === 'boolean')) {
    throw bounds.invalid(`${printType(type)} has no bounds`);
  }
  if (bytes !== undefined) return { ...shared, bytes, bounds: textBounds(bytes) };
  if (list) {
    const dictionary = readDictionary(list);
    return { ...shared, dictionary, bounds: { min: 0n, max: BigInt(dictionary.length - 1) } };
  }
  if (type.kind === 'varchar') {
    throw declared.invalid(
      'VARCHAR needs a dictionary of its values, which are public then, or a length: VARCHAR(n) is secret text of at most n bytes',
    );
  }
  return { ...shared, bounds: bounds ? readBounds(bounds, type) : typeLimits(type) };
}

/** Largest number of rows with an equal value. */
export function readMultiplicity(field: ConfigField): number {
  const value = field.integer();
  if (value >= 1 && value <= MULTIPLICITY_MAX && Number.isInteger(Math.log2(value))) return value;
  throw field.invalid('must be a power of two: 1 (unique), 2, 4, 8, ...');
}

function readAudit(
  field: ConfigField | undefined,
  column: Pick<ColumnDefinition, 'type' | 'nullable'>,
): boolean {
  if (!field?.boolean()) return false;
  if (totalsOf(column).length > 0) return true;
  throw field.invalid('only numbers, BOOLEAN, and columns that may be NULL can be audited');
}

function readReveal(field: ConfigField | undefined): Reveal {
  if (!field) return 'aggregate';
  const text = field.text();
  const found = REVEALS.find((reveal) => reveal === text);
  if (found) return found;
  throw field.invalid(`must be ${REVEALS.join(', ')}`);
}

/** The strings in the order in which DuckDB compares them; any order will do in the file. */
function readDictionary(field: ConfigField): readonly string[] {
  const seen = new Set<string>();
  for (const item of field.list()) {
    const text = item.text();
    if (seen.has(text)) throw item.invalid('is in the dictionary already');
    if (/\p{Cs}/u.test(text)) throw item.invalid('is not valid Unicode');
    seen.add(text);
  }
  if (seen.size === 0 || seen.size > DICTIONARY_MAX) {
    throw field.invalid(`a dictionary has 1 to ${DICTIONARY_MAX} strings`);
  }
  return [...seen].sort(compareUtf8);
}

function readBounds(field: ConfigField, type: SqlType): Bounds {
  const items = field.list();
  const [low, high] = items;
  if (!low || !high || items.length > 2) throw field.invalid('bounds are two values: [low, high]');
  const [min, max] = [readBound(low, type), readBound(high, type)];
  if (min > max) throw field.invalid('the first must not be larger than the second');
  return { min, max };
}

function readBound(field: ConfigField, type: SqlType): bigint {
  const value = parseValue(type, field.scalarText());
  if (value === undefined) throw field.invalid(`must be a value of the type ${printType(type)}`);
  const limits = typeLimits(type);
  if (value >= limits.min && value <= limits.max) return value;
  throw field.invalid(`${printType(type)} does not hold this value`);
}
