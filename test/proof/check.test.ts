import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { Account } from '../../src/program/account.ts';
import { checkShape } from '../../src/program/checks.ts';
import { levelVariables, measureCheck } from '../../src/program/measure-check.ts';
import type { Batch, ProductBatch } from '../../src/proof/batch-compute.ts';
import { recheck } from '../../src/proof/recheck.ts';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { makeParties } from '../protocol/network.ts';
import { andBatches, checkAll, passed, productBatches, SeededRandom } from './batches.ts';

const SEED = process.env['TACIT_SEED'] ?? `${Date.now()}`;

/** Verifies an honest batch at three parties; all records are equal and pass the auditor. */
async function expectPass(batches: readonly Batch[], label = '0a0'): Promise<TraceEntry[]> {
  const record: TraceEntry[] = [];
  const parties = await makeParties(3, 1, { record });
  const records = passed(await checkAll(parties, batches, label));
  const [first] = records;
  expect(records).toEqual([first, first, first]);
  const { committee, threshold, streams, channel } = parties[0] ?? ({} as never);
  const input = { crypto: nodeCrypto, queryId: streams.queryId, committee, threshold };
  if (first === undefined) throw new Error('no record');
  expect(recheck(first, input)).toHaveLength(levelVariables(first.shape).length + 2);
  const account = new Account();
  measureCheck(account, first.shape, label);
  expect(parties.map((party) => party.channel.bytesSent)).toEqual(account.bytes);
  expect(channel.bytesSent).toBeLessThan(65_536);
  return record;
}

describe(`honest batches (TACIT_SEED=${SEED})`, () => {
  const random = (name: string) => new SeededRandom(`${SEED}/${name}`);

  it.each([1, 2, 3, 7, 8, 9, 64, 65, 1000, 4097, 40_001])('%i products', async (n) => {
    await expectPass(productBatches(random(`p${n}`), n));
  });

  it.each([1, 7, 8, 9, 16, 17, 23, 24, 25, 71, 72, 100, 1000, 12_345, 200_001])(
    '%i bytes of AND gates',
    async (bytes) => {
      await expectPass(andBatches(random(`a${bytes}`), bytes));
    },
  );

  it.each<[string, number, ProductBatch['runs']]>([
    ['one', 5, [{ start: 0, length: 5 }]],
    ['one of one element', 3, [{ start: 1, length: 1 }]],
    [
      'at both ends',
      40,
      [
        { start: 0, length: 3 },
        { start: 30, length: 10 },
      ],
    ],
    [
      'one after another',
      9,
      [
        { start: 2, length: 3 },
        { start: 5, length: 2 },
      ],
    ],
    ['a long one', 5000, [{ start: 1500, length: 3000 }]],
    ['many', 7000, Array.from({ length: 2000 }, (_, k) => ({ start: 3 * k, length: 1 + (k % 3) }))],
  ])('inner products: %s', async (name, n, runs) => {
    await expectPass(productBatches(random(name), n, runs));
  });

  it.each([
    [5, 2, undefined],
    [7, 3, undefined],
    [4, 1, [0, 2, 3]],
    [4, 1, [1, 2, 3]],
    [7, 2, [0, 1, 3, 5, 6]],
  ] as const)('products of (%i,%i), committee %j', async (n, t, committee) => {
    const parties = await makeParties(n, t, committee === undefined ? {} : { committee });
    const batches = productBatches(random(`${n}/${t}`), 300, [{ start: 7, length: 90 }], [n, t]);
    const records = passed(await checkAll(parties, batches));
    expect(records).toHaveLength(2 * t + 1);
    const { streams, committee: members } = parties[0] ?? ({} as never);
    const input = { crypto: nodeCrypto, queryId: streams.queryId };
    recheck(records[0] as never, { ...input, committee: members, threshold: t });
  });

  it('says its messages in the documented order', async () => {
    const sent = await expectPass(andBatches(random('order'), 72), '0a3');
    const { bitVariables, levels } = checkShape('and', 72);
    expect([bitVariables, levels]).toEqual([2, [4, 4]]);
    const own = sent.filter(({ from }) => from === 0).map(({ step, bytes }) => `${step} ${bytes}`);
    const twice = (line: string) => [line, line];
    expect(own).toEqual([
      ...twice('v0a3/h 32'),
      ...twice('v0a3/e 32'),
      ...twice('v0a3/c0 32'),
      'v0a3/l0 64',
      ...twice('v0a3/c1 32'),
      'v0a3/l1 640',
      ...twice('v0a3/c2 32'),
      'v0a3/l2 640',
      ...twice('v0a3/c3 32'),
      'v0a3/m 16',
      ...twice('v0a3/c4 32'),
      ...twice('v0a3/o 24'),
    ]);
  });

  it('runs several checks at once over one channel', async () => {
    const parties = await makeParties(3, 1);
    const labels = ['0a0', '0a1', '0p0', '0.1.2p0'];
    const all = await Promise.all(
      labels.map((label, k) =>
        checkAll(
          parties,
          label.includes('p')
            ? productBatches(random(label), 50)
            : andBatches(random(label), 90 * k + 9),
          label,
        ),
      ),
    );
    expect(all.flatMap(passed)).toHaveLength(12);
  });
});
