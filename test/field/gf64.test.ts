import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gfInverse, gfLagrange, gfMul, gfPow } from '../../src/field/gf64.ts';

const TOP = 2n ** 64n - 1n;
const element = fc.bigInt({ min: 0n, max: TOP });

describe('gf64', () => {
  it('is a commutative ring', () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(gfMul(a, b)).toBe(gfMul(b, a));
        expect(gfMul(a, gfMul(b, c))).toBe(gfMul(gfMul(a, b), c));
        expect(gfMul(a, b ^ c)).toBe(gfMul(a, b) ^ gfMul(a, c));
        expect(gfMul(a, 1n)).toBe(a);
      }),
    );
  });

  it('every element but 0 has an inverse', () => {
    fc.assert(
      fc.property(element, (a) => {
        fc.pre(a !== 0n);
        expect(gfMul(a, gfInverse(a))).toBe(1n);
      }),
    );
    expect(() => gfInverse(0n)).toThrow('inverse of zero');
  });

  it('has the modulus X^64 + X^4 + X^3 + X + 1', () => {
    expect(gfPow(2n, 64n)).toBe(0b11011n);
    expect(gfPow(2n, 63n)).toBe(1n << 63n);
    expect(gfPow(0n, 0n)).toBe(1n);
  });

  it('is a field: the modulus is irreducible by the test of Rabin', () => {
    // X^(2^64) = X, and X^(2^32) - X is invertible modulo it.
    let power = 2n;
    for (let i = 0; i < 32; i++) power = gfMul(power, power);
    expect(gfMul(power ^ 2n, gfInverse(power ^ 2n))).toBe(1n);
    for (let i = 0; i < 32; i++) power = gfMul(power, power);
    expect(power).toBe(2n);
  });

  it.each([-1n, TOP + 1n])('%i is no element', (x) => {
    expect(() => gfMul(x, 1n)).toThrow('GF(2^64)');
    expect(() => gfMul(1n, x)).toThrow('GF(2^64)');
  });
});

describe('gfLagrange', () => {
  it('evaluates polynomials', () => {
    const coefficients = fc.array(element, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(coefficients, element, (polynomial, at) => {
        const value = (x: bigint) => polynomial.reduceRight((sum, c) => gfMul(sum, x) ^ c, 0n);
        const points = polynomial.map((_, i) => BigInt(i + 1));
        const weights = gfLagrange(points, at);
        const sum = weights.reduce((total, w, i) => total ^ gfMul(w, value(points[i]!)), 0n);
        expect(sum).toBe(value(at));
      }),
    );
  });

  it('refuses equal points', () => {
    expect(() => gfLagrange([1n, 2n, 1n], 0n)).toThrow('inverse of zero');
  });
});
