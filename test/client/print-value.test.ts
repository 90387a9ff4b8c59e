import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printDecimal } from '../../src/catalog/decimal.ts';
import { printDate, printTimestamp, printValue } from '../../src/client/query/print-value.ts';

const BIGINT = { kind: 'integer', name: 'BIGINT' } as const;

describe('printValue', () => {
  it.each([
    [2n ** 53n - 1n, 9007199254740991],
    [2n ** 53n, '9007199254740992'],
    [-(2n ** 53n), '-9007199254740992'],
    [-(2n ** 63n), '-9223372036854775808'],
    [0n, 0],
  ])('BIGINT %s', (value, shown) => {
    expect(printValue(BIGINT, value)).toBe(shown);
    expect(printValue({ kind: 'hugeint' }, value)).toBe(shown);
  });

  it('prints booleans', () => {
    expect(printValue({ kind: 'boolean' }, 1n)).toBe(true);
    expect(printValue({ kind: 'boolean' }, 0n)).toBe(false);
  });
});

describe('printDecimal', () => {
  it.each([
    [-5n, 2, '-0.05'],
    [0n, 2, '0.00'],
    [12345n, 0, '12345'],
    [-12345n, 4, '-1.2345'],
    [1n, 18, '0.000000000000000001'],
  ])('%s at scale %s', (unscaled, scale, text) => {
    expect(printDecimal(unscaled, scale)).toBe(text);
  });
});

describe('dates and timestamps', () => {
  it('print as DuckDB prints them', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const day = fc.integer({ min: -1_000_000, max: 4_000_000 });
    const micros = fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n });
    const days = [0, -1, -719_162, -719_163, 11_016, ...fc.sample(day, { numRuns: 200, seed: 1 })];
    const times = [0n, 1n, -1n, 500_000n, ...fc.sample(micros, { numRuns: 200, seed: 2 })];
    const dates = await connection.runAndReadAll(
      `SELECT (DATE '1970-01-01' + d)::DATE::VARCHAR FROM (SELECT unnest([${days.join()}])::INTEGER d)`,
    );
    const stamps = await connection.runAndReadAll(
      `SELECT make_timestamp(t)::VARCHAR FROM (SELECT unnest([${times.join()}])::BIGINT t)`,
    );
    expect(days.map((d) => printDate(BigInt(d)))).toEqual(dates.getRows().map(([text]) => text));
    expect(times.map(printTimestamp)).toEqual(stamps.getRows().map(([text]) => text));
    connection.closeSync();
    instance.closeSync();
  });
});
