import {
  type ColumnDefinition,
  revealOf,
  type TableDefinition,
  type TableVersion,
} from '../../src/catalog/table.ts';
import { printType } from '../../src/catalog/types.ts';
import type { DefinedTable } from '../../src/storage/share-store.ts';

/** A column as people read it. */
export interface ListedColumn {
  readonly name: string;
  /** As SQL writes it, e.g. `DECIMAL(12,2)` or `VARCHAR(20)`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly reveal: string;
  /** Number of strings of its dictionary. */
  readonly dictionary?: number;
}

/** One version of a table, ready for queries. */
export interface ListedVersion {
  readonly name: string;
  readonly number: number;
  readonly digest: string;
  /** Rows of each owner, in the order of their first part. */
  readonly owners: readonly { readonly owner: string; readonly rows: number }[];
  readonly columns: readonly ListedColumn[];
}

/** What owners agree on before there are rows. */
export interface ListedDefinition {
  readonly name: string;
  readonly digest: string;
  readonly columns: readonly ListedColumn[];
  readonly owners: readonly string[];
  /** Owners who have signed it. */
  readonly accepted: readonly string[];
}

export function listVersion({ definition, digest, number, parts }: TableVersion): ListedVersion {
  const rows = new Map<string, number>();
  for (const part of parts) rows.set(part.owner, (rows.get(part.owner) ?? 0) + part.rows);
  const owners = Array.from(rows, ([owner, sum]) => ({ owner, rows: sum }));
  return { name: definition.name, number, digest, owners, columns: columnsOf(definition) };
}

export function listDefinition({ accepted, definition, digest }: DefinedTable): ListedDefinition {
  const { owners, table } = definition;
  const signed = accepted.map(({ owner }) => owner);
  return { name: table.name, digest, columns: columnsOf(table), owners, accepted: signed };
}

function columnsOf({ columns }: TableDefinition): ListedColumn[] {
  return columns.map((column) => ({
    name: column.name,
    type: typeName(column),
    nullable: column.nullable,
    reveal: revealOf(column),
    ...(column.dictionary === undefined ? {} : { dictionary: column.dictionary.length }),
  }));
}

function typeName({ bytes, type }: ColumnDefinition): string {
  return bytes === undefined ? printType(type) : `${printType(type)}(${bytes})`;
}
