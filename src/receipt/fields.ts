import { TacitError } from '../errors/tacit-error.ts';

/** A value in parsed JSON, and where it stands. */
export interface Field {
  readonly value: unknown;
  readonly path: string;
}

/** RECEIPT_INVALID naming the place; never quotes content. */
export function invalidField({ path }: Field, expected: string): TacitError {
  return new TacitError('RECEIPT_INVALID', `${path}: expected ${expected}`);
}

/** The members of an object that must have exactly these names. */
export function members<K extends string>(field: Field, names: readonly K[]): Record<K, Field> {
  const { path, value } = field;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidField(field, 'an object');
  }
  const keys = Object.keys(value);
  const isExact = keys.length === names.length && names.every((name) => keys.includes(name));
  if (!isExact) throw invalidField(field, `the members ${names.join(', ')}`);
  const entries = names.map((name) => {
    return [name, { value: Reflect.get(value, name), path: `${path}.${name}` }];
  });
  return Object.fromEntries(entries) as Record<K, Field>;
}

/** The items of a list of at most `max`. */
export function listOf(field: Field, max: number): Field[] {
  const { path, value } = field;
  if (!Array.isArray(value) || value.length > max) {
    throw invalidField(field, `a list of at most ${max}`);
  }
  return value.map((item: unknown, k) => ({ value: item, path: `${path}[${k}]` }));
}

export function textOf(field: Field, max: number): string {
  const { value } = field;
  if (typeof value === 'string' && value.length <= max) return value;
  throw invalidField(field, `a text of at most ${max} characters`);
}

/** Lower-case hex of so many bytes. */
export function hexOf(field: Field, bytes: number): string {
  const { value } = field;
  const isHex = typeof value === 'string' && value.length === 2 * bytes;
  if (isHex && /^[0-9a-f]*$/.test(value)) return value;
  throw invalidField(field, `${bytes} bytes in lower-case hex`);
}

export function wholeOf(field: Field, min: number, max = Number.MAX_SAFE_INTEGER): number {
  const { value } = field;
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0);
  if (isWhole && value >= min && value <= max) return value;
  throw invalidField(field, `a whole number from ${min} to ${max}`);
}

export function wordOf<T extends string | number>(field: Field, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === field.value);
  if (found === undefined) throw invalidField(field, allowed.join(' or '));
  return found;
}

/** A number below 2^64 in decimal digits without leading zeros. */
export function elementOf(field: Field): string {
  const { value } = field;
  const isDigits = typeof value === 'string' && /^(0|[1-9][0-9]{0,19})$/.test(value);
  if (isDigits && BigInt(value) < 1n << 64n) return value;
  throw invalidField(field, 'a field element in decimal digits');
}

/** An object whose content somebody else reads. */
export function objectOf(field: Field): object {
  const { value } = field;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalidField(field, 'an object');
}
