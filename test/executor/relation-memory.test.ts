import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { RelationMemory } from '../../src/executor/relation-memory.ts';
import { planeBytes } from '../../src/field/planes.ts';
import type { Stage } from '../../src/program/program.ts';
import { Rng } from '../oracle/rng.ts';
import { programOf, range } from './open-relation.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 77);

/** A relation of `planes` public planes. */
function constant(relation: number, rows: number, planes: number): Stage {
  const values = new Array<bigint>(rows).fill(0n);
  const columns = [{ kind: 'constant', values, width: planes }] as const;
  return { kind: 'collect', relation, rows, columns, operator: 0 };
}

describe('memory of relations', () => {
  it('does not grow along a chain', async () => {
    const { arena } = await loadKernels();
    const rows = 1_000_000;
    const link = (k: number): Stage => ({
      ...{ kind: 'shuffle', from: k, to: k + 1, rows, operator: 0 },
    });
    const stages = [constant(0, rows, 100), ...range(30).map(link)];
    const memory = new RelationMemory(arena, programOf({ stages, opened: 30 }));
    const start = arena.mark();
    stages.forEach((_, index) => {
      memory.before(index);
      memory.after(index);
    });
    const relation = 2 * 100 * planeBytes(rows);
    expect(arena.peakBytes - start).toBeLessThan(2.1 * relation);
    expect(memory.relations.map((found) => found !== undefined)).toEqual([
      ...range(30).map(() => false),
      true,
    ]);
  });

  it('never gives the same bytes to two relations, and zeroed ones to each', async () => {
    const { arena } = await loadKernels();
    const rng = new Rng(SEED);
    const stages: Stage[] = [constant(0, 100, 3)];
    const count = 200;
    for (let k = 1; k < count; k++) {
      const planes = range(1 + rng.below(9)).map(() => 'one' as const);
      const inputs = range(1 + rng.below(2)).map(() => {
        return { relation: Math.max(0, k - 1 - rng.below(6)), rows: rng.below(20_000), planes };
      });
      stages.push({ kind: 'concat', to: k, inputs, operator: 0 });
    }
    const memory = new RelationMemory(arena, programOf({ stages, opened: 5, isOdd: true }));
    stages.forEach((_, index) => {
      memory.before(index);
      const taken = memory.relations.flatMap((relation) => {
        const bytes = planeBytes(relation?.rows ?? 0);
        const planes = relation?.planes ?? [];
        return planes.flatMap(({ left, right }) => [
          { at: left, end: left + bytes },
          { at: right, end: right + bytes },
        ]);
      });
      taken.sort((a, b) => a.at - b.at);
      for (const [k, { at }] of taken.entries()) {
        expect(at).toBeGreaterThanOrEqual(taken[k - 1]?.end ?? 0);
      }
      expect(taken.at(-1)?.end ?? 0).toBeLessThanOrEqual(arena.mark());
      const own = memory.relations[index];
      expect(own).toBeDefined();
      const bytes = planeBytes(own?.rows ?? 0);
      for (const { left, right } of own?.planes ?? []) {
        for (const at of [left, right]) {
          expect(arena.u8.subarray(at, at + bytes).every((byte) => byte === 0)).toBe(true);
          arena.u8.fill(0xff, at, at + bytes);
        }
      }
      memory.after(index);
    });
    expect(memory.relations[5]).toBeDefined();
  });
});
