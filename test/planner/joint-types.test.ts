import { afterAll, beforeAll, expect, it } from 'vitest';
import { printType } from '../../src/catalog/types.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { prepare } from '../../src/engine/prepare.ts';
import { LAN } from '../../src/planner/network.ts';
import { type Oracle, oracle } from '../oracle/duckdb.ts';
import { randomTable } from '../oracle/tables.ts';

/** The order of branches decides the type: what DuckDB does with integer literals beside narrow columns. */
const VALUES = [
  'CASE WHEN flag THEN 3 WHEN id < 1 THEN s ELSE 7 END',
  'CASE WHEN flag THEN s WHEN id < 1 THEN 3 ELSE 7 END',
  'CASE WHEN flag THEN 3 ELSE s END',
  'CASE WHEN flag THEN 3 WHEN id < 2 THEN 4 ELSE s END',
  'CASE WHEN flag THEN 3 WHEN id < 2 THEN s END',
  'CASE WHEN flag THEN NULL WHEN id < 2 THEN s ELSE 7 END',
  'CASE WHEN flag THEN NULL WHEN id < 2 THEN 7 ELSE s END',
  'CASE WHEN flag THEN s WHEN id < 2 THEN NULL ELSE 7 END',
  'CASE WHEN flag THEN 300000 ELSE s END',
  'COALESCE(3, 7, s)',
  'COALESCE(s, 3, 7)',
  'COALESCE(NULL, 3, s)',
  'COALESCE(3, NULL, s)',
  'COALESCE(3, s)',
  'GREATEST(3, 7, s)',
  'LEAST(s, 3, 7)',
  'COALESCE(3, 2.5, s)',
  'COALESCE(CAST(s AS HUGEINT), 2.5)',
  'GREATEST(2.5, CAST(s AS HUGEINT), 1.255)',
  'CASE WHEN flag THEN CAST(s AS HUGEINT) ELSE CAST(s AS DECIMAL(38,2)) END',
] as const;

const table = randomTable(3, { rows: 5, owners: 1 });
const small = { kind: 'integer', name: 'SMALLINT' } as const;
const columns = table.definition.columns.map((column) =>
  column.name === 'few'
    ? { ...column, name: 's', type: small, bounds: { min: -2n, max: 3n } }
    : column,
);
const narrow = { ...table, definition: { ...table.definition, columns } };
let truth: Oracle;
beforeAll(async () => {
  truth = await oracle([narrow]);
});
afterAll(() => truth.close());

it.each(VALUES)('%s', async (value) => {
  const sql = `SELECT MAX(${value}) AS x FROM t`;
  const version = {
    definition: narrow.definition,
    parts: [{ id: '00', owner: 'o', rows: 5, root: '00' }],
  };
  const catalog = { tables: [{ ...version, number: 1, digest: '00' }] };
  const { shape } = prepare(sql, catalog, LAN, nodeCrypto);
  const expected = (await truth.run(sql)).columns.map(({ type }) => type);
  expect(shape.columns.map(({ type }) => printType(type))).toEqual(expected);
});
