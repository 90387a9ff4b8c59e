import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import { decode as decodeOneHot } from '../../../src/circuits/gadgets/decode.ts';
import { inSet } from '../../../src/circuits/gadgets/member.ts';
import { inputNumber } from '../../../src/circuits/gadgets/numbers.ts';
import { popcount } from '../../../src/circuits/gadgets/popcount.ts';
import { caseWhen, select } from '../../../src/circuits/gadgets/select.ts';
import { costOf, decode, encodings, pairs, runRows, show, valuesOf } from '../reference.ts';

const u = (width: number) => ({ width, signed: false });

describe('select', () => {
  it('takes the first number if the condition is 1, for all encodings up to 4 bits', () => {
    const to = { width: 6, signed: true };
    for (const x of encodings(4)) {
      for (const y of encodings(4)) {
        const b = new CircuitBuilder();
        const [c, p, q] = [b.input(), inputNumber(b, x), inputNumber(b, y)];
        const circuit = b.build(select(b, c, p, q, to).bits);
        const rows = pairs(valuesOf(x), valuesOf(y)).flatMap((row) => [
          [0n, ...row],
          [1n, ...row],
        ]);
        const got = runRows(circuit, [1, x.width, y.width], rows).map((v) => decode(v, to));
        expect(got, `${show(x)} ${show(y)}`).toEqual(rows.map(([s, v, w]) => (s ? v : w)));
      }
    }
  });

  it('costs one AND per bit, none where both numbers agree', () => {
    const b = new CircuitBuilder();
    const [c, x] = [b.input(), inputNumber(b, u(20))];
    const y = inputNumber(b, { width: 12, signed: true });
    expect(costOf(b, select(b, c, x, inputNumber(b, u(20)), u(20)).bits)).toBe('20/1');
    expect(costOf(b, select(b, c, x, x, u(20)).bits)).toBe('0/0');
    expect(costOf(b, select(b, c, y, y, u(64)).bits)).toBe('0/0');
    const wide = { width: 64, signed: true };
    expect(costOf(b, select(b, c, y, inputNumber(b, u(1)), wide).bits)).toBe('12/1');
  });
});

describe('caseWhen', () => {
  it.each([0, 1, 2, 3, 5])('takes the first of %i branches whose condition is 1', (count) => {
    const b = new CircuitBuilder();
    const conditions = Array.from({ length: count }, () => b.input());
    const values = Array.from({ length: count + 1 }, () => inputNumber(b, u(2)));
    const branches = conditions.map((condition, i) => ({ condition, value: values[i]! }));
    const circuit = b.build(caseWhen(b, branches, values[count]!, u(2)).bits);
    const widths = [...conditions.map(() => 1), ...values.map(() => 2)];
    const rows = Array.from({ length: 1 << count }, (_, r) => [
      ...conditions.map((_, i) => BigInt((r >> i) & 1)),
      ...values.map((_, i) => BigInt((r + i * i + i) % 4)),
    ]);
    const want = rows.map((row) => {
      const first = row.slice(0, count).indexOf(1n);
      return row[count + (first === -1 ? count : first)];
    });
    expect(runRows(circuit, widths, rows)).toEqual(want);
  });

  it('has logarithmic depth', () => {
    const cost = (count: number) => {
      const b = new CircuitBuilder();
      const branches = Array.from({ length: count }, () => ({
        condition: b.input(),
        value: inputNumber(b, u(16)),
      }));
      return costOf(b, caseWhen(b, branches, inputNumber(b, u(16)), u(16)).bits);
    };
    expect([1, 2, 3, 7].map(cost)).toEqual(['16/1', '32/2', '49/2', '116/3']);
  });
});

describe('inSet', () => {
  const check = (encoding: { width: number; signed: boolean }, set: ReadonlySet<bigint>) => {
    const b = new CircuitBuilder();
    const wire = inSet(b, inputNumber(b, encoding), set);
    const rows = valuesOf(encoding).map((v) => [v]);
    const got = runRows(b.build([wire]), [encoding.width], rows);
    expect(got).toEqual(rows.map(([v]) => (set.has(v!) ? 1n : 0n)));
    return Number(costOf(b, [wire]).split('/')[0]);
  };

  it('is right for all sets of 3-bit numbers', () => {
    for (const signed of [false, true]) {
      for (let set = 0; set < 256; set += 1) {
        const values = valuesOf({ width: 3, signed }).filter((_, i) => (set >> i) & 1);
        expect(check({ width: 3, signed }, new Set([...values, 99n]))).toBeLessThanOrEqual(3);
      }
    }
  });

  it('is right for sets of 4-bit numbers, at no more than 5 ANDs', () => {
    for (let set = 1; set < 65536; set += 331) {
      const values = valuesOf(u(4)).filter((_, i) => (set >> i) & 1);
      expect(check(u(4), new Set(values))).toBeLessThanOrEqual(5);
    }
  });

  it('is right for random sets up to 9 bits', () => {
    const arbitrary = fc.tuple(
      fc.integer({ min: 5, max: 9 }),
      fc.boolean(),
      fc.uniqueArray(fc.integer({ min: -300, max: 520 }), { maxLength: 300 }),
    );
    fc.assert(
      fc.property(arbitrary, ([width, signed, values]) => {
        check({ width, signed }, new Set(values.map(BigInt)));
      }),
      { numRuns: 60 },
    );
  });

  it('is right for wide numbers', () => {
    const value = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-9n, 9n));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), fc.array(value), (inside, others) => {
        const set = new Set(inside);
        const b = new CircuitBuilder();
        const circuit = b.build([inSet(b, inputNumber(b, { width: 64, signed: true }), set)]);
        const rows = [...inside, ...others, ...inside.map((v) => v ^ 4n)].map((v) => [v]);
        expect(runRows(circuit, [64], rows)).toEqual(rows.map(([v]) => (set.has(v!) ? 1n : 0n)));
      }),
      { numRuns: 30 },
    );
  });

  it('shares what the values have in common', () => {
    const cost = (width: number, values: bigint[]) => {
      const b = new CircuitBuilder();
      return costOf(b, [inSet(b, inputNumber(b, u(width)), new Set(values))]);
    };
    expect(cost(64, [77n])).toBe('63/6');
    expect(cost(64, [5n, 9n, 17n])).toMatchInlineSnapshot(`"66/6"`);
    expect(cost(4, [1n, 2n, 3n, 5n, 7n, 11n, 13n])).toMatchInlineSnapshot(`"5/2"`);
    expect(cost(8, [1n, 2n, 3n, 5n, 7n, 11n, 13n])).toMatchInlineSnapshot(`"9/3"`);
    expect(cost(8, [10n, 20n, 30n])).toMatchInlineSnapshot(`"11/3"`);
    expect(cost(20, [100_000n, 200_000n, 300_000n, 400_000n])).toMatchInlineSnapshot(`"40/5"`);
  });
});

describe('decode', () => {
  it('is one-hot for every code and count up to 5 bits', () => {
    for (let width = 0; width <= 5; width += 1) {
      for (let count = 0; count <= 2 ** width + 1; count += 1) {
        const b = new CircuitBuilder();
        const wires = decodeOneHot(b, inputNumber(b, u(width)).bits, count);
        expect(wires.length).toBe(count);
        const rows = valuesOf(u(width)).map((v) => [v]);
        const want = rows.map(([v]) => (v! < count ? 1n << v! : 0n));
        expect(runRows(b.build(wires), [width], rows)).toEqual(want);
      }
    }
  });

  it('costs 2^n - n - 1 ANDs for all codes', () => {
    const cost = (width: number, count: number) => {
      const b = new CircuitBuilder();
      return costOf(b, decodeOneHot(b, inputNumber(b, u(width)).bits, count));
    };
    expect([1, 2, 3, 4, 5, 8].map((width) => cost(width, 2 ** width))).toEqual([
      '0/0',
      '1/1',
      '4/2',
      '11/2',
      '26/3',
      '247/3',
    ]);
    expect([cost(3, 5), cost(4, 9), cost(6, 50)]).toMatchInlineSnapshot(`
      [
        "4/2",
        "9/2",
        "52/3",
      ]
    `);
  });
});

describe('popcount', () => {
  it('counts all patterns of up to 10 wires', () => {
    for (let n = 0; n <= 10; n += 1) {
      const b = new CircuitBuilder();
      const circuit = b.build(popcount(b, inputNumber(b, u(n)).bits));
      const rows = valuesOf(u(n)).map((v) => [v]);
      const ones = (v: bigint) => BigInt(v.toString(2).replaceAll('0', '').length);
      expect(runRows(circuit, [n], rows)).toEqual(rows.map(([v]) => ones(v!)));
    }
  });

  it('costs n minus the ones of n', () => {
    for (const n of [1, 2, 3, 7, 16, 63, 64, 100, 255]) {
      const b = new CircuitBuilder();
      const cost = costOf(b, popcount(b, inputNumber(b, u(n)).bits));
      expect(Number(cost.split('/')[0])).toBe(n - n.toString(2).replaceAll('0', '').length);
    }
  });
});
