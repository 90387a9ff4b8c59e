import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { printType } from '../../src/catalog/types.ts';
import type { TestTable } from './tables.ts';
import { sqlLiteral } from './values.ts';

/**
 * Canonical values: integers of any width bigint, DECIMAL its text, DOUBLE number, BOOLEAN boolean,
 * DATE `YYYY-MM-DD`, TIMESTAMP `YYYY-MM-DD HH:MM:SS[.ffffff]`, VARCHAR string, NULL null.
 */
export type OracleCell = bigint | string | number | boolean | null;

export interface OracleAnswer {
  /** `type` as DuckDB prints it. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly OracleCell[])[];
}

export interface Oracle {
  /** Runs one statement; rejects with DuckDB's own error. */
  run(sql: string): Promise<OracleAnswer>;
  close(): void;
}

const ROWS_PER_INSERT = 500;

/** DuckDB in memory with the given tables, filled with the same typed values as ours. */
export async function oracle(tables: readonly TestTable[]): Promise<Oracle> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  // No row's data raises an error or an infinity in Tacit: x / 0 is NULL, as DuckDB says without IEEE division.
  await connection.run('SET ieee_floating_point_ops = false');
  // DuckDB 1.5 rewrites date_trunc('year', x) <> DATE '2019-04-24' to TRUE, also where x is NULL; without rewriting it says NULL.
  await connection.run("SET disabled_optimizers = 'expression_rewriter'");
  for (const table of tables) await load(connection, table);
  return {
    run: (sql) => run(connection, sql),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function load(connection: DuckDBConnection, table: TestTable): Promise<void> {
  const { definition, parts } = table;
  const columns = definition.columns.map(({ name, type }) => `${quote(name)} ${printType(type)}`);
  await connection.run(`CREATE TABLE ${quote(definition.name)} (${columns.join(', ')})`);
  for (const part of parts) {
    for (let from = 0; from < part.rows; from += ROWS_PER_INSERT) {
      const to = Math.min(part.rows, from + ROWS_PER_INSERT);
      const rows = Array.from({ length: to - from }, (_, k) => {
        const cells = definition.columns.map((column, c) => {
          const block = part.columns[c];
          if (!block || block.nulls?.[from + k]) return 'NULL';
          return sqlLiteral(column, block.values[from + k] ?? 0n);
        });
        return `(${cells.join(', ')})`;
      });
      await connection.run(`INSERT INTO ${quote(definition.name)} VALUES ${rows.join(', ')}`);
    }
  }
}

async function run(connection: DuckDBConnection, sql: string): Promise<OracleAnswer> {
  const result = await connection.runAndReadAll(sql);
  const types = result.columnTypes().map(String);
  const columns = result.columnNames().map((name, k) => ({ name, type: types[k] ?? '' }));
  const rows = result.getRows().map((row) => row.map((cell, k) => canonical(cell, types[k] ?? '')));
  return { columns, rows };
}

const INTEGER = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT))$/;

function canonical(cell: unknown, type: string): OracleCell {
  if (cell === null || cell === undefined) return null;
  if (INTEGER.test(type)) return BigInt(cell as number | bigint);
  if (type === 'DOUBLE' || type === 'FLOAT') return cell as number;
  if (type === 'BOOLEAN') return cell as boolean;
  return String(cell);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
