import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import type { Circuit } from '../../../src/circuits/circuit.ts';
import { betterOf, type Optional } from '../../../src/circuits/gadgets/extreme.ts';
import { inputNumber } from '../../../src/circuits/gadgets/numbers.ts';
import { decode, pairs, runRows, valuesOf } from '../reference.ts';

/** A word of a fold: the number's bits, then whether it is valid. */
const wordOf = (value: bigint | null, width: number) =>
  value === null ? 0n : BigInt.asUintN(width, value) | (1n << BigInt(width));

const valueIn = (word: bigint, width: number, signed: boolean) =>
  word >> BigInt(width) === 1n ? decode(BigInt.asUintN(width, word), { width, signed }) : null;

function circuitOf(fn: 'greatest' | 'least', width: number, signed: boolean): Circuit {
  const b = new CircuitBuilder();
  const word = (): Optional => ({ number: inputNumber(b, { width, signed }), isValid: b.input() });
  const { number, isValid } = betterOf(b, fn, word(), word(), { block: 8 });
  return b.build([...number.bits, isValid]);
}

function better(fn: 'greatest' | 'least', x: bigint | null, y: bigint | null): bigint | null {
  if (x === null || y === null) return x ?? y;
  return (fn === 'greatest') === x > y ? x : y;
}

function combine(circuit: Circuit, width: number, rows: readonly (readonly (bigint | null)[])[]) {
  const words = rows.map((row) => row.map((value) => wordOf(value, width)));
  return runRows(circuit, [width + 1, width + 1], words);
}

describe.each(['greatest', 'least'] as const)('betterOf, %s', (fn) => {
  it.each([true, false])('equals integers for all 3-bit words, signed %s', (signed) => {
    const values = [null, ...valuesOf({ width: 3, signed })];
    const rows = values.flatMap((x) => values.map((y) => [x, y] as const));
    const got = combine(circuitOf(fn, 3, signed), 3, rows).map((word) => valueIn(word, 3, signed));
    expect(got).toEqual(rows.map(([x, y]) => better(fn, x, y)));
  });

  it('keeps a valid word beside one that is not, whatever its bits', () => {
    const words = valuesOf({ width: 4, signed: false });
    const rows = pairs(words, words).filter(([x, y]) => (x! >> 3n) + (y! >> 3n) === 1n);
    const got = runRows(circuitOf(fn, 3, false), [4, 4], rows);
    expect(got).toEqual(rows.map(([x, y]) => (x! >> 3n === 1n ? x : y)));
  });

  it('equals integers at 64 bits', () => {
    const value = fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 8 }), (rows) => {
        const got = combine(circuitOf(fn, 64, true), 64, rows).map((word) =>
          valueIn(word, 64, true),
        );
        expect(got).toEqual(rows.map(([x, y]) => better(fn, x, y)));
      }),
      { numRuns: 20 },
    );
  });
});
