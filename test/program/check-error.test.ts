import { describe, expect, it } from 'vitest';
import { errorBoundLog2 } from '../../src/program/check-error.ts';
import { AND_BATCH_GATES, checkShape, PRODUCT_BATCH } from '../../src/program/checks.ts';

describe('error of checks', () => {
  const gates = checkShape('and', AND_BATCH_GATES / 8);
  const products = checkShape('product', PRODUCT_BATCH);
  const many = <T>(n: number, value: T) => Array.from({ length: n }, () => value);

  it('is far below 2^-40 for full batches, and adds up over them', () => {
    // M = 2^13 groups, and a little more; 2 + 2 * 20 + 2 in 2^61.
    expect(errorBoundLog2([gates])).toBe(-50);
    expect(errorBoundLog2([products])).toBe(-55);
    expect(errorBoundLog2(many(16, gates))).toBe(-46);
    expect(errorBoundLog2(many(500, gates).concat(many(1000, products)))).toBe(-41);
  });

  it('is what the formula says of small batches', () => {
    // One product: 2 + 2 in 2^61, and a hair more.
    expect(errorBoundLog2([checkShape('product', 1)])).toBe(-58);
    // 64 gates: 1 + 2 * 6 + 2 in 2^64.
    expect(errorBoundLog2([checkShape('and', 8)])).toBe(-60);
  });

  it('is that of key and weights for a shuffle', () => {
    expect(errorBoundLog2([], 1)).toBe(-63);
    expect(errorBoundLog2([checkShape('and', 8)], 8)).toBe(-59);
  });

  it('is never better than the hash', () => {
    expect(errorBoundLog2([])).toBe(-128);
  });
});
