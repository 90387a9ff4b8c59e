import { describe, expect, it } from 'vitest';
import { decodeRows } from '../../../src/client/query/decode-rows.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import type { Program } from '../../../src/program/program.ts';
import { clearRows, signed } from '../../sql/clear-rows.ts';
import { compileSql, versionOf } from '../clear.ts';
import { groupedTable } from './grouped-table.ts';

const ROWS = 40;
/** `id` is the place of the row in the table. */
const table = groupedTable(1, ROWS, 1);
const version = versionOf(table);

function compiled(sql: string) {
  const { program, shape } = compileSql(sql, [version]);
  const opened = evaluate(program, clearRows([version], [table]));
  return { program, opened, rows: decodeRows(shape, signed(opened)).map((row) => row.map(Number)) };
}

/** Whether rows are put in an unknown order before the first stage that takes rows by their places, or sorts them. */
function isMixedFirst({ stages }: Program): boolean {
  const kinds = stages.map(({ kind }) => kind);
  const first = kinds.findIndex((kind) => ['sort', 'scan', 'concat'].includes(kind));
  return kinds.slice(0, first).includes('shuffle');
}

describe('rows that are equal in all keys', () => {
  it.each([
    'SELECT id, ROW_NUMBER() OVER () AS r FROM t',
    'SELECT id, ROW_NUMBER() OVER (ORDER BY id < 0) AS r FROM t',
    'SELECT id, ROW_NUMBER() OVER (PARTITION BY id < 0 ORDER BY id < 0) AS r FROM t',
    'SELECT id, NTILE(40) OVER (ORDER BY id < 0) AS r FROM t',
    'SELECT id, COUNT(*) OVER (ROWS UNBOUNDED PRECEDING) AS r FROM t',
    'SELECT id, 1 + COALESCE(LAG(id) OVER (), -1) AS r FROM t',
  ])('have places in a window that tell nothing: %s', (sql) => {
    const { program, rows } = compiled(sql);
    expect(rows).toHaveLength(ROWS);
    expect(isMixedFirst(program)).toBe(true);
    // Their places in the table would be 1, 2, ...
    expect(rows.filter(([id = 0, r]) => r === id + 1).length).toBeLessThan(ROWS / 2);
  });

  it.each([
    'SELECT id FROM t LIMIT 10',
    'SELECT id FROM t ORDER BY id < 0 LIMIT 10',
    'SELECT id FROM t WHERE id >= 0 LIMIT 10',
    'SELECT id FROM t WHERE y IS NOT NULL OR id >= 0 ORDER BY x < 1000 NULLS FIRST LIMIT 10',
  ])('are left out at random: %s', (sql) => {
    const { program, rows } = compiled(sql);
    expect(rows).toHaveLength(10);
    expect(isMixedFirst(program)).toBe(true);
    expect(rows.some(([id = 0]) => id >= 10)).toBe(true);
  });

  it.each([
    'SELECT x, y FROM t ORDER BY y, x LIMIT 10',
    'SELECT COUNT(*) FROM (SELECT x FROM t LIMIT 10)',
    'SELECT id, RANK() OVER (ORDER BY x) AS r FROM t',
    'SELECT id, SUM(y) OVER (PARTITION BY x ORDER BY y) AS r FROM t',
    'SELECT id, MAX(y) OVER (PARTITION BY x) AS r FROM t',
    'SELECT x, y, ROW_NUMBER() OVER (PARTITION BY x ORDER BY y) AS r FROM t',
  ])('need no shuffle where nothing tells them apart: %s', (sql) => {
    expect(isMixedFirst(compiled(sql).program)).toBe(false);
  });
});

it.each(['SELECT 1 AS one FROM t ORDER BY id', "SELECT 'x' AS one FROM t ORDER BY y, x DESC"])(
  'no bit of a key is opened where only constants are shown: %s',
  (sql) => {
    const { opened } = compiled(sql);
    const [whole, rest] = [Math.floor(ROWS / 8), (1 << (ROWS % 8)) - 1];
    for (const plane of opened.planes) {
      expect([...plane.subarray(0, whole)]).toEqual(Array.from({ length: whole }, () => 0xff));
      expect((plane[whole] ?? 0) & rest).toBe(rest);
    }
  },
);
