import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableVersion } from '../../src/catalog/table.ts';
import {
  agreeOnVersions,
  encodeOffer,
  newestOfEach,
  usableVersions,
} from '../../src/engine/agree-versions.ts';
import { OFFER_BYTES } from '../../src/program/steps.ts';

/** Version `number` of a table; `fork` tells versions of one number apart. */
function version(name: string, number: number, fork = 0): TableVersion {
  const digest = `${number.toString(16).padStart(4, '0')}${fork.toString(16).padStart(4, '0')}`;
  return {
    definition: { name, columns: [], keys: [] },
    parts: [],
    digest: digest.padEnd(64, 'c'),
    number,
  };
}

/** What each party ends up with when it lists these versions. */
function agree(names: readonly string[], lists: readonly (readonly TableVersion[])[]) {
  const usable = lists.map((tables) => usableVersions(tables, names));
  const offers = usable.map((own) => encodeOffer(names, own));
  for (const offer of offers) expect(offer.length).toBe(OFFER_BYTES);
  return usable.map((own) => agreeOnVersions(names, own, offers).map(({ digest }) => digest));
}

describe('the parties', () => {
  it('agree on the newest version that all list, for each table alone', () => {
    const [a1, a2, a3] = [1, 2, 3].map((n) => version('A', n));
    const [b1, b2] = [1, 2].map((n) => version('b', n));
    const lists = [
      [a3, a2, b2, b1],
      [a2, a1, b1],
      [a3, a2, b2, b1],
    ] as TableVersion[][];
    const agreed = agree(['a', 'b'], lists);
    expect(agreed).toEqual(Array(3).fill([a2?.digest, b1?.digest]));
  });

  it('agree whatever each lists, or all refuse', () => {
    const listed = fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.tuple(listed, listed, listed), (numbers) => {
        const lists = numbers.map((own) => own.map((number) => version('t', number)));
        const common = numbers[0].filter((n) => numbers.every((own) => own.includes(n)));
        if (common.length === 0) {
          expect(() => agree(['t'], lists)).toThrow(
            expect.objectContaining({ code: 'PLAN_MISMATCH' }),
          );
        } else {
          const newest = version('t', Math.max(...common)).digest;
          expect(agree(['t'], lists)).toEqual([[newest], [newest], [newest]]);
        }
      }),
    );
  });

  it('do not take versions of one number but other content for the same', () => {
    const lists = [0, 1, 0].map((fork) => [version('t', 2, fork), version('t', 1)]);
    expect(agree(['t'], lists)).toEqual(Array(3).fill([version('t', 1).digest]));
    const apart = [0, 1, 0].map((fork) => [version('t', 2, fork)]);
    expect(() => agree(['t'], apart)).toThrow(
      /no version of table "t" is usable at all parties: party 1 lists 2 \(00020000\), party 2 lists 2 \(00020001\)/,
    );
    expect(() => agree(['t'], [[version('t', 1)], [], [version('t', 1)]])).toThrow(
      /party 2 lists none/,
    );
  });

  it('offer the newest when there are more than fit', () => {
    const names = Array.from({ length: 16 }, (_, k) => `t${k}`);
    const tables = names.flatMap((name) => [1, 2, 3, 4, 5].map((n) => version(name, n)));
    const newest = names.map(() => version('', 5).digest);
    expect(agree(names, [tables, tables, tables])).toEqual([newest, newest, newest]);
  });

  it('plan ahead on the newest version of every table', () => {
    const tables = [version('T', 1), version('t', 3), version('t', 2), version('u', 1)];
    expect(newestOfEach(tables).map(({ number }) => number)).toEqual([3, 1]);
  });
});
