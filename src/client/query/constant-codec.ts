import { malformed, member, numeral } from './untrusted.ts';

/** A value known in public: text, a truth value, an integer or NULL. */
export type Constant = string | boolean | bigint | null;

/** As JSON; big integers are `{"int": "digits"}`. */
export function encodeConstant(value: Constant) {
  return typeof value === 'bigint' ? { int: value.toString() } : value;
}

export function decodeConstant(value: unknown): Constant {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return numeral(member(value, 'int'));
}

/** A double as text, because JSON knows neither -0 nor infinities. */
export function encodeReal(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

export function decodeReal(value: unknown): number {
  const known =
    typeof value === 'string' && /^(-?(\d[\d.]{0,30}(e[+-]?\d{1,3})?|Infinity)|NaN)$/.test(value);
  const real = Number(value);
  if (!known || encodeReal(real) !== value) throw malformed('no double');
  return real;
}
