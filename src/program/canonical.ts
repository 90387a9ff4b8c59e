import { TacitError } from '../errors/tacit-error.ts';

/**
 * One byte string per value: numbers and bigints in decimal, strings length-prefixed, object keys sorted, so
 * that equal values have equal digests whatever built them. Absent and undefined keys are the same.
 */
export function canonicalBytes(value: unknown): Uint8Array {
  const parts: string[] = [];
  write(value, parts);
  return new TextEncoder().encode(parts.join(''));
}

function write(value: unknown, out: string[]): void {
  if (value === null) out.push('N');
  else if (typeof value === 'boolean') out.push(value ? 'T' : 'F');
  else if (typeof value === 'number' && Number.isFinite(value)) out.push(`n${value};`);
  else if (typeof value === 'bigint') out.push(`b${value};`);
  else if (typeof value === 'string') out.push(`s${value.length}:${value}`);
  else if (value instanceof Int32Array) out.push(`i${value.length}:${value.join(',')};`);
  else if (Array.isArray(value)) {
    out.push(`a${value.length}:`);
    for (const item of value) write(item, out);
  } else if (typeof value === 'object') writeObject(value as Record<string, unknown>, out);
  else
    throw new TacitError(
      'TACIT_INVARIANT',
      `internal error: ${typeof value} has no canonical form`,
    );
}

function writeObject(value: Record<string, unknown>, out: string[]): void {
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  out.push(`o${keys.length}:`);
  for (const key of keys) {
    write(key, out);
    write(value[key], out);
  }
}
