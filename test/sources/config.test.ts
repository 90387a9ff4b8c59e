import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, type RunConfig } from '../../cli/config.ts';
import { folderWith } from './fixture.ts';

const FILES = { 'a.csv': 'id\n1\n', 'data/b.parquet': '' };

function load(text: string): RunConfig {
  return loadConfig(join(folderWith({ ...FILES, 'run.yaml': text }), 'run.yaml'));
}

describe('loadConfig', () => {
  it('reads the documented form', () => {
    const config = load(`
parties: 3            # defaults: threshold 1, tls true
tables:
  claims:
    - { owner: hospital_a, source: a.csv }
    - { owner: "Klinik Süd 7/8", source: data/b.parquet,
        columns: { amount: { type: "DECIMAL(12,2)", bounds: [0, 100000] }, state: { dictionary: true } }, key: [id] }
`);
    expect(config).toMatchObject({ parties: 3, threshold: 1, tls: true });
    const [claims] = config.tables;
    expect(claims?.sources.map(({ owner, source }) => [owner, source])).toEqual([
      ['hospital_a', 'a.csv'],
      ['Klinik Süd 7/8', 'data/b.parquet'],
    ]);
    expect(claims?.sources[1]?.path).toMatch(/[/\\]data[/\\]b\.parquet$/);
    expect(claims?.columns).toMatchObject([
      {
        name: 'amount',
        type: { kind: 'decimal', precision: 12, scale: 2 },
        bounds: ['0', '100000'],
      },
      { name: 'state', dictionary: true },
    ]);
    expect(claims?.keys.map((key) => key.columns)).toEqual([['id']]);
  });

  it('takes JSON, a single entry, an entry of settings only, aliases, and no tables at all', () => {
    expect(load('').tables).toEqual([]);
    expect(load('tables:').tables).toEqual([]);
    expect(load('{"tables": {}, "tls": false}')).toMatchObject({ tables: [], tls: false });
    expect(load('{"tables": {"t": {"owner": "o", "source": "a.csv"}}}').tables.length).toBe(1);
    const settings = load(`
tables:
  t:
    - { owner: o, source: &file a.csv }
    - { owner: p, source: *file, columns: { id: { type: BIGINT, bounds: [-9223372036854775808, 1.50] } } }
    - { columns: { ID: { type: bigint, bounds: [-9223372036854775808, 1.50] } }, key: [id] }
    - { key: [ID] }
`);
    expect(settings.tables[0]?.columns[0]?.bounds).toEqual(['-9223372036854775808', '1.50']);
    expect(settings.tables[0]?.sources.length).toBe(2);
    expect(settings.tables[0]?.keys.length).toBe(1);
  });

  const entry = '{ owner: o, source: a.csv }';
  const refused: [text: string, code: string, message: string][] = [
    ['parties: 4', 'SUITE_NOT_BUILT', 'no protocol suite for parties: 4, threshold: 1'],
    ['{parties: 5, threshold: 2}', 'SUITE_NOT_BUILT', 'parties: 5, threshold: 2'],
    ['parties: three', 'CONFIG_INVALID', 'run.yaml, line 1, parties: must be an integer'],
    ['tls: yes please', 'CONFIG_INVALID', 'line 1, tls: must be true or false'],
    ['tabels: {}', 'CONFIG_INVALID', 'line 1, tabels: unknown field; known: parties, threshold'],
    ['- a', 'CONFIG_INVALID', 'line 1: must be a mapping'],
    ['a: [', 'CONFIG_INVALID', 'line 1'],
    ['tls: true\ntls: false', 'CONFIG_INVALID', 'line 2: Map keys must be unique'],
    ['tables:\n  t: 7', 'CONFIG_INVALID', 'line 2, tables.t: must be a list'],
    [
      'tables:\n  t: []',
      'CONFIG_INVALID',
      'tables.t: the table has no entry with owner and source',
    ],
    [`tables:\n  t: [${entry}]\n  T: [${entry}]`, 'CONFIG_INVALID', 'the table is named twice'],
    [
      'tables:\n  t:\n    - { owner: o }',
      'CONFIG_INVALID',
      'line 3, tables.t[0]: source is missing',
    ],
    ['tables:\n  t:\n    - {}', 'CONFIG_INVALID', 'owner and source are missing'],
    [
      'tables:\n  t:\n    - { owner: o, source: b.csv }',
      'SOURCE_INVALID',
      'line 3, tables.t[0].source: there is no file b.csv',
    ],
    ['tables:\n  t: [{ owner: o, source: data }]', 'SOURCE_INVALID', 'there is no file data'],
    ['tables:\n  t: [{ owner: 7, source: a.csv }]', 'CONFIG_INVALID', 'must be text (quote it'],
    [
      `tables:\n  t: [{ owner: ${'x'.repeat(65)}, source: a.csv }]`,
      'CONFIG_INVALID',
      'tables.t[0].owner: is longer than 64 characters',
    ],
    [
      'tables:\n  t: [{ owner: "a\\nb", source: a.csv }]',
      'CONFIG_INVALID',
      'tables.t[0].owner: contains unprintable characters',
    ],
    ['tables:\n  t: [{ owner: " ", source: a.csv }]', 'CONFIG_INVALID', 'must not be empty'],
  ];
  const column = (settings: string) =>
    `tables:\n  t:\n    - { owner: o, source: a.csv, columns: { x: ${settings} } }`;
  refused.push(
    [column('{ typ: INT }'), 'CONFIG_INVALID', 'tables.t[0].columns.x.typ: unknown field'],
    [column('{ type: BLOB }'), 'CONFIG_INVALID', 'columns.x.type: no type that Tacit stores'],
    [column('{ type: "DECIMAL(19,2)" }'), 'CONFIG_INVALID', 'DECIMAL(p,s) needs 1 <= p <= 18'],
    [column('{ type: "DECIMAL(4,5)" }'), 'CONFIG_INVALID', 'DECIMAL(p,s) needs'],
    [column('{ bounds: [1] }'), 'CONFIG_INVALID', 'bounds are two values: [low, high]'],
    [column('{ bounds: [1, true] }'), 'CONFIG_INVALID', 'bounds[1]: must be a number'],
    [column('{ dictionary: 1 }'), 'CONFIG_INVALID', 'columns.x.dictionary: must be true or false'],
    [
      `${column('{ type: INT }')}\n    - { owner: p, source: a.csv, columns: { X: { type: DATE } } }`,
      'CONFIG_INVALID',
      'tables.t[1].columns.X: contradicts',
    ],
    [
      `tables:\n  t: [{ owner: o, source: a.csv, key: [] }]`,
      'CONFIG_INVALID',
      'at least one column',
    ],
    [`tables:\n  t: [{ owner: o, source: a.csv, key: [a, A] }]`, 'CONFIG_INVALID', 'named twice'],
  );
  for (const [text, code, message] of refused) {
    it(`refuses ${text.slice(0, 60)}: ${message}`, () => {
      expect(() => load(text)).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining(message) }),
      );
    });
  }

  it('names a missing configuration', () => {
    expect(() => loadConfig(join(folderWith({}), 'no.yaml'))).toThrow(/no\.yaml: no such file/);
  });
});
