import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesWhere, compareUtf8 } from '../../src/catalog/dictionary.ts';
import { findColumn, findTable, requireColumn } from '../../src/catalog/lookup.ts';
import { limbCount, planeCount, rowCount } from '../../src/catalog/table.ts';
import { encodingFor, printType } from '../../src/catalog/types.ts';
import { catalog, claims } from '../planner/tables.ts';

const AT = { line: 2, column: 5 };

describe('strings', () => {
  it('are ordered as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareUtf8(a, b))).toBe(bytes);
      }),
    );
    expect(compareUtf8('\u{1F642}', '\u{FB01}')).toBeGreaterThan(0);
  });

  it('become codes', () => {
    expect(codesWhere(['a', 'b', 'c'], (v) => v >= 'b')).toEqual([1n, 2n]);
  });
});

describe('names', () => {
  it('are found without regard to case', () => {
    expect(findTable(catalog(), 'CLAIMS', AT).definition.name).toBe('claims');
    expect(findColumn(claims(), 'PRICE')).toBe(5);
    expect(findColumn(claims(), 'nope')).toBeUndefined();
  });

  it('that do not exist give an error that lists what does', () => {
    expect(() => findTable(catalog(), 'x', AT)).toThrow('there is no table "x"; tables: claims');
    expect(() => findTable({ tables: [] }, 'x', AT)).toThrow('there are no tables');
    expect(() => requireColumn(claims(), 'x', AT)).toThrow(/columns: a, b, d/);
  });
});

describe('encodings', () => {
  it('are the narrowest that hold the bounds', () => {
    for (let min = -20n; min <= 20n; min++) {
      for (let max = min; max <= 20n; max++) {
        const { width, signed } = encodingFor({ min, max });
        const fits = (bits: number) =>
          min >= 0n
            ? max < 1n << BigInt(bits)
            : min >= -(1n << BigInt(bits - 1)) && max < 1n << BigInt(bits - 1);
        expect(signed).toBe(min < 0n);
        expect(fits(width)).toBe(true);
        if (width > 1) expect(fits(width - 1)).toBe(false);
      }
    }
  });

  it('give limbs and planes', () => {
    const columns = claims().definition.columns;
    const of = (name: string) => columns.find((column) => column.name === name)!;
    expect(limbCount(of('a'))).toBe(1);
    expect(limbCount(of('big'))).toBe(2);
    expect(planeCount(of('n'))).toBe(12);
    expect(rowCount(claims())).toBe(1_000_000);
    expect(printType(of('price').type)).toBe('DECIMAL(9,2)');
  });
});
