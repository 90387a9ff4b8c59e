import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DefinitionFile, readDefinitionFile } from '../../cli/define/definition-file.ts';
import { describeDefinition } from '../../cli/sources/describe.ts';
import { folderWith } from '../sources/fixture.ts';

function read(text: string): DefinitionFile {
  return readDefinitionFile(join(folderWith({ 'd.yaml': text }), 'd.yaml'));
}

/** Everything that a definition may say. */
const WHOLE = `
table: Claims
owners: [north, south]
columns:
  id: { type: BIGINT, multiplicity: 1, reveal: never }
  state: { type: VARCHAR, dictionary: [NY, ä, CA, "1"], nullable: true }
  name: { type: varchar(20), reveal: rows }
  day: { type: DATE, bounds: ["2024-01-01", "2024-12-31"] }
  at: { type: TIMESTAMP, bounds: ["2024-01-01 00:00:00", "2024-01-01 00:00:01"] }
  amount: { type: "DECIMAL(9,2)", bounds: [-1, 99.5] }
  age: { type: TINYINT }
  ok: { type: BOOLEAN }
keys:
  - columns: [ID, day]
  - { columns: [name], multiplicity: 8 }
`;

describe('a definition file', () => {
  it('says everything about a table', () => {
    const { owners, table } = read(WHOLE);
    expect(owners).toEqual(['north', 'south']);
    expect(table.name).toBe('Claims');
    expect(table.columns.map(({ bounds, name }) => [name, bounds.min, bounds.max])).toEqual([
      ['id', -(2n ** 63n), 2n ** 63n - 1n],
      ['state', 0n, 3n],
      ['name', 0n, 2n ** 160n - 1n],
      ['day', 19723n, 20088n],
      ['at', 1704067200000000n, 1704067201000000n],
      ['amount', -100n, 9950n],
      ['age', -128n, 127n],
      ['ok', 0n, 1n],
    ]);
    expect(table.columns[1]?.dictionary).toEqual(['1', 'CA', 'NY', 'ä']);
    expect(table.columns[2]).toMatchObject({ bytes: 20, reveal: 'rows', nullable: false });
    expect(table.columns[3]?.reveal).toBe('aggregate');
    expect(table.keys).toEqual([
      { columns: ['id', 'day'], multiplicity: 1 },
      { columns: ['name'], multiplicity: 8 },
    ]);
    expect(describeDefinition(table)).toContain(
      'Claims.name: VARCHAR(20), secret text of at most 20 bytes, no NULLs, shown row by row',
    );
  });

  it('may be JSON', () => {
    const json = JSON.stringify({ table: 't', owners: ['a'], columns: { x: { type: 'INTEGER' } } });
    expect(read(json).table.columns).toHaveLength(1);
  });

  const head = 'table: t\nowners: [a]\n';
  const column = (settings: string) => `${head}columns:\n  x: ${settings}\n`;
  const cases: readonly [text: string, message: string][] = [
    ['', 'd.yaml: table is missing'],
    ['- 1', 'd.yaml, line 1: must be a mapping (name: value)'],
    ['a: [', 'd.yaml, line 1: '],
    [
      `${head}colums: {}`,
      'd.yaml, line 3, colums: unknown field; known: table, owners, columns, keys',
    ],
    [head, 'd.yaml, line 1: columns is missing'],
    [`${head}columns:\n`, 'd.yaml, line 3, columns: a table has at least one column'],
    [
      'table: ""\nowners: [a]\ncolumns: { x: { type: DATE } }',
      'd.yaml, line 1, table: a name has 1 to 255',
    ],
    [
      'table: 7\nowners: [a]\ncolumns: { x: { type: DATE } }',
      'd.yaml, line 1, table: must be text',
    ],
    [
      'table: t\nowners: []\ncolumns: { x: { type: DATE } }',
      'd.yaml, line 2, owners: a table has at least',
    ],
    [
      'table: t\nowners: [a, b, a]\ncolumns: { x: { type: DATE } }',
      'owners[2]: every owner is named once',
    ],
    [
      'table: t\nowners: [" a"]\ncolumns: { x: { type: DATE } }',
      'owners[0]: a name has 1 to 64 printable',
    ],
    [column('{}'), 'd.yaml, line 4, columns.x: type is missing'],
    [column('DATE'), 'd.yaml, line 4, columns.x: must be a mapping'],
    [
      column('{ type: TIME }'),
      'd.yaml, line 4, columns.x.type: no type that Tacit stores; use BOOLEAN',
    ],
    [
      column('{ type: VARCHAR }'),
      'columns.x.type: VARCHAR needs a dictionary of its values, which are public',
    ],
    [column('{ type: VARCHAR(0) }'), 'columns.x.type: VARCHAR(n) needs n from 1 to 256 bytes'],
    [column('{ type: VARCHAR(257) }'), 'columns.x.type: VARCHAR(n) needs n from 1 to 256 bytes'],
    [
      column('{ type: "DECIMAL(19,2)" }'),
      'columns.x.type: DECIMAL(p,s) needs 1 <= p <= 18 and s <= p',
    ],
    [
      column('{ type: DATE, bound: [1, 2] }'),
      'columns.x.bound: unknown field; known: type, bounds',
    ],
    [
      column('{ type: INTEGER, bounds: [1] }'),
      'columns.x.bounds: bounds are two values: [low, high]',
    ],
    [column('{ type: INTEGER, bounds: [1, 2, 3] }'), 'columns.x.bounds: bounds are two values'],
    [
      column('{ type: INTEGER, bounds: [3, 2] }'),
      'bounds: the first must not be larger than the second',
    ],
    [
      column('{ type: INTEGER, bounds: [0, 1.5] }'),
      'bounds[1]: must be a value of the type INTEGER',
    ],
    [column('{ type: TINYINT, bounds: [0, 200] }'), 'bounds[1]: TINYINT does not hold this value'],
    [
      column('{ type: DATE, bounds: ["2024-02-30", "2025-01-01"] }'),
      'bounds[0]: must be a value of the type DATE',
    ],
    [column('{ type: BOOLEAN, bounds: [0, 1] }'), 'columns.x.bounds: BOOLEAN has no bounds'],
    [
      column('{ type: VARCHAR(8), dictionary: [a] }'),
      'columns.x.dictionary: a dictionary is for VARCHAR without',
    ],
    [
      column('{ type: DATE, dictionary: [a] }'),
      'columns.x.dictionary: a dictionary is for VARCHAR without',
    ],
    [
      column('{ type: VARCHAR, dictionary: [] }'),
      'columns.x.dictionary: a dictionary has 1 to 4096 strings',
    ],
    [
      column('{ type: VARCHAR, dictionary: [a, 1] }'),
      'dictionary[1]: must be text (quote it if it is a number)',
    ],
    [
      column('{ type: VARCHAR, dictionary: [a, b, a] }'),
      'dictionary[2]: is in the dictionary already',
    ],
    [column('{ type: VARCHAR, dictionary: true }'), 'columns.x.dictionary: must be a list'],
    [column('{ type: DATE, nullable: 1 }'), 'columns.x.nullable: must be true or false'],
    [column('{ type: DATE, reveal: row }'), 'columns.x.reveal: must be never, aggregate, rows'],
    [column('{ type: DATE, multiplicity: 3 }'), 'columns.x.multiplicity: must be a power of two'],
    [column('{ type: DATE, multiplicity: 0 }'), 'columns.x.multiplicity: must be a power of two'],
    [
      `${column('{ type: DATE }')}  X: { type: DATE }\n`,
      'd.yaml, line 5, columns.X: two columns have this name',
    ],
    [`${column('{ type: DATE }')}keys: [{}]\n`, 'd.yaml, line 5, keys[0]: columns is missing'],
    [
      `${column('{ type: DATE }')}keys: [{ columns: [y] }]\n`,
      'keys[0].columns[0]: the table has no such column',
    ],
    [
      `${column('{ type: DATE }')}keys: [{ columns: [x, X] }]\n`,
      'keys[0].columns[1]: a key names a column once',
    ],
    [
      `${column('{ type: DATE }')}keys: [{ columns: [] }]\n`,
      'keys[0].columns: a key has at least one column',
    ],
  ];
  it.each(cases)('%j is refused with its place', (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(() => read(text)).toThrow(message);
  });
});
