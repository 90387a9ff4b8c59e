import { hex } from '../crypto/hex.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { ColumnDefinition, TableDefinition, TablePart } from './table.ts';
import type { SqlType } from './types.ts';

/**
 * SHA-256 in lower-case hex of a table's definition, the owners of its slots and the parts that fill them, in the
 * order of slots; equal at all parties that hold the same version. Names count as written.
 */
export function tableDigest(
  crypto: CryptoProvider,
  definition: TableDefinition,
  owners: readonly string[],
  parts: readonly TablePart[],
): string {
  // Arrays only, so that no order of keys can matter; JSON separates and escapes without ambiguity.
  const canonical = JSON.stringify([
    'tacit/table/2',
    definition.name,
    definition.columns.map(columnFields),
    definition.keys.map(({ columns, multiplicity }) => [columns, multiplicity]),
    owners,
    parts.map(({ id, owner, rows }) => [id, owner, rows]),
  ]);
  const hash = crypto.sha256(new TextEncoder().encode(canonical));
  return hex(hash);
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
