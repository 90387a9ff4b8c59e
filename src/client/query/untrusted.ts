import { TacitError } from '../../errors/tacit-error.ts';

/** Longest digit string read as one integer: far beyond HUGEINT. */
const DIGITS_MAX = 80;

/** PEER_PROTOCOL for an answer that does not have the agreed form; never quotes content. */
export function malformed(what: string): TacitError {
  return new TacitError('PEER_PROTOCOL', `malformed answer of a party: ${what}`);
}

/** An own member of an object; undefined if it is missing. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`no object around ${key}`);
  }
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

export function items(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw malformed('a list is missing');
  return value;
}

export function words(value: unknown): string {
  if (typeof value !== 'string') throw malformed('a text is missing');
  return value;
}

/** A whole number from 0 to 2^53 - 1. */
export function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw malformed('a count is missing');
  }
  return value;
}

/** A whole number from -(2^53 - 1) to 2^53 - 1. */
export function wholeNumber(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw malformed('a whole number is missing');
  }
  return value;
}

export function optionalCount(value: unknown): number | undefined {
  return value === undefined ? undefined : count(value);
}

export function seconds(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0)) throw malformed('a duration is missing');
  return value;
}

export function numeral(value: unknown): bigint {
  const digits = words(value);
  if (digits.length > DIGITS_MAX || !/^-?\d+$/.test(digits)) throw malformed('no integer');
  return BigInt(digits);
}

export function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw malformed('a flag is missing');
  return value;
}
