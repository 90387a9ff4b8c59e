import { describe, expect, it } from 'vitest';
import type { TacitError } from '../../src/errors/tacit-error.ts';
import { Arena } from '../../src/field/arena.ts';

const fresh = (): Arena => new Arena(new WebAssembly.Memory({ initial: 1, maximum: 65536 }), 65536);

describe('Arena', () => {
  it('gives aligned, disjoint ranges and grows with them', () => {
    const arena = fresh();
    const [a, b, c] = [arena.alloc(1), arena.alloc(65), arena.alloc(1_000_000)];
    expect([a % 64, b % 64, c % 64]).toEqual([0, 0, 0]);
    expect([b - a, c - b]).toEqual([64, 128]);
    arena.u8[c + 999_999] = 7;
    expect(arena.u8[c + 999_999]).toBe(7);
  });

  it('keeps its contents when it grows', () => {
    const arena = fresh();
    const at = arena.alloc(16);
    arena.u8.fill(9, at, at + 16);
    arena.alloc(10_000_000);
    expect(arena.u8.subarray(at, at + 16)).toEqual(new Uint8Array(16).fill(9));
  });

  it('gives back what was allocated after a mark, and remembers the peak', () => {
    const arena = fresh();
    const mark = arena.mark();
    const at = arena.alloc(640);
    arena.release(mark);
    expect(arena.alloc(64)).toBe(at);
    expect(arena.peakBytes).toBe(at + 640);
    arena.resetPeak();
    expect(arena.touchedBytes).toBe(at + 640);
    expect(() => arena.release(at + 6400)).toThrow('out of order');
  });

  it('refuses to pass 4 GiB before it asks for memory', () => {
    const arena = fresh();
    try {
      arena.alloc(2 ** 32 - 65536);
      expect.unreachable();
    } catch (error) {
      expect((error as TacitError).code).toBe('SQL_TOO_LARGE');
    }
    expect(arena.memory.buffer.byteLength).toBe(65536);
  });
});
