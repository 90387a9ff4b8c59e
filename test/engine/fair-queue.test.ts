import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../src/engine/fair-queue.ts';

function queueOf(items: readonly (readonly [analyst: string, item: number])[]): FairQueue<number> {
  const queue = new FairQueue<number>();
  for (const [analyst, item] of items) queue.add(analyst, item);
  return queue;
}

function drained(queue: FairQueue<number>): number[] {
  return Array.from({ length: queue.size }, () => queue.next() ?? Number.NaN);
}

const arrivals = fc
  .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 })
  .map((analysts) => analysts.map((analyst, item) => [analyst, item] as const));

describe('a fair queue', () => {
  it('takes analysts in turn, and what each sent in order', () => {
    const queue = queueOf([
      ...[1, 2, 3, 4].map((item) => ['many', item] as const),
      ['one', 10],
      ['two', 20],
      ['two', 21],
    ]);
    expect(drained(queue)).toEqual([1, 10, 20, 2, 21, 3, 4]);
    expect(queue.next()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  it('lets nobody be overtaken twice by the same analyst', () => {
    fc.assert(
      fc.property(arrivals, (items) => {
        const order = drained(queueOf(items));
        expect(order.toSorted((a, b) => a - b)).toEqual(items.map(([, item]) => item));
        const analystOf = (item: number) => items[item]?.[0];
        for (const [at, item] of order.entries()) {
          const mine = order.slice(0, at).filter((other) => analystOf(other) === analystOf(item));
          for (const analyst of ['a', 'b', 'c']) {
            const theirs = order.slice(0, at).filter((other) => analystOf(other) === analyst);
            expect(theirs.length).toBeLessThanOrEqual(mine.length + 1);
          }
          expect(mine).toEqual(mine.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('tells places that come true', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(3), (items, taken) => {
        const queue = queueOf(items);
        for (let k = 0; k < taken; k++) queue.next();
        const places = items.map(([analyst, item]) => queue.placeOf(analyst, item));
        const order = drained(queue);
        for (const [item, place] of places.entries()) {
          const at = order.indexOf(item);
          expect(place).toBe(at < 0 ? undefined : at + 1);
        }
      }),
    );
  });

  it('forgets what is taken out', () => {
    const queue = queueOf([
      ['a', 1],
      ['a', 2],
      ['b', 3],
    ]);
    expect(queue.remove('a', 1)).toBe(true);
    expect(queue.remove('a', 1)).toBe(false);
    expect(queue.remove('b', 3)).toBe(true);
    expect(queue.sizeOf('a')).toBe(1);
    expect(queue.sizeOf('b')).toBe(0);
    expect(drained(queue)).toEqual([2]);
  });
});
