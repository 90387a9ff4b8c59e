import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  decodeSigned,
  encodeSigned,
  inv,
  lagrange,
  lagrangeAtZero,
  mod,
  mul,
  P,
  pow,
  readElement,
  sub,
  writeElement,
} from '../../src/field/p61.ts';

const element = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, P - 1n, P - 2n, 1n << 60n),
  fc.bigInt({ min: 0n, max: P - 1n }),
);

describe('field axioms', () => {
  it('sums and products commute, associate and distribute', () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(add(a, b)).toBe(add(b, a));
        expect(mul(a, b)).toBe(mul(b, a));
        expect(add(add(a, b), c)).toBe(add(a, add(b, c)));
        expect(mul(mul(a, b), c)).toBe(mul(a, mul(b, c)));
        expect(mul(a, add(b, c))).toBe(add(mul(a, b), mul(a, c)));
        expect(add(sub(a, b), b)).toBe(a);
      }),
    );
  });

  it('every element but 0 has an inverse', () => {
    fc.assert(
      fc.property(element, (a) => {
        fc.pre(a !== 0n);
        expect(mul(a, inv(a))).toBe(1n);
      }),
    );
    expect(() => inv(P)).toThrow('inverse of zero');
  });

  it('2^61 is 1 and p is prime enough for Fermat', () => {
    expect(pow(2n, 61n)).toBe(1n);
    expect(pow(37n, P - 1n)).toBe(1n);
    expect(pow(5n, 0n)).toBe(1n);
    expect(mod(-1n)).toBe(P - 1n);
  });
});

describe('lagrange', () => {
  it('evaluates polynomials', () => {
    const coefficients = fc.array(element, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(coefficients, element, (polynomial, at) => {
        const value = (x: bigint) => polynomial.reduceRight((sum, c) => add(mul(sum, x), c), 0n);
        const points = polynomial.map((_, i) => BigInt(i + 1));
        const weights = lagrange(points, at);
        const sum = weights.reduce((total, w, i) => add(total, mul(w, value(points[i]!))), 0n);
        expect(sum).toBe(value(at));
      }),
    );
  });

  it('is 3, -3, 1 for zero from 1, 2, 3', () => {
    expect(lagrangeAtZero([1n, 2n, 3n])).toEqual([3n, mod(-3n), 1n]);
  });
});

describe('encodings', () => {
  const END = 1n << 60n;

  it.each([0n, 1n, -1n, END - 1n, 1n - END])('%i survives', (v) => {
    expect(decodeSigned(encodeSigned(v))).toBe(v);
  });

  it('add up while the sum fits', () => {
    const half = fc.bigInt({ min: 1n - END / 2n, max: END / 2n - 1n });
    fc.assert(
      fc.property(half, half, (v, w) => {
        expect(decodeSigned(add(encodeSigned(v), encodeSigned(w)))).toBe(v + w);
      }),
    );
  });

  it.each([END, -END])('%i does not fit', (v) => {
    expect(() => encodeSigned(v)).toThrow('60 bits');
  });

  it('elements are eight little-endian bytes at any offset', () => {
    const bytes = new Uint8Array(20);
    writeElement(bytes.subarray(3), 4, 0x0102030405060708n);
    expect([...bytes.subarray(7, 15)]).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(readElement(bytes, 7)).toBe(0x0102030405060708n);
    expect(() => writeElement(bytes, 0, P)).toThrow('field element');
  });
});
