import { describe, expect, it } from 'vitest';
import { checkDefinition, checkOwners } from '../../src/catalog/check-definition.ts';
import type { ColumnDefinition, TableDefinition } from '../../src/catalog/table.ts';
import type { SqlType } from '../../src/catalog/types.ts';
import { randomTable } from '../oracle/tables.ts';

const column = (
  change: Omit<Partial<ColumnDefinition>, 'bounds'> & { readonly bounds?: [bigint, bigint] } = {},
): ColumnDefinition => {
  const { bounds: [min, max] = [0n, 1n], ...rest } = change;
  const type = { kind: 'boolean' } as const;
  return { name: 'c', type, nullable: false, bounds: { min, max }, ...rest };
};
const table = (...columns: ColumnDefinition[]): TableDefinition => ({
  name: 't',
  columns,
  keys: [],
});
const integer = (name: 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT'): SqlType => {
  return { kind: 'integer', name };
};
const decimal = (precision: number, scale: number): SqlType => {
  return { kind: 'decimal', precision, scale };
};
const varchar = { kind: 'varchar' } as const;
const words = (...dictionary: string[]) => column({ type: varchar, dictionary, bounds: [0n, 0n] });
const text = (bytes: number, change: Parameters<typeof column>[0] = {}) => {
  return column({ type: varchar, bytes, bounds: [0n, 2n ** BigInt(8 * bytes) - 1n], ...change });
};
const keyed = (columns: string[], multiplicity = 1): TableDefinition => {
  return { ...table(column()), keys: [{ columns, multiplicity }] };
};
const many = (count: number) => Array.from({ length: count }, (_, i) => column({ name: `c${i}` }));
const sorted = (count: number) =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(0x100 + i));

describe('checkDefinition', () => {
  it('accepts what the publisher tests publish, and the widest of everything', () => {
    for (let seed = 0; seed < 50; seed++) checkDefinition(randomTable(seed).definition);
    const range = (bits: bigint): [bigint, bigint] => [
      -(2n ** (bits - 1n)),
      2n ** (bits - 1n) - 1n,
    ];
    const digits = 10n ** 18n - 1n;
    checkDefinition(
      table(
        column({ name: 'a', type: integer('TINYINT'), bounds: range(8n) }),
        column({ name: 'b', type: integer('BIGINT'), bounds: range(64n), multiplicity: 2 ** 40 }),
        column({ name: 'd', type: decimal(18, 18), bounds: [-digits, digits] }),
        column({ name: 'e', type: { kind: 'date' }, bounds: range(32n) }),
        column({ name: 'f', type: { kind: 'timestamp' }, bounds: range(64n) }),
        column({
          name: 'é 東京 "q"',
          type: varchar,
          dictionary: sorted(4096),
          bounds: [0n, 4095n],
        }),
        words('', 'A', 'Z', 'a', '\u{FB01}', '\u{1F642}'),
        text(1, { name: 'g', reveal: 'never', multiplicity: 1 }),
        text(256, { name: 'h', reveal: 'rows', nullable: true }),
      ),
    );
    checkDefinition(table(...many(4096)));
    checkDefinition(keyed(['C']));
  });

  const refused: [what: string, definition: TableDefinition, field: string][] = [
    ['no name', { ...table(column()), name: '' }, 'name of a table'],
    ['a long name', { ...table(column()), name: 'n'.repeat(256) }, 'name of a table'],
    ['a control character', table(column({ name: 'a\u0007' })), 'columns[0].name'],
    ['half a character', table(column({ name: '\ud800' })), 'columns[0].name'],
    ['no columns', table(), 'table t: columns'],
    ['too many columns', table(...many(4097)), 'table t: columns'],
    ['one name twice', table(column(), column({ name: 'C' })), 'columns[1].name'],
    ['turned bounds', table(column({ bounds: [1n, 0n] })), 'columns[0].bounds'],
    ['a boolean 2', table(column({ bounds: [0n, 2n] })), 'columns[0].bounds'],
    ['a negative boolean', table(column({ bounds: [-1n, 1n] })), 'columns[0].bounds'],
    ...(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'] as const).flatMap(
      (name, i): [string, TableDefinition, string][] => {
        const limit = 2n ** (2n ** BigInt(i + 3) - 1n);
        const type = integer(name);
        return [
          [`a large ${name}`, table(column({ type, bounds: [0n, limit] })), 'columns[0].bounds'],
          [
            `a low ${name}`,
            table(column({ type, bounds: [-limit - 1n, 0n] })),
            'columns[0].bounds',
          ],
        ];
      },
    ),
    ['too many digits', table(column({ type: decimal(3, 0), bounds: [0n, 1000n] })), '[0].bounds'],
    ['precision 0', table(column({ type: decimal(0, 0) })), 'columns[0].type.precision'],
    ['precision 19', table(column({ type: decimal(19, 0) })), 'columns[0].type.precision'],
    ['a larger scale', table(column({ type: decimal(4, 5) })), 'columns[0].type.scale'],
    ['a result type', table(column({ type: { kind: 'double' } })), 'columns[0].type'],
    ['no dictionary', table(column({ type: varchar })), 'columns[0].dictionary'],
    ['a needless dictionary', table(column({ dictionary: ['a'] })), 'columns[0].dictionary'],
    ['an empty dictionary', table(words()), 'columns[0].dictionary'],
    ['an unsorted dictionary', table(words('b', 'a')), 'dictionary[1]'],
    ['code units instead of bytes', table(words('\u{1F642}', '\u{FB01}')), 'dictionary[1]'],
    ['a string twice', table(words('a', 'a')), 'dictionary[1]'],
    ['half a string', table(words('\udc00')), 'dictionary[0]'],
    ['a long dictionary', table(words(...sorted(4097))), 'columns[0].dictionary'],
    [
      'bounds outside the dictionary',
      table(column({ type: varchar, dictionary: ['a'], bounds: [0n, 1n] })),
      'columns[0].bounds',
    ],
    ['text without bytes', table(text(0)), 'columns[0].bytes'],
    ['text of 257 bytes', table(text(257)), 'columns[0].bytes'],
    ['text with a dictionary', table(text(1, { dictionary: ['a'] })), 'columns[0].bytes'],
    ['bytes of a number', table(column({ type: integer('BIGINT'), bytes: 8 })), '[0].bytes'],
    ['text with narrow bounds', table(text(2, { bounds: [0n, 255n] })), 'columns[0].bounds'],
    ['an unknown reveal', table(column({ reveal: 'all' as 'rows' })), 'columns[0].reveal'],
    ['multiplicity 3', table(column({ multiplicity: 3 })), 'columns[0].multiplicity'],
    ['an unknown key', keyed(['x']), 'keys[0].columns[0]'],
    ['a column twice in a key', keyed(['c', 'C']), 'keys[0].columns'],
    ['an empty key', keyed([]), 'keys[0].columns'],
    ['multiplicity 0', keyed(['c'], 0), 'keys[0].multiplicity'],
  ];
  it.each(refused)('refuses %s and names the field', (_what, definition, field) => {
    expect(() => checkDefinition(definition)).toThrowError(
      expect.objectContaining({
        code: 'UPLOAD_INVALID',
        message: expect.stringContaining(`${field}: expected`) as string,
      }),
    );
  });
});

describe('checkOwners', () => {
  it('wants 1 to 4096 names', () => {
    const named = (count: number) => Array.from({ length: count }, (_, k) => `owner ${k}`);
    checkOwners(named(4096));
    const refused = [[], named(4097), [''], ['a'.repeat(65)], ['a', '\t'], ['a', 'b', 'a']];
    for (const owners of refused) {
      expect(() => checkOwners(owners)).toThrowError(/^owners(\[\d\])?: expected/);
    }
  });
});
