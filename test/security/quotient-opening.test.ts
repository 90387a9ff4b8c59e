import { describe, expect, it } from 'vitest';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { compileSql, versionOf } from '../compiler/clear.ts';
import type { TestTable } from '../oracle/tables.ts';
import { clearRows, signed } from '../sql/clear-rows.ts';

/** One row with the columns a and b. */
function tableOf(a: bigint, b: bigint): TestTable {
  const column = (name: string) => ({
    ...{ name, nullable: false, bounds: { min: -(2n ** 40n), max: 2n ** 40n } },
    type: { kind: 'integer', name: 'BIGINT' } as const,
  });
  const columns = [a, b].map((value) => ({ values: BigInt64Array.of(value) }));
  return {
    definition: { name: 't', keys: [], columns: [column('a'), column('b')] },
    parts: [{ owner: 'owner', rows: 1, columns }],
  };
}

/** What the analyst opens for a statement over one row, and what it says. */
function opened(sql: string, [a, b]: readonly [bigint, bigint]) {
  const table = tableOf(a, b);
  const version = versionOf(table);
  const { program, shape } = compileSql(sql, [version]);
  const found = evaluate(program, clearRows([version], [table]));
  return { bits: found.planes, rows: decodeRows(shape, signed(found)) };
}

/** The inverse of a modulo m, coprime. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, next, s, after] = [m, a, 0n, 1n];
  while (next > 0n) [r, next, s, after] = [next, r % next, after, s - (r / next) * after];
  return ((s % m) + m) % m;
}

const [N, D] = [412_316_860_417n, 549_755_813_881n];
const OTHER = inverse(N, D);
/** Fractions that are equal, or so close (neighbours in a Farey sequence) that no double lies between them. */
const PAIRS = [
  {
    first: [N, D],
    second: [(N * OTHER - 1n) / D, OTHER],
  },
  { first: [1n, 3n], second: [2n, 6n] },
  // The higher bits of 3 are above those of 9, those of 1 below those of 3.
  { first: [1n, 3n], second: [3n, 9n] },
  { first: [7n, 1_000_003n], second: [7n * 3n, 3n * 1_000_003n] },
  { first: [1_000_003n, 7n], second: [5n * 1_000_003n, 35n] },
  { first: [-1n, 3n], second: [3n, -9n] },
  // Both are shown as 0.
  { first: [0n, 3n], second: [0n, -9n] },
] as const;

describe('what is opened of a quotient depends on its double alone', () => {
  it.each(PAIRS)('$first and $second', ({ first, second }) => {
    for (const sql of [
      'SELECT SUM(a) / SUM(b) FROM t',
      'SELECT ROUND(100.0 * SUM(a) / SUM(b), 2) FROM t',
    ]) {
      const [one, other] = [opened(sql, first), opened(sql, second)];
      expect(one.rows, sql).toEqual(other.rows);
      // Whoever sees more learns of numerator and denominator what the statement did not ask for.
      expect(one.bits, sql).toEqual(other.bits);
    }
  });
});
