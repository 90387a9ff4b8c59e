import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { printType } from '../../src/catalog/types.ts';
import { blockLength } from '../../src/sharing/upload.ts';
import { allValues, columnOf, duck, folderWith, readFolder, readTable, single } from './fixture.ts';

const CSV = [
  'id,amount,state,day,flag,note,at',
  '1,0.10,NY,2024-01-31,true,hello,2024-01-01 00:00:00.5',
  '2,-12.25,AK,1969-12-31,false,,1969-12-31 23:59:59',
  '3,,NY,2024-02-29,,other,',
].join('\n');

describe('reading a CSV file', () => {
  it('infers types, exact bounds, NULLs, multiplicities and encodes', async () => {
    const table = await readTable(
      { 'a.csv': CSV },
      single('a.csv', ', columns: { state: { dictionary: true } }, key: [id, state]'),
    );
    const summary = table.definition.columns.map(({ name, type, nullable, bounds, multiplicity }) =>
      [name, printType(type), nullable, bounds.min, bounds.max, multiplicity].join(' '),
    );
    expect(summary).toEqual([
      'id BIGINT false 1 3 1',
      'amount DECIMAL(18,2) true -1225 10 1',
      'state VARCHAR false 0 1 2',
      'day DATE false -1 19782 1',
      'flag BOOLEAN true 0 1 1',
      'note VARCHAR true 0 18446744073709551615 1',
      'at TIMESTAMP true -1000000 1704067200500000 1',
    ]);
    expect(columnOf(table, 'state').dictionary).toEqual(['AK', 'NY']);
    expect(table.definition.keys).toEqual([{ columns: ['id', 'state'], multiplicity: 1 }]);
    expect(columnOf(table, 'note').bytes).toBe(8);
    expect(table.warnings).toEqual([]);
    expect(await allValues(table)).toEqual({
      id: [1n, 2n, 3n],
      amount: [10n, -1225n, null],
      state: [1n, 0n, 1n],
      day: [19753n, -1n, 19782n],
      flag: [1n, 0n, null],
      note: ['hello', null, 'other'],
      at: [1704067200500000n, -1000000n, null],
    });
    expect(table.parts.map(({ owner, rows, file }) => [owner, rows, file])).toEqual([
      ['me', 3, 'a.csv'],
    ]);
    expect(table.published).toEqual([
      't: 3 rows of me',
      't.id: BIGINT, from 1 to 3 (2 bits), no NULLs, unique',
      't.amount: DECIMAL(18,2), from -12.25 to 0.10 (12 bits), has NULLs, unique',
      't.state: VARCHAR, the values "AK", "NY" (2 in all), no NULLs, at most 2 rows with an equal value',
      't.day: DATE, from 1969-12-31 to 2024-02-29 (16 bits), no NULLs, unique',
      't.flag: BOOLEAN, 1 bit, has NULLs, unique',
      't.note: VARCHAR(8), secret text of at most 8 bytes, has NULLs, unique',
      't.at: TIMESTAMP, from 1969-12-31 23:59:59 to 2024-01-01 00:00:00 (52 bits), has NULLs, unique',
      't key (id, state): unique',
    ]);
  });

  it('finds dictionaries and sorts them by UTF-8 bytes', async () => {
    const words = ['Z', 'a', 'é', '東', '🙂', "d'Or"];
    const rows = Array.from({ length: 60 }, (_, k) => `"${words[k % 6]}",${k}`);
    const table = await readTable({ 'a.csv': ['w,x', ...rows].join('\n') }, single('a.csv'));
    expect(columnOf(table, 'w').dictionary).toEqual(['Z', 'a', "d'Or", 'é', '東', '🙂']);
    expect(columnOf(table, 'w').multiplicity).toBe(16);
    expect((await allValues(table))['w']?.slice(0, 6)).toEqual([0n, 1n, 3n, 4n, 5n, 2n]);
  });

  it('keeps the decimals that were written, to the 18th digit', async () => {
    const text = 'x,y,z,w\n123456789.123456789,1e3,0.1234567891,nan\n.5,2.5e-3,1,1\n';
    const table = await readTable({ 'a.csv': text }, single('a.csv'));
    expect(printType(columnOf(table, 'x').type)).toBe('DECIMAL(18,9)');
    expect(printType(columnOf(table, 'y').type)).toBe('DECIMAL(18,4)');
    expect(await allValues(table)).toEqual({
      x: [123456789123456789n, 500000000n],
      y: [10000000n, 25n],
    });
    expect(table.warnings).toEqual([
      't.z is not published: its values have more than 9 decimals; declare a DECIMAL(p,s) type for it',
      't.w is not published: its values have more than 9 decimals; declare a DECIMAL(p,s) type for it',
    ]);
  });

  it('accepts empty files, columns of NULLs only, other delimiters, gzip, BOM and CRLF', async () => {
    const files = {
      'a.csv': 'id;n\r\n',
      'b.csv.gz': gzipSync('\ufeffn,ID\n,7\n,8\n'),
      'c.tsv': 'id\tn\n9\t\n',
    };
    const table = await readTable(
      files,
      '  t:\n    - { owner: a, source: a.csv }\n    - { owner: b, source: b.csv.gz }\n' +
        '    - { owner: c, source: c.tsv, columns: { n: { dictionary: true } } }\n',
    );
    expect(table.definition.columns.map((column) => printType(column.type))).toEqual([
      'BIGINT',
      'VARCHAR',
    ]);
    expect(columnOf(table, 'n')).toMatchObject({ nullable: true, bounds: { min: 0n, max: 0n } });
    expect(table.parts.map((part) => part.rows)).toEqual([0, 2, 1]);
    expect(await allValues(table)).toEqual({ id: [7n, 8n, 9n], n: [null, null, null] });
  });

  it('takes an empty table', async () => {
    const table = await readTable(
      { 'a.csv': 'a,b\n' },
      single('a.csv', ', columns: { a: { type: INT } }'),
    );
    expect(columnOf(table, 'a')).toMatchObject({ nullable: false, bounds: { min: 0n, max: 0n } });
    expect(await allValues(table)).toEqual({ a: [], b: [] });
  });
});

describe('the union of several files', () => {
  it('takes the common type, and text where types differ, without losing leading zeros', async () => {
    const files = {
      'a.csv': 'n,zip,d\n1,01,2024-01-01\n',
      'b.csv': 'n,zip,d\n1.5,7,2024-01-01 12:00:00\n',
      'c.csv': 'n,zip,d\n,A1,\n',
    };
    const list = Object.keys(files).map((file) => `    - { owner: o, source: ${file} }\n`);
    const columns = '    - { columns: { zip: { dictionary: true } } }\n';
    const table = await readTable(files, `  t:\n${list.join('')}${columns}`);
    expect(table.definition.columns.map((column) => printType(column.type))).toEqual([
      'DECIMAL(18,1)',
      'VARCHAR',
      'TIMESTAMP',
    ]);
    expect(columnOf(table, 'zip').dictionary).toEqual(['01', '7', 'A1']);
    expect((await allValues(table))['n']).toEqual([10n, 15n, null]);
  });

  it('names a column that a file lacks or has in addition', async () => {
    const two = '  t:\n    - { owner: a, source: a.csv }\n    - { owner: b, source: b.csv }\n';
    await expect(
      readTable({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x\n1\n' }, two),
    ).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: 'b.csv: column y of a.csv is missing',
    });
    await expect(
      readTable({ 'a.csv': 'x\n1\n', 'b.csv': 'x,y\n1,2\n' }, two),
    ).rejects.toMatchObject({
      message: 'b.csv: column y is not in a.csv',
    });
  });

  it('reads Parquet and JSON next to CSV', async () => {
    const folder = folderWith({
      'b.json': '[{"id": 2, "x": 2.5, "s": "b"}, {"id": 3, "x": null, "s": "a"}]',
      'c.ndjson': '{"s":"b","id":4,"x":1}\n',
      'run.yaml':
        'tables:\n  t:\n    - { owner: a, source: a.parquet }\n    - { owner: b, source: b.json }\n' +
        '    - { owner: c, source: c.ndjson, columns: { s: { dictionary: true } } }\n',
    });
    const path = join(folder, 'a.parquet');
    await duck((c) =>
      c.run(`COPY (SELECT 1::INTEGER id, 0.1::FLOAT x, 'a' s) TO '${path}' (FORMAT parquet)`),
    );
    const table = await readFolder(folder);
    expect(table.definition.columns.map((column) => printType(column.type))).toEqual([
      'BIGINT',
      'DECIMAL(18,1)',
      'VARCHAR',
    ]);
    expect(await allValues(table)).toEqual({
      id: [1n, 2n, 3n, 4n],
      x: [1n, 25n, null, 10n],
      s: [0n, 1n, 0n, 1n],
    });
  });

  it('reads every Parquet type or says why not', async () => {
    const folder = folderWith({ 'run.yaml': `tables:\n${single('a.parquet')}` });
    const path = join(folder, 'a.parquet');
    const sql = `SELECT (-128)::TINYINT i8, 255::UTINYINT u8, 65535::USMALLINT u16, 4294967295::UINTEGER u32,
      9223372036854775807::UBIGINT u64, 18446744073709551615::UBIGINT big, (-9223372036854775808)::BIGINT i64,
      '-999999999999999999'::DECIMAL(18,0) d18, '1.25'::DECIMAL(38,2) d38, '1e20'::DECIMAL(38,2) huge,
      TIME '10:00:00' tm, INTERVAL 1 DAY iv, 'x'::BLOB bl, [1, 2] li, {'a': 1} st, true bo,
      TIMESTAMP_NS '2024-01-01 00:00:00.000000001' ns, TIMESTAMPTZ '2024-01-01 00:00:00+00' tz`;
    await duck((c) => c.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`));
    const table = await readFolder(folder);
    const types = table.definition.columns.map(({ name, type }) => `${name} ${printType(type)}`);
    expect(types).toEqual([
      'i8 TINYINT',
      'u8 SMALLINT',
      'u16 INTEGER',
      'u32 BIGINT',
      'u64 BIGINT',
      'i64 BIGINT',
      'd18 DECIMAL(18,0)',
      'd38 DECIMAL(18,2)',
      'bo BOOLEAN',
      'ns TIMESTAMP',
    ]);
    const values = await allValues(table);
    expect(values['i64']).toEqual([-(2n ** 63n)]);
    expect(values['u64']).toEqual([2n ** 63n - 1n]);
    expect(values['d18']).toEqual([-999999999999999999n]);
    const reasons = table.warnings.map((line) =>
      line.replace(/^t\.(\w+) is not published: /, '$1 '),
    );
    expect(reasons.map((line) => line.split(' ')[0])).toEqual([
      ...['big', 'huge', 'tm', 'iv', 'bl', 'li', 'st', 'tz'],
    ]);
    expect(reasons).toContain('tm TIME is not supported');
  });

  it('keeps strings that are no categories as secret text', async () => {
    const words = ['', 'ä', 'exactly 12 b', 'thirteen byte', '🙂'.repeat(16), 'x'.repeat(60)];
    const lines = words.map((word, k) => `${k},${word === '' ? '' : word},${word.repeat(5)}`);
    const table = await readTable(
      { 'a.csv': `id,s,long\n${lines.join('\n')}\n` },
      single('a.csv', ', columns: { s: { dictionary: false } }'),
    );
    expect(columnOf(table, 's')).toMatchObject({
      bytes: 64,
      bounds: { min: 0n, max: 2n ** 512n - 1n },
    });
    const values = await allValues(table);
    expect(values['s']).toEqual(words.map((word) => (word === '' ? null : word)));
    expect(table.warnings).toEqual(['t.long is not published: a value has more than 256 bytes']);
    const declared = single(
      'a.csv',
      ', columns: { s: { type: VARCHAR(64) }, long: { type: VARCHAR(20) } }',
    );
    await expect(
      readTable({ 'a.csv': `id,s,long\n${lines.join('\n')}\n` }, declared),
    ).rejects.toThrow('t.long: the value in a.csv, row 3 is longer than 20 bytes');
  });

  it('streams more rows than one block holds', async () => {
    const rows = 150_001;
    const lines = Array.from({ length: rows }, (_, k) => (k % 7 === 0 ? `${k},` : `${k},${-k}`));
    const table = await readTable({ 'a.csv': `a,b\n${lines.join('\n')}\n` }, single('a.csv'));
    const sizes: number[] = [];
    for await (const [column] of table.parts[0]?.blocks() ?? []) {
      sizes.push(column ? blockLength(column) : 0);
    }
    expect(sizes).toEqual([65536, 65536, 18929]);
    const { a, b } = await allValues(table);
    expect(a).toEqual(Array.from({ length: rows }, (_, k) => BigInt(k)));
    expect(b?.every((value, k) => value === (k % 7 === 0 ? null : BigInt(-k)))).toBe(true);
  });
});
