import { TEXT_BYTES_MAX } from '../../src/catalog/check-definition.ts';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { textBounds } from '../../src/catalog/types.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Duck } from './duckdb.ts';
import { findRow, type LoadedTable } from './load.ts';
import { multiplicity } from './multiplicity.ts';
import type { UnionColumn } from './unify.ts';

/** A column that is published: its definition and SQL of its stored integer, or secret text, over c0, c1, ... */
export interface PublishedColumn {
  readonly definition: ColumnDefinition;
  readonly sql: string;
}

export type ColumnDecision = {
  readonly published?: PublishedColumn;
  /** For the owner: why the column is not published, or what happened to its values. */
  readonly warning?: string;
};

/**
 * A string column as secret text: VARCHAR(n) with the declared n, or else the length of the longest value rounded up to a
 * power of two, so that its exact length stays secret. VALUE_OUT_OF_BOUNDS if a value is longer than declared.
 */
export async function secretText(
  duck: Duck,
  table: LoadedTable,
  column: UnionColumn,
  sql: string,
): Promise<ColumnDecision> {
  const what = `${table.name}.${column.name}`;
  const zero = await findRow(duck, table, `contains(${sql}, chr(0))`, `${what}: looking for zeros`);
  if (zero) return { warning: `${what} is not published: a value contains a zero character` };
  const [rows, present, longest] = await duck.row(
    `SELECT count(*), count(x), max(strlen(x)) FROM (SELECT ${sql} x FROM ${table.all})`,
    `${what}: finding its longest value`,
  );
  const bytes = Number(longest ?? 0n);
  const declared = column.config?.bytes;
  if (declared !== undefined && bytes > declared) {
    const condition = `strlen(${sql}) > ${declared}`;
    const bad = await findRow(duck, table, condition, `${what}: checking its lengths`);
    throw new TacitError(
      'VALUE_OUT_OF_BOUNDS',
      `${what}: the value in ${bad?.source}, row ${bad?.row} is longer than ${declared} bytes`,
    );
  }
  if (bytes > TEXT_BYTES_MAX) {
    const reason = `a value has more than ${TEXT_BYTES_MAX} bytes`;
    return { warning: `${what} is not published: ${reason}` };
  }
  const size = declared ?? 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
  const definition: ColumnDefinition = {
    ...{ name: column.name, type: { kind: 'varchar' }, bytes: size, bounds: textBounds(size) },
    nullable: present !== rows,
    multiplicity: await multiplicity(duck, table, [sql], what),
  };
  return { published: { definition, sql } };
}
