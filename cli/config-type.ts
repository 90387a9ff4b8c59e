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
export const DECIMAL_PRECISION_MAX = 18;

/** The SQL type that a field names, e.g. `DECIMAL(12,2)`; CONFIG_INVALID if it cannot be stored. */
export function parseType(field: ConfigField): SqlType {
  const text = field.text().trim().toUpperCase();
  const simple = TYPES.get(text);
  if (simple) return simple;
  const decimal = /^(?:DECIMAL|NUMERIC)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/.exec(text);
  if (!decimal) {
    throw field.invalid(
      `no type that Tacit stores; use ${[...TYPES.keys()].join(', ')} or DECIMAL(p,s)`,
    );
  }
  const precision = Number(decimal[1]);
  const scale = Number(decimal[2] ?? 0);
  if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale > precision) {
    throw field.invalid(`DECIMAL(p,s) needs 1 <= p <= ${DECIMAL_PRECISION_MAX} and s <= p`);
  }
  return { kind: 'decimal', precision, scale };
}
