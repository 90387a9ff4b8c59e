import { describe, expect, it } from 'vitest';
import {
  copyRows,
  copyShifted,
  interleave,
  reverseRows,
  takeEverySecond,
} from '../../src/executor/plane-moves.ts';
import { planeBytes } from '../../src/field/planes.ts';
import { bitAt } from '../../src/program/clear-bits.ts';
import { Rng } from '../oracle/rng.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 75);
const ROWS = [0, 1, 2, 7, 8, 9, 64, 127, 128, 129, 255, 256, 257, 1000];
const range = (n: number) => Array.from({ length: n }, (_, k) => k);
const AT = { first: 64, second: 1024, third: 2048, to: 4096 };

/** Random bytes everywhere; a plane's bits, and those that a move has written, `rows` of them and what follows up to its end. */
function memory(rows: number) {
  const rng = new Rng(SEED + rows);
  const u8 = Uint8Array.from({ length: 8192 }, () => rng.below(256));
  const before = u8.slice();
  return {
    u8,
    bit: (plane: number, row: number) => bitAt(before.subarray(plane), row),
    written: () => {
      const end = AT.to + planeBytes(rows);
      // Matchers take milliseconds for arrays of bytes.
      expect(Buffer.compare(u8.subarray(end), before.subarray(end))).toBe(0);
      expect(Buffer.compare(u8.subarray(0, AT.to), before.subarray(0, AT.to))).toBe(0);
      const bits = range(8 * planeBytes(rows)).map((row) => bitAt(u8.subarray(AT.to), row));
      expect(bits.slice(rows).every((bit) => bit === 0)).toBe(true);
      return bits.slice(0, rows);
    },
  };
}

describe.each(ROWS)('moves of %i rows', (rows) => {
  it('copy', () => {
    const { u8, bit, written } = memory(rows);
    copyRows(u8, AT.first, AT.to, rows);
    expect(written()).toEqual(range(rows).map((row) => bit(AT.first, row)));
  });

  it.each([0, 1, -1, 7, 8, -8, 9, -13, 64, -64, 128, -129, 900, -900, 5000, -5000])(
    'shift by %i',
    (first) => {
      for (const available of [0, 1, 7, 8, 100, 128, 1000]) {
        const { u8, bit, written } = memory(rows);
        copyShifted(u8, AT.first, available, first, AT.to, rows);
        const shifted = range(rows).map((row) => {
          const source = row + first;
          return source >= 0 && source < available ? bit(AT.first, source) : 0;
        });
        expect(written(), `of ${available}`).toEqual(shifted);
      }
    },
  );

  it.each([0, 1, 2] as const)('take every second from %i on', (first) => {
    const { u8, bit, written } = memory(rows);
    takeEverySecond(u8, AT.first, first, AT.to, rows);
    expect(written()).toEqual(range(rows).map((row) => bit(AT.first, first + 2 * row)));
  });

  it('interleave', () => {
    if (rows === 0) return;
    const { u8, bit, written } = memory(rows);
    interleave(u8, AT.first, AT.second, AT.third, AT.to, rows);
    const joined = range(rows).map((row) => {
      if (row === 0) return bit(AT.first, 0);
      return row % 2 === 1 ? bit(AT.second, (row - 1) / 2) : bit(AT.third, row / 2 - 1);
    });
    expect(written()).toEqual(joined);
  });

  it('reverse', () => {
    const { u8, bit, written } = memory(rows);
    reverseRows(u8, AT.first, AT.to, rows);
    expect(written()).toEqual(range(rows).map((row) => bit(AT.first, rows - 1 - row)));
  });
});
