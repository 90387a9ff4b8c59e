import { describe, expect, it } from 'vitest';
import { evaluateBits } from '../../src/circuits/evaluate.ts';
import { exchangeCircuit, networkLayers } from '../../src/program/sort-network.ts';

const range = (n: number) => Array.from({ length: n }, (_, k) => k);

describe('sorting networks', () => {
  // A network that sorts all sequences of zeros and ones sorts everything (0-1 principle).
  it.each(range(17))('of %i rows sort all sequences of zeros and ones', (rows) => {
    const layers = networkLayers(rows);
    for (let bits = 0; bits < 2 ** rows; bits++) {
      let sorted = bits;
      for (const [i, j] of layers.flat()) {
        if ((sorted >> i) & 1 && !((sorted >> j) & 1)) sorted ^= (1 << i) | (1 << j);
      }
      const ones = range(rows).filter((row) => (bits >> row) & 1).length;
      expect(sorted).toBe(((1 << ones) - 1) << (rows - ones));
    }
  });

  it('have layers of pairs without a row in common, first row first', () => {
    for (const rows of [0, 1, 2, 3, 9, 64, 100, 1000]) {
      for (const pairs of networkLayers(rows)) {
        expect(new Set(pairs.flat()).size).toBe(2 * pairs.length);
        for (const [i, j] of pairs) expect(0 <= i && i < j && j < rows).toBe(true);
      }
    }
  });

  it('exchange whole rows', () => {
    const circuit = exchangeCircuit(3, 4);
    const bitsOf = (value: number) => range(4).map((k) => ((value >> k) & 1) as 0 | 1);
    for (const x of range(16)) {
      for (const y of range(16)) {
        const [low, high] = (y & 7) < (x & 7) ? [y, x] : [x, y];
        const inputs = [...bitsOf(x), ...bitsOf(y)];
        expect(evaluateBits(circuit, inputs)).toEqual([...bitsOf(low), ...bitsOf(high)]);
      }
    }
  });
});
