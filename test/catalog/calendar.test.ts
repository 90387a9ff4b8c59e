import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  daysFromCivil,
  parseDate,
  parseTimestamp,
  printDay,
  printMicroseconds,
} from '../../src/catalog/calendar.ts';

const DAYS = { min: -719_162, max: 2_932_896 };

describe('calendar', () => {
  it('agrees with JavaScript dates on every day it is asked about', () => {
    fc.assert(
      fc.property(fc.integer(DAYS), (days) => {
        const text = new Date(days * 86_400_000).toISOString().slice(0, 10);
        expect(parseDate(text)).toBe(BigInt(days));
        expect(printDay(BigInt(days))).toBe(text);
      }),
    );
  });

  it('reads back the timestamps it prints', () => {
    const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
    fc.assert(
      fc.property(micros, (value) => {
        expect(parseTimestamp(printMicroseconds(value))).toBe(value);
      }),
    );
  });

  it('refuses what is no date', () => {
    const bad = ['2021-02-29', '2020-13-01', '2020-00-10', '2020-04-31', 'x', '2020-1', ''];
    for (const text of bad) expect(parseDate(text), text).toBeUndefined();
    expect(daysFromCivil(2000, 2, 29)).toBe(11_016);
    expect(daysFromCivil(1900, 2, 29)).toBeUndefined();
  });

  it('reads the forms of a timestamp', () => {
    expect(parseTimestamp('1970-01-01')).toBe(0n);
    expect(parseTimestamp('1970-01-02T00:01')).toBe(86_460_000_000n);
    expect(parseTimestamp('1970-01-01 00:00:01.5')).toBe(1_500_000n);
    for (const text of ['1970-01-01 24:00', '1970-01-01 00:60', '1970-01-01 00:00:00Z', '00:00']) {
      expect(parseTimestamp(text), text).toBeUndefined();
    }
  });
});
