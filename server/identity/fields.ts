import { TacitError } from '../../src/errors/tacit-error.ts';

/** Reads untrusted JSON or YAML field by field; every refusal names the field. */
export interface Field {
  readonly value: unknown;
  /** Where it stands, e.g. `consortium.json: parties[1].control`. */
  readonly path: string;
}

/** CONFIG_INVALID for one field. */
export function invalid(field: Field, expected: string): TacitError {
  return new TacitError('CONFIG_INVALID', `${field.path}: expected ${expected}`);
}

/** The members of an object; members outside `known` are refused, so that typing errors are seen. */
export function record<K extends string>(field: Field, known: readonly K[]): Record<K, Field> {
  const { value, path } = field;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(field, 'an object');
  }
  for (const key of Object.keys(value)) {
    if (!known.some((name) => name === key)) {
      throw new TacitError(
        'CONFIG_INVALID',
        `${path}: unknown field ${JSON.stringify(key)}; known are ${known.join(', ')}`,
      );
    }
  }
  const entries = known.map((key) => [
    key,
    { value: Reflect.get(value, key), path: path.endsWith(': ') ? path + key : `${path}.${key}` },
  ]);
  return Object.fromEntries(entries);
}

export function list(field: Field, max: number): Field[] {
  const { value, path } = field;
  if (!Array.isArray(value)) throw invalid(field, 'a list');
  if (value.length > max) throw invalid(field, `at most ${max} entries`);
  return value.map((item: unknown, i) => ({ value: item, path: `${path}[${i}]` }));
}

/** A printable string of 1 to `max` characters. */
export function text(field: Field, max: number): string {
  const { value } = field;
  if (typeof value !== 'string' || value.length === 0) throw invalid(field, 'a non-empty string');
  if ([...value].length > max) throw invalid(field, `at most ${max} characters`);
  return value;
}

export function integer(field: Field, min: number, max: number): number {
  const { value } = field;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw invalid(field, `a whole number from ${min} to ${max}`);
  }
  return value;
}

export function flag(field: Field): boolean {
  if (typeof field.value !== 'boolean') throw invalid(field, 'true or false');
  return field.value;
}

/** One of the listed words. */
export function oneOf<T extends string>(field: Field, words: readonly T[]): T {
  const found = words.find((word) => word === field.value);
  if (found === undefined) throw invalid(field, `one of ${words.join(', ')}`);
  return found;
}
