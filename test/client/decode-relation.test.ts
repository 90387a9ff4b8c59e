import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlType } from '../../src/catalog/types.ts';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { sortRows, type Value } from '../../src/client/query/value.ts';
import { quotientToDouble } from '../../src/planner/logical/nearest-double.ts';
import type { RelationCell, ResultShape } from '../../src/planner/result-shape.ts';
import { planesOfNumbers } from '../../src/program/clear-bits.ts';

const BIGINT: SqlType = { kind: 'integer', name: 'BIGINT' };
const refused = expect.objectContaining({ code: 'PEER_PROTOCOL' });

/** Collects planes and says where they are. */
class Planes {
  readonly all: Uint8Array[] = [];

  add(values: readonly bigint[], width: number): number[] {
    const first = this.all.length;
    this.all.push(...planesOfNumbers(values, width));
    return Array.from({ length: width }, (_, k) => first + k);
  }

  bit(values: readonly (0 | 1)[]): number {
    return this.add(values.map(BigInt), 1)[0] ?? 0;
  }
}

function decode(
  planes: Planes,
  rows: number,
  columns: readonly (readonly [SqlType, RelationCell])[],
  more: Partial<NonNullable<ResultShape['relation']>> & Pick<ResultShape, 'sort'> = {},
) {
  const { sort, ...relation } = more;
  const shape: ResultShape = {
    columns: columns.map(([type], k) => ({ name: `c${k}`, type })),
    relation: { rows, columns: columns.map(([, cell]) => cell), ...relation },
    ...(sort && { sort }),
    rows: [],
  };
  return decodeRows(shape, { scalars: [], planes: planes.all });
}

describe('a relation', () => {
  it('shows numbers of every type, signed and not, up to 512 bits', () => {
    const planes = new Planes();
    const cell = (value: bigint, width: number, signed: boolean): RelationCell => ({
      ...{ kind: 'number', signed },
      planes: planes.add([value], width),
    });
    const columns: [SqlType, RelationCell][] = [
      [BIGINT, cell(-5n, 4, true)],
      [BIGINT, cell(11n, 4, false)],
      [{ kind: 'decimal', precision: 38, scale: 3 }, cell(-(10n ** 38n) + 1n, 128, true)],
      [{ kind: 'hugeint' }, cell(2n ** 511n, 512, false)],
      [{ kind: 'date' }, cell(-1n, 20, true)],
      [{ kind: 'boolean' }, cell(1n, 1, false)],
      [BIGINT, cell(0n, 0, false)],
    ];
    expect(decode(planes, 1, columns)).toEqual([
      [...[-5, 11, `-${'9'.repeat(35)}.999`, (2n ** 511n).toString()], ...['1969-12-31', true, 0]],
    ]);
  });

  it('shows codes, text and public values, and NULL', () => {
    const planes = new Planes();
    const texts = ['', 'a', 'zürich', '日本', 'eight by'].map((text) => {
      const bytes = new Uint8Array(8);
      new TextEncoder().encodeInto(text, bytes);
      return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    });
    const isNull = planes.bit([0, 0, 0, 1, 0]);
    const code = planes.add([2n, 1n, 0n, 0n, 2n], 2);
    const varchar: SqlType = { kind: 'varchar' };
    expect(
      decode(planes, 5, [
        [varchar, { kind: 'text', planes: planes.add(texts, 64) }],
        [varchar, { kind: 'code', planes: code, dictionary: ['x', 'y', 'z'], isNull }],
        [BIGINT, { kind: 'constants', values: [1n, null, 3n, 4n, -5n] }],
      ]),
    ).toEqual([
      ['', 'z', 1],
      ['a', 'y', null],
      ['zürich', 'x', 3],
      ['日本', null, 4],
      ['eight by', 'z', -5],
    ]);
  });

  it('leaves out rows that are not valid, and orders the others by their places', () => {
    const planes = new Planes();
    const id: RelationCell = { kind: 'constants', values: [10n, 20n, 30n, 40n, 50n] };
    const valid = planes.bit([1, 0, 1, 1, 1]);
    const order = planes.add([3n, 0n, 1n, 4n, 0n], 3);
    const columns = [[BIGINT, id]] as const;
    expect(decode(planes, 5, columns, { valid, order })).toEqual([[50], [30], [10], [40]]);
    expect(decode(planes, 5, columns, { valid })).toEqual([[10], [30], [40], [50]]);
    const sort = [{ column: 0, descending: true, nullsFirst: true }];
    expect(decode(planes, 5, columns, { valid, sort })).toEqual([[50], [40], [30], [10]]);
  });

  it('rounds a quotient once, and then does what is left to do', () => {
    const ratio = fc.tuple(
      fc.bigInt({ min: 0n, max: 2n ** 90n }),
      fc.bigInt({ min: 1n, max: 2n ** 60n }),
    );
    fc.assert(
      fc.property(fc.array(ratio, { minLength: 1, maxLength: 9 }), fc.nat(1), (ratios, sign) => {
        const planes = new Planes();
        // More than 55 significant bits whatever the quotient, and a bit for what is cut off.
        const shift = 120;
        const wide = ratios.map(([n, d]) => ({ q: (n << 120n) / d, rest: (n << 120n) % d }));
        const cell: RelationCell = {
          kind: 'quotient',
          magnitude: planes.add(
            wide.map(({ q }) => q),
            220,
          ),
          negative: planes.bit(ratios.map(() => (sign === 1 ? 1 : 0))),
          inexact: planes.bit(wide.map(({ rest }) => (rest === 0n ? 0 : 1))),
          shift,
          after: [{ fn: 'abs' }],
        };
        const expected = ratios.map(([n, d]) => [quotientToDouble(n, d)]);
        expect(decode(planes, ratios.length, [[{ kind: 'double' }, cell]])).toEqual(expected);
        const plain: RelationCell = { ...cell, after: [] };
        const signed = expected.map(([x = 0]) => [sign === 1 && x !== 0 ? -x : x]);
        expect(decode(planes, ratios.length, [[{ kind: 'double' }, plain]])).toEqual(signed);
      }),
    );
  });

  it('takes a shift to the left', () => {
    const planes = new Planes();
    const magnitude = planes.add([3n], 2);
    const inexact = planes.bit([0]);
    const cell: RelationCell = { kind: 'quotient', magnitude, inexact, shift: -70, after: [] };
    expect(decode(planes, 1, [[{ kind: 'double' }, cell]])).toEqual([[3 * 2 ** 70]]);
  });

  it('is refused if planes are missing or short, or a cell is not what it says', () => {
    const planes = new Planes();
    const code = planes.add([3n], 2);
    const number = (k: number): RelationCell => ({ kind: 'number', planes: [k], signed: false });
    const varchar: SqlType = { kind: 'varchar' };
    const bad = planes.add([0xffn << 8n], 16);
    const cases: [SqlType, RelationCell, number][] = [
      [BIGINT, number(99), 1],
      [BIGINT, number(0), 200],
      [varchar, { kind: 'code', planes: code, dictionary: ['a', 'b', 'c'] }, 1],
      [varchar, { kind: 'text', planes: bad }, 1],
      [varchar, number(0), 1],
      [BIGINT, { kind: 'constants', values: [] }, 1],
    ];
    for (const [type, cell, rows] of cases) {
      expect(() => decode(planes, rows, [[type, cell]])).toThrowError(refused);
    }
    const shape: ResultShape = {
      columns: [{ name: 'a', type: BIGINT }],
      relation: { rows: 1, columns: [] },
      rows: [],
    };
    expect(() => decodeRows(shape, { scalars: [], planes: [] })).toThrowError(refused);
  });
});

describe('ORDER BY at the analyst', () => {
  const TEXTS = ['', 'a', 'B', 'ab', 'é', '\u{ff5e}', '\u{1f600}', '日'];
  const DOUBLES = [
    0,
    1.5,
    -2,
    1e300,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ];

  it('is that of DuckDB', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const pick = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values));
    const row = fc.tuple(
      pick(TEXTS),
      pick(DOUBLES),
      pick([-7n, 0n, 3n, 2n ** 62n]),
      pick([true, false]),
    );
    const sample = fc.sample(row, { numRuns: 120, seed: 3 });
    const rows: Value[][] = sample.map((cells, id) => [...cells, BigInt(id)]);
    const literal = (value: Value) =>
      typeof value === 'string'
        ? `'${value}'`
        : typeof value === 'number'
          ? `'${value}'::DOUBLE`
          : String(value);
    const values = rows.map((cells) => `(${cells.map(literal).join()})`).join();
    const key = fc.record({
      column: fc.nat(3),
      descending: fc.boolean(),
      nullsFirst: fc.boolean(),
    });
    const keySets = fc.sample(fc.array(key, { minLength: 1, maxLength: 4 }), {
      numRuns: 40,
      seed: 4,
    });
    for (const keys of keySets) {
      const sql = keys
        .map(({ column, descending, nullsFirst }) => {
          const direction = descending ? 'DESC' : 'ASC';
          return `c${column} ${direction} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
        })
        .join();
      const reader = await connection.runAndReadAll(
        `SELECT id FROM (VALUES ${values}) t(c0, c1, c2, c3, id) ORDER BY ${sql}, id`,
      );
      const expected = reader.getRows().map(([id]) => Number(id));
      expect(
        sortRows(rows, keys).map((cells) => Number(cells[4])),
        sql,
      ).toEqual(expected);
    }
    connection.closeSync();
    instance.closeSync();
  });
});

describe('a relation of a million places', () => {
  it('shows the rows that are there', () => {
    const rows = 1 << 20;
    // Every 64th row is there.
    const there = Uint8Array.from({ length: rows / 8 }, (_, k) => (k % 8 === 0 ? 1 << 5 : 0));
    const nowhere = new Uint8Array(rows / 8);
    const planes = new Planes();
    planes.all.push(there, nowhere);
    const isThere = Array.from({ length: 64 }, () => 0);
    const ascii = Array.from({ length: 128 }, (_, k) => (k % 8 === 7 ? 1 : 0));
    const cells: [SqlType, RelationCell][] = [
      [BIGINT, { kind: 'number', planes: isThere, signed: true }],
      [{ kind: 'varchar' }, { kind: 'text', planes: ascii }],
    ];
    const shown = decode(planes, rows, cells, { valid: 0 });
    expect(shown).toHaveLength(rows / 64);
    expect(shown.at(-1)).toEqual([-1, '\u007f'.repeat(16)]);
  });
});
