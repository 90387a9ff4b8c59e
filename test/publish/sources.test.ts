import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { duck, folderWith } from '../sources/fixture.ts';
import { definitionOf, fileWith, readRows } from './rows.ts';

const DEFINITION = definitionOf({
  id: 'type: INTEGER, bounds: [0, 99]',
  state: 'type: VARCHAR, dictionary: [CA, NY]',
  amount: 'type: "DECIMAL(9,2)", bounds: [-1000, 1000], nullable: true',
  day: 'type: DATE, bounds: ["1969-01-01", "2024-12-31"]',
  at: 'type: TIMESTAMP, bounds: ["2024-01-01 00:00:00", "2024-12-31 00:00:00"], nullable: true',
  flag: 'type: BOOLEAN',
  name: 'type: VARCHAR(40), nullable: true',
});
const SQL = `SELECT * FROM (VALUES
  (1::INTEGER, 'NY', 0.10::DECIMAL(9,2), DATE '2024-01-31', TIMESTAMP '2024-01-01 00:00:00.5', true, 'short'),
  (2, 'CA', -12.25, DATE '1969-12-31', NULL, false, 'Grüße aus der Straße 🙂 xyz'),
  (3, 'CA', NULL, DATE '2024-02-29', TIMESTAMP '2024-06-01 12:00:00', true, NULL)
) t(id, state, amount, day, "at", flag, name)`;
const STORED = {
  id: [1n, 2n, 3n],
  state: [1n, 0n, 0n],
  amount: [10n, -1225n, null],
  day: [19753n, -1n, 19782n],
  at: [1704067200500000n, null, 1717243200000000n],
  flag: [1n, 0n, 1n],
  name: ['short', 'Grüße aus der Straße 🙂 xyz', null],
};

/** The same rows as a file that DuckDB writes. */
async function written(name: string, options: string): Promise<string> {
  const path = join(folderWith({}), name);
  await duck((connection) => connection.run(`COPY (${SQL}) TO '${path}' (${options})`));
  return path;
}

describe('rows by a definition', () => {
  it.each([
    ['a.csv', 'FORMAT csv, HEADER'],
    ['a.csv.gz', 'FORMAT csv, HEADER, COMPRESSION gzip'],
    ['a.tsv', "FORMAT csv, HEADER, DELIMITER '\t'"],
    ['a.csv', "FORMAT csv, HEADER, DATEFORMAT '%d.%m.%Y'"],
    ['a.json', 'FORMAT json, ARRAY true'],
    ['a.ndjson', 'FORMAT json'],
    ['a.parquet', 'FORMAT parquet'],
  ])('are the same from %s (%s)', async (name, options) => {
    const { rows, values } = await readRows(DEFINITION, [await written(name, options)]);
    expect(values).toEqual(STORED);
    expect(rows).toBe(3);
  });

  it('are those of all files in their order, with columns in any order and case', async () => {
    const definition = definitionOf({ a: 'type: INTEGER', b: 'type: VARCHAR(4)' });
    const first = fileWith('x.csv', 'B,c,A\nx,1,1\ny,2,2\n');
    const second = fileWith('y.ndjson', '{"a":3,"b":"z"}\n');
    const empty = fileWith('z.json', '[]');
    const { rows, unpublished, values } = await readRows(definition, [first, empty, second]);
    expect(values).toEqual({ a: [1n, 2n, 3n], b: ['x', 'y', 'z'] });
    expect(rows).toBe(3);
    expect(unpublished).toEqual(['c']);
  });

  it('may name a column of JSON late', async () => {
    const lines = Array.from({ length: 30_000 }, (_, k) =>
      k < 25_000 ? '{"a":1}' : '{"a":2,"b":"x"}',
    );
    const definition = definitionOf({ a: 'type: INTEGER', b: 'type: VARCHAR(1), nullable: true' });
    const { values } = await readRows(definition, [fileWith('a.ndjson', lines.join('\n'))]);
    expect(values['b']?.filter((value) => value === 'x')).toHaveLength(5000);
  });

  it('go over many blocks and files', async () => {
    const folder = folderWith({});
    const sql = (from: number, to: number) =>
      `SELECT range a, 'v' || range b FROM range(${from}, ${to})`;
    await duck(async (connection) => {
      await connection.run(`COPY (${sql(0, 70_000)}) TO '${folder}/1.parquet' (FORMAT parquet)`);
      await connection.run(
        `COPY (${sql(70_000, 150_001)}) TO '${folder}/2.csv' (FORMAT csv, HEADER)`,
      );
    });
    const definition = definitionOf({ a: 'type: INTEGER', b: 'type: VARCHAR(16)' });
    const { rows, values } = await readRows(definition, [`${folder}/1.parquet`, `${folder}/2.csv`]);
    expect(rows).toBe(150_001);
    expect(values['a']?.every((value, k) => value === BigInt(k))).toBe(true);
    expect(values['b']?.every((value, k) => value === `v${k}`)).toBe(true);
  });

  it("come from the owner's SELECT over the files, each named by its stem", async () => {
    const claims = fileWith('claims.csv', 'id,kind,paid\n1,a,10\n2,b,20\n3,a,5\n');
    const kinds = fileWith('kinds.csv', 'kind,name\na,car\nb,house\n');
    const definition = definitionOf({ name: 'type: VARCHAR(8)', paid: 'type: BIGINT' });
    const query =
      'SELECT name, sum(paid) AS paid FROM claims JOIN kinds USING (kind) GROUP BY name ORDER BY name;\n';
    const { values } = await readRows(definition, [claims, kinds], query);
    expect(values).toEqual({ name: ['car', 'house'], paid: [15n, 20n] });
  });
});

describe('a value that does not fit', () => {
  const cases: readonly [
    settings: string,
    cells: readonly string[],
    code: string,
    problem: string,
  ][] = [
    [
      'type: INTEGER',
      ['1', ''],
      'VALUE_OUT_OF_BOUNDS',
      'row 2: the value of column x is NULL, and no NULLs were declared',
    ],
    [
      'type: INTEGER',
      ['1', 'seven'],
      'SOURCE_INVALID',
      'row 2: the value of column x is not INTEGER',
    ],
    [
      'type: TINYINT',
      ['1', '200'],
      'SOURCE_INVALID',
      'row 2: the value of column x is not TINYINT',
    ],
    [
      'type: INTEGER',
      ['1', '2', '2.5'],
      'SOURCE_INVALID',
      'row 3: the value of column x has more decimals than INTEGER',
    ],
    [
      'type: INTEGER',
      ['1', '15e-1'],
      'SOURCE_INVALID',
      'row 2: the value of column x has more decimals than INTEGER',
    ],
    [
      'type: INTEGER, bounds: [0, 5]',
      ['5', '6', '7'],
      'VALUE_OUT_OF_BOUNDS',
      'row 2: the value of column x lies outside the declared bounds',
    ],
    [
      'type: "DECIMAL(4,2)"',
      ['1.50', '1.505'],
      'SOURCE_INVALID',
      'row 2: the value of column x has more decimals than DECIMAL(4,2)',
    ],
    [
      'type: "DECIMAL(4,2)"',
      ['99.99', '100'],
      'SOURCE_INVALID',
      'row 2: the value of column x is not DECIMAL(4,2)',
    ],
    [
      'type: "DECIMAL(18,9)"',
      ['123456789.123456789', '1234567890'],
      'SOURCE_INVALID',
      'row 2: the value of column x is not DECIMAL(18,9)',
    ],
    [
      'type: DATE',
      ['2024-02-29', '2023-02-29'],
      'SOURCE_INVALID',
      'row 2: the value of column x is not DATE',
    ],
    [
      'type: DATE',
      ['2024-02-29', '2023-01-01 10:00:00'],
      'SOURCE_INVALID',
      'row 2: the value of column x has a time of day, unlike a DATE',
    ],
    [
      'type: DATE',
      ['2024-02-29', 'infinity'],
      'SOURCE_INVALID',
      'row 2: the value of column x is infinite and so not a DATE',
    ],
    [
      'type: TIMESTAMP',
      ['2024-02-29 00:00:00Z', '2024-02-29 00:00:00+02'],
      'SOURCE_INVALID',
      'row 2: the value of column x has a time zone, unlike a TIMESTAMP',
    ],
    [
      'type: BOOLEAN',
      ['true', 'f', '1', 'maybe'],
      'SOURCE_INVALID',
      'row 4: the value of column x is not BOOLEAN',
    ],
    [
      'type: VARCHAR, dictionary: [a, b]',
      ['a', 'c'],
      'VALUE_OUT_OF_BOUNDS',
      'row 2: the value of column x is not in the dictionary',
    ],
    [
      'type: VARCHAR(4)',
      ['äö', 'äöü'],
      'VALUE_OUT_OF_BOUNDS',
      'row 2: the value of column x is longer than 4 bytes',
    ],
    [
      'type: VARCHAR(4)',
      ['a', 'b\0'],
      'VALUE_OUT_OF_BOUNDS',
      'row 2: the value of column x contains a zero character',
    ],
  ];
  it.each(cases)(
    '%s of %j is refused with row and column',
    async (settings, cells, code, problem) => {
      // As text, so that every format would say the same.
      const lines = cells.map((cell) =>
        JSON.stringify({ x: cell === '' ? null : cell, y: 'secret' }),
      );
      const source = fileWith('a.ndjson', `${lines.join('\n')}\n`);
      const error = readRows(definitionOf({ x: settings }), [source]);
      await expect(error).rejects.toMatchObject({ code, message: `${source}, ${problem}` });
    },
  );

  it('is named by its own file, and by the first row and column of several', async () => {
    const definition = definitionOf({ a: 'type: TINYINT', b: 'type: BOOLEAN' });
    const good = fileWith('good.csv', 'a,b\n1,true\n');
    const bad = fileWith('bad.csv', 'a,b\n1,true\n2,no idea\n300,neither\n');
    await expect(readRows(definition, [good, bad])).rejects.toThrow(
      `${bad}, row 2: the value of column b is not BOOLEAN`,
    );
  });

  it('is found after many good ones', async () => {
    const path = join(folderWith({}), 'a.csv');
    const sql = `SELECT CASE range WHEN 150000 THEN 9999999 ELSE range END a FROM range(200000)`;
    await duck((connection) => connection.run(`COPY (${sql}) TO '${path}' (HEADER)`));
    const definition = definitionOf({ a: 'type: INTEGER, bounds: [0, 1000000]' });
    await expect(readRows(definition, [path])).rejects.toThrow(
      'a.csv, row 150001: the value of column a lies',
    );
  });
});

describe('a source that does not fit', () => {
  const definition = definitionOf({ a: 'type: INTEGER' });
  const refused = async (
    sources: readonly string[],
    query: string | undefined,
    message: string,
  ) => {
    await expect(readRows(definition, sources, query)).rejects.toThrow(message);
  };

  it('is named', async () => {
    const good = fileWith('good.csv', 'a\n1\n');
    await refused([`${good}x`], undefined, 'there is no such file');
    await refused([fileWith('a.xlsx', 'a')], undefined, 'the name does not end in one of .csv');
    await refused([fileWith('a.csv', 'b\n1\n')], undefined, 'a.csv: there is no column a');
    await refused(
      [fileWith('a.csv', 'a,b\n1,2\n1\n')],
      undefined,
      'line 3 (row 2 of the data): the row has fewer',
    );
    await refused(
      [fileWith('a.json', '[{"a":{"b":1}}]')],
      undefined,
      'the values of column a are no single values',
    );
    await refused(
      [fileWith('a.ndjson', '{"a":1}\n{"a":}\n')],
      undefined,
      'row 2 is not a JSON object',
    );
    await refused(
      [good, fileWith('good.json', '[]')],
      'SELECT 1 AS a',
      'two files are called good in --query',
    );
    await refused(['postgres://h/d', good], undefined, 'a postgres URL is the only source');
  });

  it('is named also where the query is wrong, with DuckDB’s words about its text and none about values', async () => {
    const source = fileWith('good.csv', 'a\n1\nhush\n');
    await refused(
      [source],
      'SELECT b FROM good',
      '--query: Binder Error: Referenced column "b" not found',
    );
    await refused([source], 'SELECT FROM', '--query: Parser Error: ');
    const ragged = fileWith('ragged.csv', 'a,b\n1,2\n1\n');
    await refused([source, ragged], 'SELECT a FROM good', 'ragged.csv, line 3 (row 2 of the data)');
    await refused([source], 'SELECT 1 AS a; SELECT 2 AS a', '--query: Parser Error');
    const cast = readRows(definition, [source], 'SELECT CAST(a AS INTEGER) AS a FROM good');
    await expect(cast).rejects.toThrow('--query: DuckDB reports Conversion Error while it runs');
    await expect(cast).rejects.not.toThrow('hush');
    await refused(
      [source],
      "SELECT CASE WHEN a = '1' THEN 'x' END AS a FROM good",
      '--query, row 1: the value of column a is not INTEGER',
    );
  });
});
