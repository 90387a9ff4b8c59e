import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { route } from '../../src/executor/route.ts';
import { shuffleStage } from '../../src/executor/shuffle.ts';
import { planeBytes } from '../../src/field/planes.ts';
import { Account } from '../../src/program/account.ts';
import { measureRoute, runRoute } from '../../src/program/measure-shuffle.ts';
import type { RouteStage } from '../../src/program/program.ts';
import type { Lane } from '../../src/protocol/party.ts';
import type { SharedBits } from '../../src/protocol/shuffle-rows.ts';
import { fromPlanes, toPlanes } from '../protocol/replicated-bits.ts';
import { atThree, openEnds, succeeded } from '../protocol/shuffling.ts';

const SECURITIES = ['passive', 'active'] as const;
const WIDTH = 75;

/** A random permutation of 0..n-1. */
function somePlaces(n: number): bigint[] {
  return fc.sample(
    fc.shuffledSubarray(
      Array.from({ length: n }, (_, k) => BigInt(k)),
      { minLength: n },
    ),
    1,
  )[0] as bigint[];
}

function bitsFor(rows: number): number {
  return (rows - 1).toString(2).length;
}

/** Runs a stage from relation 0 to relation 1, which has as many planes; each party's end. */
function fromFirstToSecond(
  rows: number,
  stage: (lane: Lane, memory: Parameters<typeof route>[3]) => Promise<void>,
) {
  return async (lane: Lane, planes: readonly SharedBits[]) => {
    const { arena } = lane.party;
    const bytes = planeBytes(rows);
    const targets = planes.map(() => ({ left: arena.alloc(bytes), right: arena.alloc(bytes) }));
    await stage(lane, {
      relations: [planes, targets].map((of) => ({ rows, planes: of })),
    });
    const copy = (address: number) => arena.u8.slice(address, address + bytes);
    return {
      rounds: lane.rounds,
      planes: targets.map(({ left, right }) => ({ left: copy(left), right: copy(right) })),
    };
  };
}

describe.each(SECURITIES)('route, %s', (security) => {
  it.each([0, 1, 2, 3, 64, 65, 200, 1000])('puts %i rows in their places', async (rows) => {
    const places = somePlaces(rows);
    const bits = bitsFor(rows);
    const payload = fc.sample(fc.bigInt(0n, 2n ** BigInt(WIDTH) - 1n), rows);
    // Places in the middle of the row, among the other planes.
    const planes = toPlanes(payload, WIDTH);
    planes.splice(3, 0, ...toPlanes(places, bits));
    const destination = Array.from({ length: bits }, (_, k) => 3 + k);
    const stage: RouteStage = { kind: 'route', from: 0, to: 1, rows, destination, operator: 0 };
    const run = fromFirstToSecond(rows, (lane, memory) => route(lane, stage, 4, memory));
    const { ends, parties } = await atThree(planes, security, run);
    const results = succeeded(ends);
    const routed = openEnds(results);
    const found = fromPlanes(routed.toSpliced(3, bits), rows);
    expect(fromPlanes(routed.slice(3, 3 + bits), rows)).toEqual(places.map((_, k) => BigInt(k)));
    expect(found).toEqual(places.map((_, k) => payload[places.indexOf(BigInt(k))]));
    const account = new Account();
    measureRoute(account, stage, 4, planes.length);
    const lane = { rounds: 0, barrier: () => undefined };
    if (security === 'active') runRoute(lane, account, stage, 4, planes.length);
    expect(parties.map(({ channel }) => channel.bytesSent)).toEqual(account.bytes);
    expect(results[0]?.rounds).toBe(security === 'active' ? lane.rounds : account.rounds);
  });

  it('puts rows among their like', async () => {
    const rows = 200;
    const places = fc.sample(fc.bigInt(0n, 2n), rows);
    const counts = [0n, 1n, 2n].map((k) => places.filter((place) => place === k).length);
    const payload = fc.sample(fc.bigInt(0n, 2n ** BigInt(WIDTH) - 1n), rows);
    const planes = [...toPlanes(places, 2), ...toPlanes(payload, WIDTH)];
    const stage: RouteStage = {
      ...{ kind: 'route', from: 0, to: 1, rows, destination: [0, 1], counts, operator: 0 },
    };
    const run = fromFirstToSecond(rows, (lane, memory) => route(lane, stage, 4, memory));
    const { ends } = await atThree(planes, security, run);
    const routed = openEnds(succeeded(ends));
    const found = fromPlanes(routed.slice(0, 2), rows);
    expect(found).toEqual([...places].sort());
    const pairs = (list: readonly bigint[], values: readonly bigint[]) =>
      list.map((place, k) => `${place} ${values[k]}`).sort();
    expect(pairs(found, fromPlanes(routed.slice(2), rows))).toEqual(pairs(places, payload));
  });

  it('refuses destinations that do not occur as often as they must', async () => {
    for (const counts of [
      [1, 2],
      [3, 0],
    ]) {
      const stage: RouteStage = {
        ...{ kind: 'route', from: 0, to: 1, rows: 3, destination: [0], counts, operator: 0 },
      };
      const run = fromFirstToSecond(3, (lane, memory) => route(lane, stage, 4, memory));
      const { ends } = await atThree(toPlanes([0n, 1n, 0n], 1), security, run);
      for (const end of ends) {
        expect(end).toMatchObject({ status: 'rejected', reason: { code: 'TACIT_INVARIANT' } });
      }
    }
  });

  it('refuses destinations that are no permutation', async () => {
    for (const places of [
      [0n, 1n, 1n],
      [0n, 1n, 3n],
    ]) {
      const destination = [0, 1];
      const stage: RouteStage = {
        ...{ kind: 'route', from: 0, to: 1, rows: 3, destination, operator: 0 },
      };
      const run = fromFirstToSecond(3, (lane, memory) => route(lane, stage, 4, memory));
      const { ends } = await atThree(toPlanes(places, 2), security, run);
      for (const end of ends) {
        expect(end).toMatchObject({ status: 'rejected', reason: { code: 'TACIT_INVARIANT' } });
      }
    }
  });
});

describe.each(SECURITIES)('shuffle stage, %s', (security) => {
  it('has the rows of the relation', async () => {
    const rows = 130;
    const values = fc.sample(fc.bigInt(0n, 2n ** BigInt(WIDTH) - 1n), rows);
    const stage = { kind: 'shuffle', from: 0, to: 1, rows, operator: 0 } as const;
    const run = fromFirstToSecond(rows, (lane, memory) => shuffleStage(lane, stage, 4, memory));
    const { ends } = await atThree(toPlanes(values, WIDTH), security, run);
    const shuffled = fromPlanes(openEnds(succeeded(ends)), rows);
    const sorted = (list: readonly bigint[]) => [...list].sort((a, b) => (a < b ? -1 : 1));
    expect(sorted(shuffled)).toEqual(sorted(values));
    expect(shuffled).not.toEqual(values);
  });
});
