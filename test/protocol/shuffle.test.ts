import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { planeBytes } from '../../src/field/planes.ts';
import { Account } from '../../src/program/account.ts';
import { measureShuffle, runShuffle } from '../../src/program/measure-shuffle.ts';
import { indices, randomOrder } from '../../src/protocol/permutation.ts';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { fromPlanes, toPlanes } from './replicated-bits.ts';
import { atThree, openEnds, shuffling, succeeded } from './shuffling.ts';

const SECURITIES = ['passive', 'active'] as const;
const ROWS = [0, 1, 2, 3, 63, 64, 65, 127, 128, 129, 1000, 40_000];

/** Rows in ascending order. */
function sorted(values: readonly bigint[]): bigint[] {
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

describe.each(SECURITIES)('shuffle, %s', (security) => {
  it.each(ROWS)('keeps whole rows of any width, %i of them', async (rows) => {
    for (const width of rows > 1000 ? [70] : [1, 63, 64, 65, 130]) {
      const values = fc.sample(fc.bigInt(0n, (1n << BigInt(width)) - 1n), rows);
      const { ends } = await atThree(toPlanes(values, width), security, shuffling(rows));
      const results = succeeded(ends);
      const active = rows === 0 ? 0 : 8;
      const passive = rows === 0 ? 0 : 2;
      expect(results.map((end) => end.rounds)).toEqual(
        results.map(() => (security === 'active' ? active : passive)),
      );
      const planes = openEnds(results);
      const shuffled = fromPlanes(planes, rows);
      expect(sorted(shuffled)).toEqual(sorted(values));
      if (rows >= 63 && width >= 63) expect(shuffled).not.toEqual(values);
      // Nothing beyond the rows.
      const all = fromPlanes(planes, 8 * planeBytes(rows));
      expect(all.slice(rows)).toEqual(all.slice(rows).map(() => 0n));
    }
  });
});

/** Pearson's statistic of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** How often each of the n! orders of 0..n-1 was among those given. */
function countOrders(orders: readonly (readonly number[])[], factorial: number): number[] {
  const counts = new Map<string, number>();
  for (const order of orders) {
    const name = order.join();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts.values(), ...new Array<number>(factorial - counts.size).fill(0)];
}

describe('orders', () => {
  it('are the same for everybody who has the stream, and permutations', async () => {
    const { arena } = await loadKernels();
    for (const n of [0, 1, 2, 5, 64, 40_000]) {
      const [first, second] = [1, 2].map(() => {
        const stream = nodeCrypto.stream(new Uint8Array(32).fill(n));
        return [...indices(arena, randomOrder(arena, stream, n), n)];
      });
      expect(first).toEqual(second);
      expect(first?.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
    }
  });

  it('are uniform', async () => {
    const { arena } = await loadKernels();
    const key = new Uint8Array(32);
    const orders = Array.from({ length: 24_000 }, (_, k) => {
      new DataView(key.buffer).setUint32(0, k);
      const mark = arena.mark();
      const order = [...indices(arena, randomOrder(arena, nodeCrypto.stream(key), 5), 5)];
      arena.release(mark);
      return order;
    });
    // 119 degrees of freedom: more than 185 has a probability of 1e-4. The keys are fixed.
    expect(chiSquare(countOrders(orders, 120))).toBeLessThan(185);
  });

  it('of whole shuffles are uniform', async () => {
    const orders: number[][] = [];
    for (let k = 0; k < 600; k++) {
      const { ends } = await atThree(toPlanes([0n, 1n, 2n], 2), 'passive', shuffling(3));
      orders.push(fromPlanes(openEnds(succeeded(ends)), 3).map(Number));
    }
    // 5 degrees of freedom: more than 35 has a probability of 2e-6.
    expect(chiSquare(countOrders(orders, 6))).toBeLessThan(35);
  });
});

describe.each(SECURITIES)('messages of a shuffle, %s', (security) => {
  it.each([1, 2, 64, 1000, 20_000])('of %i rows are those measured', async (rows) => {
    for (const width of [1, 64, 65, 200]) {
      const planes = toPlanes(new Array<bigint>(rows).fill(5n), width);
      const { parties, ends } = await atThree(planes, security, shuffling(rows));
      const [first] = succeeded(ends);
      const account = new Account();
      const size = { id: '7', rows, planes: width };
      measureShuffle(account, size);
      expect(account.rounds).toBe(2);
      const lane = { rounds: 0 };
      if (security === 'active') runShuffle(lane, account, size);
      expect(parties.map(({ channel }) => channel.bytesSent)).toEqual(account.bytes);
      expect(first?.rounds).toBe(security === 'active' ? lane.rounds : account.rounds);
    }
  });

  it('are the same for all data, each under another name', async () => {
    const traceOf = async (values: readonly bigint[]) => {
      const record: TraceEntry[] = [];
      await atThree(toPlanes(values, 64), security, shuffling(values.length), { record });
      return record.map((entry) => Object.values(entry).join(' ')).sort();
    };
    const trace = await traceOf(new Array<bigint>(100).fill(0n));
    expect(await traceOf(fc.sample(fc.bigInt(0n, 2n ** 64n - 1n), 100))).toEqual(trace);
    expect(new Set(trace).size).toBe(trace.length);
  });
});
