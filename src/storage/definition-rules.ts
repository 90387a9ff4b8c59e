import { checkDefinition, checkOwners, TABLES_MAX } from '../catalog/check-definition.ts';
import { definitionDigest } from '../catalog/digest.ts';
import type { SharedDefinition } from '../catalog/table.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Acceptance } from './share-store.ts';
import { conflict, invalid, type TableRecord } from './table-record.ts';

/** A table that nobody has accepted; UPLOAD_INVALID if the definition or the owners have not the required form. */
export function newTable(crypto: CryptoProvider, definition: SharedDefinition): TableRecord {
  checkDefinition(definition.table);
  checkOwners(definition.owners);
  const digest = definitionDigest(crypto, definition);
  return { definition, digest, accepted: [], versions: [], pending: null, retired: [] };
}

/**
 * Whether a new table is to be stored beside `tableCount` others: false if the same one exists; UPLOAD_CONFLICT if another
 * one of that name does.
 */
export function isNewTable(
  existing: TableRecord | undefined,
  table: TableRecord,
  tableCount: number,
): boolean {
  const { name } = table.definition.table;
  if (existing) {
    if (existing.digest === table.digest) return false;
    throw conflict(`table ${name} exists with another definition or other owners`);
  }
  if (tableCount < TABLES_MAX) return true;
  throw conflict(`table ${name} would be one too many: ${TABLES_MAX} are defined here`);
}

/** The table with one more consent; UPLOAD_CONFLICT if it is for another definition, UPLOAD_INVALID if of nobody listed. */
export function acceptTable(
  table: TableRecord,
  digest: string,
  { owner, signature }: Acceptance,
): TableRecord {
  const { name } = table.definition.table;
  if (digest !== table.digest) {
    throw conflict(`table ${name} has another definition here than the one that was accepted`);
  }
  if (!table.definition.owners.includes(owner)) {
    throw invalid(`"${owner}" is not an owner that the definition of table ${name} lists`);
  }
  const others = table.accepted.filter((entry) => entry.owner !== owner);
  return { ...table, accepted: [...others, { owner, signature }] };
}
