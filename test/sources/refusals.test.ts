import { describe, expect, it } from 'vitest';
import { allValues, columnOf, folderWith, readFolder, readTable, single } from './fixture.ts';

/** A cell that must never appear in a message. */
const SECRET = 'S3CR3T';

async function messageOf(
  file: string,
  content: string | Uint8Array,
  settings = '',
): Promise<string> {
  const error: Error = await readTable({ [file]: content }, single(file, settings)).then(
    () => expect.unreachable('the file is refused'),
    (reason: Error) => reason,
  );
  expect(error.message).not.toContain(SECRET);
  expect(String(error.cause ?? '')).toBe('');
  return `${'code' in error ? String(error.code) : ''} ${error.message}`;
}

describe('a malformed file', () => {
  const many = Array.from({ length: 30_000 }, (_, k) => `${k},x`).join('\n');
  const cases: [name: string, file: string, content: string | Uint8Array, message: string][] = [
    [
      'too many columns',
      'a.csv',
      `a,b\n1,2\n3,4,${SECRET}\n`,
      'SOURCE_INVALID a.csv, line 3 (row 2 of the data): the row has more columns than the first line',
    ],
    [
      'too few columns',
      'a.csv',
      `a,b\n1,2\n${SECRET}\n5,6\n`,
      'SOURCE_INVALID a.csv, line 3 (row 2 of the data): the row has fewer columns than the first line',
    ],
    [
      'one bad row after many good ones',
      'a.csv',
      `a,b\n${many}\n${SECRET}\n1,2\n`,
      'SOURCE_INVALID a.csv, line 30002 (row 30001 of the data): the row has fewer columns than the first line',
    ],
    [
      'text behind a quote',
      'a.csv',
      `a,b\n1,"x"${SECRET}\n2,y\n`,
      'SOURCE_INVALID a.csv, line 2 (row 1 of the data): a quote is not closed or text follows a closing quote',
    ],
    [
      'nothing',
      'a.csv',
      '',
      'SOURCE_INVALID a.csv: the file is empty; its first line must name the columns',
    ],
    [
      'no header',
      'a.csv',
      '12345,2\n3,4\n',
      'SOURCE_INVALID a.csv: the first line must name the columns; number 1 is no name',
    ],
    ['a name twice', 'a.csv', 'a,A\n1,2\n', 'SOURCE_INVALID a.csv: two columns are named A'],
    [
      'not UTF-8',
      'a.csv',
      Uint8Array.of(0x61, 0x0a, 0xff, 0xfe, 0x0a, 0x62, 0x0a),
      'SOURCE_INVALID a.csv, line 2 (row 1 of the data): the row is not UTF-8',
    ],
    [
      'a bad line',
      'a.ndjson',
      `{"a":1}\n{"a":${SECRET}}\n`,
      'SOURCE_INVALID a.ndjson: row 2 is not a JSON object',
    ],
    [
      'no JSON',
      'a.json',
      `[{"a": ${SECRET}}]`,
      'SOURCE_INVALID a.json: the file is not JSON whose rows are objects (Invalid Input Error)',
    ],
    ['JSON of numbers', 'a.json', '[1, 2]', 'SOURCE_INVALID a.json: '],
    [
      'no Parquet',
      'a.parquet',
      SECRET,
      'SOURCE_INVALID a.parquet: the file is not Parquet, or damaged',
    ],
    [
      'no rows in JSON',
      'a.json',
      '[]',
      'SOURCE_INVALID a.json: there is no row to tell the columns from',
    ],
    [
      'another format',
      'a.xlsx',
      SECRET,
      'SOURCE_INVALID a.xlsx: the name does not end in one of .csv',
    ],
  ];
  for (const [name, file, content, message] of cases) {
    it(`with ${name} is refused`, async () => {
      expect(await messageOf(file, content)).toContain(message);
    });
  }

  it('with an open quote is refused with its place', async () => {
    expect(await messageOf('a.csv', `a,b\n1,x\n2,"${SECRET}\n3,w\n`)).toMatch(
      /^SOURCE_INVALID a\.csv, line \d+ \(row \d+ of the data\): a quote is not closed/,
    );
  });
});

describe('declarations', () => {
  const csv = `id,amount,name\n1,10.25,${SECRET}\n2,99.999,b\n3,-1,c\n`;

  it('cast, round with a warning, and widen bounds', async () => {
    const columns =
      ', columns: { amount: { type: "DECIMAL(12,2)", bounds: [-1, "100000"] }, id: { type: tinyint } }';
    const table = await readTable({ 'a.csv': csv }, single('a.csv', columns));
    expect(columnOf(table, 'amount')).toMatchObject({
      type: { kind: 'decimal', precision: 12, scale: 2 },
      bounds: { min: -100n, max: 10_000_000n },
    });
    expect(columnOf(table, 'id').type).toEqual({ kind: 'integer', name: 'TINYINT' });
    expect((await allValues(table))['amount']).toEqual([1025n, 10000n, -100n]);
    expect(table.warnings[0]).toBe(
      't.amount: values are rounded to DECIMAL(12,2), first in a.csv, row 2',
    );
  });

  const refused: [settings: string, message: string][] = [
    [
      'name: { type: INTEGER }',
      'SOURCE_INVALID a.csv, row 1: the value of column name is not INTEGER',
    ],
    [
      'amount: { bounds: [0, 100] }',
      'VALUE_OUT_OF_BOUNDS t.amount: the value in a.csv, row 3 lies outside the declared bounds',
    ],
    ['amuont: { bounds: [0, 100] }', 'the files have no column amuont'],
    [
      'name: { dictionary: true, bounds: [0, 1] }',
      "both must be values of the column's type VARCHAR",
    ],
    ['id: { bounds: [9, 0] }', 'the first must not be larger than the second'],
    ['id: { bounds: ["2024-01-01", 3] }', "both must be values of the column's type BIGINT"],
    ['id: { type: TINYINT, bounds: [0, 128] }', 'TINYINT does not hold all values between them'],
    ['id: { dictionary: true }', 'dictionary is for VARCHAR, and the column is BIGINT'],
  ];
  for (const [settings, message] of refused) {
    it(`refuse ${settings}`, async () => {
      expect(await messageOf('a.csv', csv, `, columns: { ${settings} }`)).toContain(message);
    });
  }

  it('name the file in which the row is', async () => {
    const folder = folderWith({
      'a.csv': 'd\n2024-01-01\n',
      'b.csv': 'd\n2024-06-01\n2025-01-01\n',
      'run.yaml':
        'tables:\n  t:\n    - { owner: a, source: a.csv }\n' +
        '    - { owner: b, source: b.csv, columns: { d: { bounds: ["2024-01-01", "2024-12-31"] } } }\n',
    });
    await expect(readFolder(folder)).rejects.toMatchObject({
      code: 'VALUE_OUT_OF_BOUNDS',
      message: 't.d: the value in b.csv, row 2 lies outside the declared bounds',
    });
  });

  it('refuse a key over a column that no file has, and drop one over an unpublished column', async () => {
    expect(await messageOf('a.csv', csv, ', key: [idd]')).toContain('the files have no column idd');
    const long = `id,name\n1,${'x'.repeat(257)}\n`;
    const table = await readTable({ 'a.csv': long }, single('a.csv', ', key: [name]'));
    expect(table.definition.keys).toEqual([]);
    expect(table.warnings.at(-1)).toBe('the key of t is ignored: column name is not published');
  });

  it('count equal values of a key', async () => {
    const rows = Array.from({ length: 30 }, (_, k) => `${k % 10},${k % 2},${k === 3 ? '' : 1}`);
    const text = `a,b,c\n${rows.join('\n')}\n`;
    const table = await readTable({ 'a.csv': text }, single('a.csv', ', key: [a, B]'));
    expect(table.definition.keys).toEqual([{ columns: ['a', 'b'], multiplicity: 4 }]);
    expect(columnOf(table, 'c').multiplicity).toBe(32);
  });
});
