import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGGREGATES } from '../../src/parser/aggregates.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { FUNCTIONS } from '../../src/planner/bind/functions.ts';
import { type Oracle, oracle } from '../oracle/duckdb.ts';
import { meaning, sameAs } from '../planner/clear-answer.ts';
import {
  dateParts,
  exampleOf,
  intervalUnits,
  namesOf,
  refusedAggregates,
  truncatedParts,
} from './derived-lists.ts';
import { CATALOG, CLAIMS, PAYMENTS, prepared } from './prepare-sql.ts';
import { page } from './sql-page.ts';
import { AGGREGATE_FAMILIES, FUNCTION_FAMILIES, PARAMETERS, PARTS } from './supported-sql.ts';

const DOCUMENT = join(import.meta.dirname, '../../docs/sql.md');

const families = [...FUNCTION_FAMILIES, ...AGGREGATE_FAMILIES].flatMap((family) =>
  namesOf(family).map((name) => exampleOf(family, name)),
);
const dates = [
  ...dateParts().map((part) => `SELECT SUM(EXTRACT(${part} FROM seen)) FROM claims`),
  ...truncatedParts().map((part) => `SELECT MIN(date_trunc('${part}', seen)) FROM claims`),
  ...intervalUnits().map((unit) => `SELECT MAX(seen + INTERVAL 2 ${unit}) FROM claims`),
];
/** What the document says in words. */
const said = [
  'SELECT ROUND(AVG(amount), 2), ROUND(100.0 * SUM(visits) / COUNT(*), 1) FROM claims',
  'SELECT state FROM claims GROUP BY state HAVING SUM(visits) > 3 * COUNT(*) AND STDDEV(visits) > 2',
  'SELECT VARIANCE(visits) / 2, ABS(-AVG(visits)), CEIL(AVG(age)), 1e3, 2.5e-1 * SUM(age) FROM claims',
  'SELECT SUM(amount / 0), SUM(id % 0) FROM claims',
];
const statements = [
  ...new Set([...PARTS.flatMap(({ examples }) => examples), ...families, ...dates, ...said]),
];
/** Planning takes long; functions that are bound alike are planned alike. */
const planned = [
  ...PARTS.flatMap(({ examples }) => examples).filter((sql) => / FROM /.test(sql)),
  'SELECT every(paid) FROM claims',
];
/** DuckDB's rows are compared in the clear, where secret text and parameters have no form; DuckDB does not know EVERY. */
const comparable = statements.filter(
  (sql) => !/\bpatients\b|\bevery\(/.test(sql) && !(sql in PARAMETERS),
);

describe('docs/sql.md', () => {
  it('says what the code does', async () => {
    await expect(page()).toMatchFileSnapshot(DOCUMENT);
  });

  it('lists every function and every aggregate', () => {
    expect(FUNCTION_FAMILIES.flatMap(namesOf).sort()).toEqual(Object.keys(FUNCTIONS).sort());
    const aggregates = [...AGGREGATE_FAMILIES.flatMap(namesOf), ...refusedAggregates()];
    expect(aggregates.sort()).toEqual([...AGGREGATES].sort());
  });
});

describe('statements of the document', () => {
  let truth: Oracle;
  beforeAll(async () => {
    truth = await oracle([CLAIMS, PAYMENTS]);
  });
  afterAll(() => truth.close());

  it.each(planned)('are planned: %s', (sql) => {
    expect(prepared(sql).measurement.total.rounds).toBeGreaterThan(0);
  });

  it.each(comparable)('mean what DuckDB says: %s', async (sql) => {
    const plan = bind(parseStatement(sql), CATALOG);
    sameAs(await truth.run(sql), meaning(plan, CLAIMS, PAYMENTS), plan);
  });
});

describe('where DuckDB differs', () => {
  it.each([
    ['SELECT 1 / 0', 'SET ieee_floating_point_ops = true'],
    [
      "SELECT COUNT(*) FROM claims WHERE date_trunc('year', admitted) <> DATE '2019-04-24'",
      "SET disabled_optimizers = ''",
    ],
  ])('%s', async (sql, setting) => {
    const plan = bind(parseStatement(sql), CATALOG);
    const truth = await oracle([CLAIMS, PAYMENTS]);
    sameAs(await truth.run(sql), meaning(plan, CLAIMS), plan);
    await truth.run(setting);
    const other = await truth.run(sql);
    expect(() => sameAs(other, meaning(plan, CLAIMS), plan)).toThrow();
    truth.close();
  });
});
