import type { ColumnDefinition, TableDefinition } from '../catalog/table.ts';

/** A table definition as JSON: bounds are strings of digits. */
export interface DefinitionJson {
  readonly name: string;
  readonly columns: readonly ColumnJson[];
  readonly keys: TableDefinition['keys'];
}

interface ColumnJson extends Omit<ColumnDefinition, 'bounds'> {
  readonly bounds: { readonly min: string; readonly max: string };
}

export function encodeDefinition(definition: TableDefinition): DefinitionJson {
  const columns = definition.columns.map((column) => ({
    ...column,
    bounds: { min: column.bounds.min.toString(), max: column.bounds.max.toString() },
  }));
  return { name: definition.name, columns, keys: definition.keys };
}

/** Expects what the route's schema has checked: bounds are decimal digits. */
export function decodeDefinition(json: DefinitionJson): TableDefinition {
  const columns = json.columns.map(
    (column): ColumnDefinition => ({
      ...column,
      bounds: { min: BigInt(column.bounds.min), max: BigInt(column.bounds.max) },
    }),
  );
  return { name: json.name, columns, keys: json.keys };
}
