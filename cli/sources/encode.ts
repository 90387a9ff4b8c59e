import type { SqlType } from '../../src/catalog/types.ts';

/**
 * SQL that turns a value of the given type into the BIGINT that is stored for it (see
 * ColumnDefinition); NULL stays NULL. `enumType` is DuckDB's type for the column's dictionary.
 */
export function encodeSql(type: SqlType, sql: string, enumType: string): string {
  switch (type.kind) {
    case 'decimal': {
      const unit = `CAST(${10n ** BigInt(type.scale)} AS DECIMAL(19,0))`;
      return `CAST(CAST(${sql} AS DECIMAL(18,${type.scale})) * ${unit} AS BIGINT)`;
    }
    case 'date':
      return `CAST(CAST(${sql} AS DATE) - DATE '1970-01-01' AS BIGINT)`;
    case 'timestamp':
      return `epoch_us(${sql})`;
    case 'varchar':
      return `CAST(enum_code(CAST(${sql} AS ${enumType})) AS BIGINT)`;
    default:
      return `CAST(${sql} AS BIGINT)`;
  }
}
