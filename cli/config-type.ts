import { PRECISION_MAX, TEXT_BYTES_MAX } from '../src/catalog/check-definition.ts';
import type { SqlType } from '../src/catalog/types.ts';
import type { ConfigField } from './config-field.ts';

const TYPES: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ['BOOLEAN', { kind: 'boolean' }],
  ['BOOL', { kind: 'boolean' }],
  ['TINYINT', { kind: 'integer', name: 'TINYINT' }],
  ['SMALLINT', { kind: 'integer', name: 'SMALLINT' }],
  ['INTEGER', { kind: 'integer', name: 'INTEGER' }],
  ['INT', { kind: 'integer', name: 'INTEGER' }],
  ['BIGINT', { kind: 'integer', name: 'BIGINT' }],
  ['DATE', { kind: 'date' }],
  ['TIMESTAMP', { kind: 'timestamp' }],
  ['VARCHAR', { kind: 'varchar' }],
  ['TEXT', { kind: 'varchar' }],
]);

/** Widest DECIMAL whose unscaled value always fits 64 bits. */
export const DECIMAL_PRECISION_MAX = PRECISION_MAX;

/** The type of a column; with `bytes` for secret text. */
export interface ColumnType {
  readonly type: SqlType;
  /** Most UTF-8 bytes of a value: VARCHAR(n). */
  readonly bytes?: number;
}

/** The SQL type that a field names, e.g. `DECIMAL(12,2)` or `VARCHAR(20)`; CONFIG_INVALID if it cannot be stored. */
export function parseType(field: ConfigField): ColumnType {
  const text = field.text().trim().toUpperCase();
  const simple = TYPES.get(text);
  if (simple) return { type: simple };
  const secret = /^(?:VARCHAR|TEXT)\s*\(\s*(\d+)\s*\)$/.exec(text);
  if (secret) {
    const bytes = Number(secret[1]);
    if (bytes >= 1 && bytes <= TEXT_BYTES_MAX) return { type: { kind: 'varchar' }, bytes };
    throw field.invalid(`VARCHAR(n) needs n from 1 to ${TEXT_BYTES_MAX} bytes`);
  }
  const decimal = /^(?:DECIMAL|NUMERIC)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/.exec(text);
  if (!decimal) {
    const known = [...TYPES.keys()].join(', ');
    throw field.invalid(`no type that Tacit stores; use ${known}, VARCHAR(n) or DECIMAL(p,s)`);
  }
  const precision = Number(decimal[1]);
  const scale = Number(decimal[2] ?? 0);
  if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale > precision) {
    throw field.invalid(`DECIMAL(p,s) needs 1 <= p <= ${DECIMAL_PRECISION_MAX} and s <= p`);
  }
  return { type: { kind: 'decimal', precision, scale } };
}
