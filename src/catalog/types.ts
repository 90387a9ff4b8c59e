/** SQL types as the analyst sees them. `hugeint` and `double` occur only in results. */
export type SqlType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly name: 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' }
  | { readonly kind: 'hugeint' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'double' }
  | { readonly kind: 'date' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'varchar' };

/** Inclusive range of the integer that encodes a value; public. */
export interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
}

/** Two's complement (signed) or plain binary, LSB first, `width` in 1..64. */
export interface Encoding {
  readonly width: number;
  readonly signed: boolean;
}

const INTEGER_BITS = { TINYINT: 8n, SMALLINT: 16n, INTEGER: 32n, BIGINT: 64n } as const;

/** Integers that encode the values of a type, as far as the type alone limits them: at most 64 bits. */
export function typeLimits(type: SqlType): Bounds {
  switch (type.kind) {
    case 'boolean':
      return { min: 0n, max: 1n };
    case 'integer':
      return signedLimits(INTEGER_BITS[type.name]);
    case 'decimal': {
      const max = 10n ** BigInt(type.precision) - 1n;
      return { min: -max, max };
    }
    case 'date':
      return signedLimits(32n);
    default:
      return signedLimits(64n);
  }
}

/** Bounds of secret text of at most so many bytes. */
export function textBounds(bytes: number): Bounds {
  return { min: 0n, max: 2n ** BigInt(8 * bytes) - 1n };
}

function signedLimits(bits: bigint): Bounds {
  return { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}

/** Prints a type as DuckDB does, e.g. `DECIMAL(12,2)`. */
export function printType(type: SqlType): string {
  switch (type.kind) {
    case 'integer':
      return type.name;
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    default:
      return type.kind.toUpperCase();
  }
}

/** The narrowest encoding that holds every integer within the bounds. */
export function encodingFor(bounds: Bounds): Encoding {
  const { min, max } = bounds;
  if (min >= 0n) return { width: Math.max(1, max.toString(2).length), signed: false };
  const low = (-min - 1n).toString(2).length + 1;
  const high = max > 0n ? max.toString(2).length + 1 : 1;
  return { width: Math.max(min === -1n ? 1 : low, high), signed: true };
}
