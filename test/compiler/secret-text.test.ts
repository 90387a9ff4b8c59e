import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnDefinition, TableVersion } from '../../src/catalog/table.ts';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { type ClearRows, evaluate } from '../../src/program/evaluate.ts';
import { difference } from '../oracle/compare.ts';
import { type Oracle, oracle } from '../oracle/duckdb.ts';
import { signed } from '../sql/clear-rows.ts';
import { compileSql } from './clear.ts';

const BYTES = 9;
const NAMES = ['Zoë', 'adam', '', 'Adam', 'ada', null, '東京', 'zoe', 'a b', 'adamanthe', null];
const CITIES = ['Rome', 'Oslo'] as const;
const cityOf = (row: number) => (row === 4 ? 1 : row % 3 === 0 ? 0 : 1);

const columns: readonly ColumnDefinition[] = [
  {
    name: 'name',
    type: { kind: 'varchar' },
    nullable: true,
    bounds: { min: 0n, max: 2n ** BigInt(8 * BYTES) - 1n },
    bytes: BYTES,
  },
  {
    name: 'city',
    type: { kind: 'varchar' },
    nullable: false,
    bounds: { min: 0n, max: 1n },
    dictionary: [...CITIES].sort(),
  },
];

const version: TableVersion = {
  definition: { name: 't', columns, keys: [] },
  parts: [{ id: 'part', owner: 'owner', rows: NAMES.length, root: '00' }],
  number: 1,
  digest: 'digest',
};

/** The UTF-8 bytes, padded with zeros behind, as one big-endian number. */
function encoded(name: string): bigint {
  const bytes = Buffer.alloc(BYTES);
  bytes.write(name, 'utf8');
  return BigInt(`0x${bytes.toString('hex')}`);
}

function plane(bit: (row: number) => boolean): Uint8Array {
  const bytes = new Uint8Array(8);
  for (let row = 0; row < NAMES.length; row++) {
    if (bit(row)) bytes[row >> 3] = (bytes[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bytes;
}

const rows: ClearRows = {
  planes: (_part, column) => {
    if (column === 1) return [plane((row) => cityOf(row) === 0)];
    const values = NAMES.map((name) => encoded(name ?? ''));
    const bits = Array.from({ length: 8 * BYTES }, (_, k) =>
      plane((row) => (((values[row] ?? 0n) >> BigInt(k)) & 1n) === 1n),
    );
    return [...bits, plane((row) => NAMES[row] === null)];
  },
  limb: () => {
    throw new Error('secret text has no field form');
  },
};

const VALUES = NAMES.map((name, row) => {
  const text = name === null ? 'NULL::VARCHAR' : `'${name}'`;
  return `(${text}, '${CITIES[cityOf(row)]}')`;
}).join(', ');

const QUERIES = `
SELECT MIN(name), MAX(name), COUNT(name), COUNT(*) FROM t
SELECT city, MIN(name), MAX(name) FROM t GROUP BY city ORDER BY city
SELECT COUNT(*) FROM t WHERE name = 'adam'
SELECT COUNT(*) FROM t WHERE name <> 'adam'
SELECT COUNT(*) FROM t WHERE name < 'adam' OR name >= 'zoe'
SELECT COUNT(*), MIN(name) FROM t WHERE name IN ('ada', 'adamanthe', 'much too long for it', '')
SELECT COUNT(*) FROM t WHERE name IS NULL
SELECT city FROM t GROUP BY city HAVING MAX(name) > 'zoe'
SELECT city, MAX(name) AS m FROM t GROUP BY city ORDER BY m DESC LIMIT 1
SELECT city FROM t GROUP BY city ORDER BY MIN(name)
SELECT MIN(m), MAX(m) FROM (SELECT city, MIN(name) AS m FROM t WHERE name > 'A' GROUP BY city) g
SELECT MIN(name) FROM t WHERE name > '龍'
`
  .trim()
  .split('\n');

describe('secret text', () => {
  let truth: Oracle;
  beforeAll(async () => {
    truth = await oracle([]);
  });
  afterAll(() => {
    truth.close();
  });

  it.each(QUERIES)('%s', async (sql) => {
    const expected = await truth.run(`WITH t(name, city) AS (VALUES ${VALUES}) ${sql}`);
    const { program, shape } = compileSql(sql, [version]);
    const found = decodeRows(shape, signed(evaluate(program, rows)));
    expect(difference(expected, found, /ORDER BY/.test(sql))).toBeUndefined();
  });
});
