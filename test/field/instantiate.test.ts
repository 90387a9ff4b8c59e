import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { KERNEL_RESERVED_BYTES } from '../../src/field/kernels.ts';

describe('loadKernels', () => {
  it('starts allocating above what the kernels reserve', async () => {
    const { arena } = await loadKernels();
    expect(arena.alloc(1)).toBe(KERNEL_RESERVED_BYTES);
  });

  it('gives every caller its own memory', async () => {
    const first = await loadKernels();
    const second = await loadKernels();
    expect(first.arena.memory).not.toBe(second.arena.memory);
  });
});
