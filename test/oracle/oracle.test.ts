import { describe, expect, it } from 'vitest';
import type { TableDefinition } from '../../src/catalog/table.ts';
import type { NumberBlock } from '../../src/sharing/upload.ts';
import { difference } from './compare.ts';
import { oracle } from './duckdb.ts';
import { randomTable, type TestTable, wholeColumns } from './tables.ts';
import { printDate, printDecimal, printTimestamp } from './values.ts';

function cellsOf(table: TestTable): (string | bigint | boolean | null)[][] {
  const columns = wholeColumns(table);
  const rows = columns[0]?.values.length ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    table.definition.columns.map((definition, c) => print(definition, columns[c], row)),
  );
}

function print(
  { type, dictionary }: TableDefinition['columns'][number],
  column: NumberBlock | undefined,
  row: number,
): string | bigint | boolean | null {
  if (!column || column.nulls?.[row]) return null;
  const value = column.values[row] ?? 0n;
  if (type.kind === 'boolean') return value === 1n;
  if (type.kind === 'decimal') return printDecimal(value, type.scale);
  if (type.kind === 'date') return printDate(value);
  if (type.kind === 'timestamp') return printTimestamp(value);
  if (type.kind === 'varchar') return dictionary?.[Number(value)] ?? '';
  return value;
}

describe('oracle', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`holds the values of random table ${seed}`, async () => {
      const table = randomTable(seed);
      const duck = await oracle([table]);
      const answer = await duck.run('SELECT * FROM t');
      duck.close();
      expect(answer.columns.map((column) => column.name)).toEqual(
        table.definition.columns.map((column) => column.name),
      );
      expect(answer.rows).toEqual(cellsOf(table));
      expect(difference(answer, cellsOf(table))).toBeUndefined();
    });
  }

  it('reports types, exact sums and doubles', async () => {
    const duck = await oracle([randomTable(7, { rows: 50 })]);
    const sql = 'SELECT SUM(few) s, COUNT(*) c, AVG(id) a, SUM(price) p FROM t';
    const answer = await duck.run(sql);
    duck.close();
    const types = answer.columns.map((column) => column.type);
    expect(types).toEqual(['HUGEINT', 'BIGINT', 'DOUBLE', 'DECIMAL(38,2)']);
    expect(typeof answer.rows[0]?.[1]).toBe('bigint');
  });

  it('compares multisets, spellings of numbers and doubles with tolerance', () => {
    const types = ['BIGINT', 'DECIMAL(12,2)', 'DOUBLE'];
    const columns = types.map((type) => ({ name: type, type }));
    const rows = [
      [1n, '1.50', 0.1],
      [2n, '0.00', 3],
    ];
    const expected = { columns, rows };
    const same = [
      ['2', 0, 3.0000000001],
      [1, '1.5', 0.1],
    ];
    expect(difference(expected, same)).toBeUndefined();
    expect(difference(expected, [[1, '1.51', 0.1], same[0] ?? []])).toMatch(
      /1\.51 instead of 1\.50/,
    );
    expect(difference(expected, [same[0] ?? []])).toMatch('1 rows instead of 2');
    expect(difference(expected, [[null, '1.5', 0.1], same[0] ?? []])).toMatch('instead of');
  });

  it('gives every kind of row count', () => {
    const counts = Array.from({ length: 40 }, (_, seed) =>
      randomTable(seed).parts.reduce((sum, part) => sum + part.rows, 0),
    );
    expect(counts).toContain(0);
    expect(counts).toContain(1);
    expect(Math.max(...counts)).toBeGreaterThan(100);
  });
});
