import { describe, expect, it } from 'vitest';
import { sortStage } from '../../src/executor/sort.ts';
import { planeBytes } from '../../src/field/planes.ts';
import type { Security } from '../../src/program/program.ts';
import { Rng } from '../oracle/rng.ts';
import { fromPlanes, openPlane, toPlanes } from '../protocol/replicated-bits.ts';
import { atThree, succeeded } from '../protocol/shuffling.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 72);
const SECURITIES = ['passive', 'active'] as const;
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

/** Sorts numbers of `width + 12` bits by their lowest `width` bits; the comparisons of each level, and what comes out. */
async function sort(values: readonly bigint[], width: number, security: Security) {
  const rows = values.length;
  const planes = toPlanes(values, width + 12);
  const { ends } = await atThree(planes, security, async (lane, from) => {
    const { arena } = lane.party;
    const bytes = planeBytes(rows);
    const to = from.map(() => ({ left: arena.alloc(bytes), right: arena.alloc(bytes) }));
    const sorts: (readonly number[])[] = [];
    const relations = [from, to].map((of) => ({ rows, planes: of }));
    const memory = { scalars: 0, folds: [], relations, sorts };
    const stage = {
      from: 0,
      to: 1,
      rows,
      key: range(width),
      method: 'quick',
      operator: 0,
    } as const;
    await sortStage(lane, { kind: 'sort', ...stage }, 3, memory);
    const copy = (address: number) => arena.u8.slice(address, address + bytes);
    const out = to.map(({ left, right }) => ({ left: copy(left), right: copy(right) }));
    return { out, levels: sorts[0] ?? [], rounds: lane.rounds };
  });
  const results = succeeded(ends);
  const opened = range(width + 12).map((k) =>
    openPlane(results.map(({ out }) => out[k] as { left: Uint8Array; right: Uint8Array })),
  );
  return {
    sorted: fromPlanes(opened, rows),
    all: fromPlanes(opened, 8 * planeBytes(rows)),
    ...results[0],
  };
}

/** The same rows sorted in the clear; ties keep their order. */
function expected(values: readonly bigint[], width: number): bigint[] {
  const key = (value: bigint) => BigInt.asUintN(width, value);
  return [...values].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

const ROWS = [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 5000];

describe.each(SECURITIES)('quicksort, %s', (security) => {
  it.each(ROWS)('sorts %i rows, stably', async (rows) => {
    const rng = new Rng(SEED + rows);
    for (const width of rows > 1000 ? [40] : [1, 5, 64, 100]) {
      const values = range(rows).map(() => rng.bigint(0n, (1n << BigInt(width + 12)) - 1n));
      const { all, levels, sorted } = await sort(values, width, security);
      expect(sorted).toEqual(expected(values, width));
      expect(all.slice(rows).every((bits) => bits === 0n)).toBe(true);
      expect((levels ?? []).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
        rows - 1,
      );
    }
  });

  it('sorts rows that are sorted, reversed or equal', async () => {
    const orders = [(k: number) => k, (k: number) => 400 - k, () => 5];
    for (const order of orders) {
      const values = range(300).map((k) => BigInt(order(k)) + (BigInt(k) << 10n));
      expect((await sort(values, 10, security)).sorted).toEqual(expected(values, 10));
    }
  });
});
