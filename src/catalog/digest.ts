import type { CryptoProvider } from '../crypto/provider.ts';
import type { ColumnDefinition, TableDefinition, TablePart } from './table.ts';
import type { SqlType } from './types.ts';

/**
 * SHA-256 in lower-case hex of a table's definition and parts, equal at all parties that hold the same version.
 * The order of parts plays no role; names count as written.
 */
export function tableDigest(
  crypto: CryptoProvider,
  definition: TableDefinition,
  parts: readonly TablePart[],
): string {
  const sorted = sortParts(parts).map(({ id, owner, rows }) => [id, owner, rows]);
  // Arrays only, so that no order of keys can matter; JSON separates and escapes without ambiguity.
  const canonical = JSON.stringify([
    'tacit/table/1',
    definition.name,
    definition.columns.map(columnFields),
    definition.keys.map(({ columns, multiplicity }) => [columns, multiplicity]),
    sorted,
  ]);
  const hash = crypto.sha256(new TextEncoder().encode(canonical));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The fixed order in which a version's parts are read: by id. */
export function sortParts(parts: readonly TablePart[]): TablePart[] {
  return [...parts].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function columnFields(column: ColumnDefinition): unknown[] {
  const { name, type, nullable, bounds, dictionary, multiplicity } = column;
  const range = [bounds.min.toString(), bounds.max.toString()];
  return [name, typeFields(type), nullable, range, dictionary ?? null, multiplicity ?? null];
}

function typeFields(type: SqlType): unknown[] {
  if (type.kind === 'decimal') return [type.kind, type.precision, type.scale];
  return type.kind === 'integer' ? [type.kind, type.name] : [type.kind];
}
