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
