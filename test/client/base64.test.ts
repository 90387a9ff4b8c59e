import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../src/client/base64.ts';
import { Rng } from '../oracle/rng.ts';

describe('base64', () => {
  it.each([0, 1, 2, 3, 100, 12_287, 12_288, 12_289, 100_000])('of %i bytes', (length) => {
    const rng = new Rng(length);
    const bytes = Uint8Array.from({ length }, () => rng.below(256));
    const text = toBase64(bytes);
    expect(text).toBe(Buffer.from(bytes).toString('base64'));
    expect(Buffer.from(fromBase64(text) ?? []).equals(bytes)).toBe(true);
  });

  it('of a large answer takes no long', () => {
    const bytes = new Uint8Array(16 * 1024 * 1024).fill(171);
    const text = toBase64(bytes);
    expect(text.length).toBe(4 * Math.ceil(bytes.length / 3));
    expect(fromBase64(text)?.length).toBe(bytes.length);
  });

  it.each(['A', 'AA=A', '====', 'AAB=', 'AA ==', 'ä'])('refuses %s', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});
