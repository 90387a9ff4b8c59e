import { TacitError } from '../../src/errors/tacit-error.ts';

/** A digest of 64 hexadecimal digits in groups of four, for people who read it to each other. */
export function spoken(hex: string): string {
  return hex.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** What somebody typed or pasted as a fingerprint, as 64 hexadecimal digits; CONFIG_INVALID otherwise. */
export function parseFingerprint(text: string): string {
  const digits = text.replaceAll(/[\s:-]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new TacitError('CONFIG_INVALID', '--expect: expected a fingerprint of 64 hex digits');
}
