import { describe, expect, it } from 'vitest';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import type { ParameterValue } from '../../src/planner/parameters.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { oracle } from '../oracle/duckdb.ts';
import { Rng } from '../oracle/rng.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';
import { meaning, sameAs, versionOf } from './clear-answer.ts';
import { evaluatePlan } from './clear-plan.ts';
import type { ClearRow } from './clear-scalar.ts';
import { catalog } from './tables.ts';

const BYTES = 6;
const WORDS = ['', 'a', 'ab', 'abc', 'abcdef', 'b', 'z', 'é', 'ñandu', 'Zür'].sort((a, b) =>
  Buffer.compare(Buffer.from(a), Buffer.from(b)),
);

function encoded(word: string): bigint {
  return BigInt(
    `0x${Buffer.from(word)
      .toString('hex')
      .padEnd(2 * BYTES, '0')}`,
  );
}

function textTable(dictionary: readonly string[] | undefined): TestTable {
  const rows = 40;
  const rng = new Rng(5);
  const codes = BigInt64Array.from({ length: rows }, () => BigInt(rng.below(WORDS.length)));
  const nulls = Uint8Array.from({ length: rows }, () => (rng.chance(0.2) ? 1 : 0));
  const groups = BigInt64Array.from({ length: rows }, () => BigInt(rng.below(3)));
  const text: ColumnDefinition = {
    ...{ name: 'v', type: { kind: 'varchar' }, nullable: true },
    ...(dictionary === undefined
      ? { bytes: BYTES, bounds: { min: 0n, max: 2n ** 48n - 1n } }
      : { dictionary, bounds: { min: 0n, max: BigInt(WORDS.length - 1) } }),
  };
  const group: ColumnDefinition = {
    ...{ name: 'g', type: { kind: 'integer', name: 'INTEGER' }, nullable: false },
    bounds: { min: 0n, max: 2n },
  };
  const columns = [{ values: codes, nulls }, { values: groups }];
  return {
    definition: { name: 't', columns: [text, group], keys: [] },
    parts: [{ owner: 'one', rows, columns }],
  };
}

const SECRET = [
  "SELECT COUNT(*) FILTER (WHERE v = 'ab'), COUNT(*) FILTER (WHERE v <> 'é'), COUNT(*) FILTER (WHERE 'b' < v) FROM t",
  "SELECT COUNT(*) FILTER (WHERE v >= 'abcdef'), COUNT(*) FILTER (WHERE v <= ''), COUNT(*) FILTER (WHERE v IS NULL) FROM t",
  "SELECT COUNT(*) FILTER (WHERE v = 'abcdefg'), COUNT(*) FILTER (WHERE v <> 'abcdefg'), COUNT(*) FILTER (WHERE v < 'abcdefg'), COUNT(*) FILTER (WHERE v <= 'abcdefg'), COUNT(*) FILTER (WHERE v > 'abcdefg'), COUNT(*) FILTER (WHERE v >= 'abcdefg') FROM t",
  "SELECT COUNT(*) FROM t WHERE v IN ('a', 'z', 'no such word', NULL) OR v BETWEEN 'ab' AND 'b'",
  'SELECT g, MIN(v), MAX(v), COUNT(v) FROM t GROUP BY g',
  'SELECT v, COUNT(*) FROM t GROUP BY v',
  'SELECT COUNT(DISTINCT v), QUANTILE_DISC(v, 0.5) FROM t',
  'SELECT PERCENTILE_DISC(0.3) WITHIN GROUP (ORDER BY v DESC) FROM t',
  "SELECT v, 'x' FROM t UNION SELECT 'abcdefgh', v FROM t",
  'SELECT x.g, y.g FROM t x JOIN t y ON x.v = y.v',
  "SELECT v, RANK() OVER (ORDER BY v), LAG(v, 1, 'none at all') OVER (ORDER BY v) FROM t",
  "SELECT MIN(COALESCE(v, 'nothing')), MAX(CASE WHEN g = 1 THEN v ELSE 'x' END), MAX(GREATEST(v, 'abd')), COUNT(NULLIF(v, 'a')) FROM t",
  "SELECT COUNT(*) FILTER (WHERE v IS DISTINCT FROM 'a'), COUNT(*) FILTER (WHERE v = v) FROM t",
  "SELECT g FROM t GROUP BY g HAVING MAX(v) > 'c' ORDER BY MIN(v), g LIMIT 2",
];

describe('secret text', () => {
  it.each(SECRET)('%s', async (sql) => {
    const truth = await oracle([textTable(WORDS)]);
    const secret = textTable(undefined);
    const [codes, groups] = secret.parts[0]?.columns ?? [];
    if (
      codes === undefined ||
      groups === undefined ||
      !('values' in codes) ||
      !('values' in groups)
    ) {
      throw new Error('two columns of numbers');
    }
    const rows: ClearRow[] = Array.from(codes.values, (code, row) => [
      codes.nulls?.[row] === 1 ? null : encoded(WORDS[Number(code)] ?? ''),
      groups.values[row] ?? 0n,
    ]);
    const plan = bind(parseStatement(sql), { tables: [versionOf(secret)] });
    for (const each of [plan, optimize(plan)])
      sameAs(await truth.run(sql), evaluatePlan(each, new Map([['t', rows]])), each);
    truth.close();
  });

  it.each([
    "SELECT COUNT(*) FROM t WHERE v LIKE 'a%'",
    'SELECT MAX(UPPER(v)) FROM t',
    'SELECT SUM(LENGTH(v)) FROM t',
    "SELECT COUNT(*) FROM t WHERE v = 'a\0b'",
  ])('refuses by name %j', (sql) => {
    const tables = [versionOf(textTable(undefined))];
    expect(() => bind(parseStatement(sql), { tables })).toThrow(TacitError);
  });
});

const PARTS = [
  'year',
  'month',
  'day',
  'quarter',
  'week',
  'dow',
  'isodow',
  'doy',
  'isoyear',
  'yearweek',
  'decade',
  'century',
];
const STARTS = ['year', 'quarter', 'month', 'week', 'decade', 'isoyear'];

describe('dates of a hundred and forty years', () => {
  const rng = new Rng(9);
  const [min, max] = [-29_220n, 21_915n];
  const values = BigInt64Array.from({ length: 1500 }, () => rng.bigint(min, max));
  const day: ColumnDefinition = {
    ...{ name: 'day', type: { kind: 'date' }, nullable: false, bounds: { min, max } },
  };
  const table: TestTable = {
    definition: { name: 't', columns: [day], keys: [] },
    parts: [{ owner: 'one', rows: values.length, columns: [{ values }] }],
  };

  it.each([
    ...PARTS.map((part) => `date_part('${part}', day) % 1000`),
    ...PARTS.map((part) => `date_part('${part}', day - INTERVAL 61 MINUTE) % 1000`),
    ...STARTS.map((part) => `day - date_trunc('${part}', day)::DATE`),
    ...['+ INTERVAL 1', '+ INTERVAL 12', '- INTERVAL 1', "+ INTERVAL '-13'"].map(
      (months) => `(day ${months} MONTH)::DATE - day`,
    ),
    "(day + INTERVAL '25 hours' - INTERVAL 5 MONTH)::DATE - day",
  ])('%s', async (expression) => {
    const sql = `SELECT ${expression} AS x, COUNT(*), MIN(day), MAX(day) FROM t GROUP BY x`;
    const truth = await oracle([table]);
    const plan = bind(parseStatement(sql), { tables: [versionOf(table)] });
    sameAs(await truth.run(sql), meaning(plan, table), plan);
    truth.close();
  });
});

describe('parameters', () => {
  const table = randomTable(5, { rows: 120 });
  const tables = [versionOf(table)];
  const given: readonly (readonly [sql: string, values: ParameterValue[], literal: string])[] = [
    ['SELECT SUM(n) FROM t WHERE n > $1', [{ number: '5' }], 'SELECT SUM(n) FROM t WHERE n > 5'],
    [
      'SELECT MAX(few) + ?, COUNT(*) FROM t WHERE word = ? OR day < ?',
      [{ number: '1' }, 'AK', '2019-04-17'],
      "SELECT MAX(few) + 1, COUNT(*) FROM t WHERE word = 'AK' OR day < '2019-04-17'",
    ],
    [
      'SELECT word, COUNT(*) FROM t WHERE flag = $2 GROUP BY word ORDER BY 2 DESC, word LIMIT $1 OFFSET $3',
      [{ number: '3' }, true, { number: '1' }],
      'SELECT word, COUNT(*) FROM t WHERE flag = TRUE GROUP BY word ORDER BY 2 DESC, word LIMIT 3 OFFSET 1',
    ],
    [
      'SELECT COUNT(*) FROM t WHERE n = $1 OR price < $2 OR few = $2',
      [null, { number: '-2.5' }],
      'SELECT COUNT(*) FROM t WHERE n = NULL OR price < -2.5 OR few = -2.5',
    ],
  ];

  it.each(given)('%s', async (sql, values, literal) => {
    const truth = await oracle([table]);
    const plan = bind(parseStatement(sql), { tables }, values);
    const expected = await truth.run(literal);
    if (plan.kind !== 'output') throw new Error('a plan ends in an output');
    sameAs(expected, meaning(plan, table), plan);
    truth.close();
  });

  it.each([
    ['SELECT COUNT(*) FROM claims WHERE a > $1', [], /1 parameter, 0 values/],
    ['SELECT COUNT(*) FROM claims WHERE a > $1', [true, true], /1 parameter, 2 values/],
    ['SELECT COUNT(*)', [null], /0 parameters, 1 values/],
    [
      'SELECT COUNT(*) FROM claims WHERE a > $1',
      [{ number: '1; x' }],
      /parameter \$1 is not a number/,
    ],
    ['SELECT COUNT(*) FROM claims LIMIT $1', [{ number: '-1' }], /0 or more/],
    ['SELECT COUNT(*) FROM claims WHERE a > $1', ['x'], /'x' is not a INTEGER/],
  ] as const)('%s with %j', (sql, values, message) => {
    expect(() => bind(parseStatement(sql), catalog(), values)).toThrow(message);
  });
});

describe('the size of expressions', () => {
  const nested = (depth: number, wrap: (inner: string) => string) =>
    Array.from({ length: depth }).reduce<string>((inner) => wrap(inner), 'n');

  it.each([
    ['COALESCE of quotients', (x: string) => `COALESCE(${x} / 2, 1)`],
    ['NULLIF', (x: string) => `NULLIF(${x}, 3)`],
    ['GREATEST of quotients', (x: string) => `GREATEST(${x} / 2, n / 3)`],
    ['SIGN', (x: string) => `SIGN(${x} / 2)`],
  ])('is bounded: %s', (_, wrap) => {
    const sql = `SELECT COUNT(*) FROM claims WHERE ${nested(40, wrap)} > 1`;
    const started = performance.now();
    try {
      bind(parseStatement(sql), catalog());
    } catch (error) {
      expect(error).toBeInstanceOf(TacitError);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
