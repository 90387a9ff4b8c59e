import { describe, expect, it } from 'vitest';
import { add, readElement, writeElement } from '../../src/field/p61.ts';
import { Account } from '../../src/program/account.ts';
import { BatchBook } from '../../src/program/batch-book.ts';
import { AND_BATCH_GATES, checkShape, PRODUCT_BATCH } from '../../src/program/checks.ts';
import { checkRounds, measureCheck } from '../../src/program/measure-check.ts';
import { BatchMemory } from '../../src/proof/batch-memory.ts';
import { CheckRunner } from '../../src/proof/check-runner.ts';
import { CheckedWitness } from '../../src/proof/checked.ts';
import type { Party } from '../../src/protocol/party.ts';
import type { AndRecord, ProductRecord } from '../../src/protocol/witness.ts';
import { makeParties } from '../protocol/network.ts';
import { andBatches, compute, productBatches, SeededRandom } from './batches.ts';

const SEED = process.env['TACIT_SEED'] ?? `${Date.now()}`;
const AND_BYTES = AND_BATCH_GATES / 8;
const clock = () => performance.now() / 1000;

describe('a book of batches', () => {
  it('cuts AND gates where batches are full', () => {
    const book = new BatchBook();
    expect(book.add('and', 10)).toEqual([{ size: 10 }]);
    expect(book.add('and', 2 * AND_BYTES)).toEqual([
      { size: AND_BYTES - 10, closes: { id: '0a0', shape: checkShape('and', AND_BYTES) } },
      { size: AND_BYTES, closes: { id: '0a1', shape: checkShape('and', AND_BYTES) } },
      { size: 10 },
    ]);
    expect(book.open).toEqual({ and: 10, product: 0 });
    expect(book.close()).toEqual([{ id: '0a2', shape: checkShape('and', 10) }]);
    expect(book.close()).toEqual([]);
  });

  it('keeps inner products together, in larger batches if need be', () => {
    const book = new BatchBook();
    const batch = (number: number, size: number) => {
      return { id: `0p${number}`, shape: checkShape('product', size) };
    };
    expect(book.addWhole(PRODUCT_BATCH - 1)).toEqual({});
    expect(book.addWhole(1)).toEqual({ after: batch(0, PRODUCT_BATCH) });
    expect(book.addWhole(5)).toEqual({});
    expect(book.addWhole(PRODUCT_BATCH - 4)).toEqual({ before: batch(1, 5) });
    expect(book.addWhole(2 * PRODUCT_BATCH)).toEqual({
      before: batch(2, PRODUCT_BATCH - 4),
      after: batch(3, 2 * PRODUCT_BATCH),
    });
    expect(book.add('product', PRODUCT_BATCH + 7)).toEqual([
      { size: PRODUCT_BATCH, closes: batch(4, PRODUCT_BATCH) },
      { size: 7 },
    ]);
    expect(book.close()).toEqual([batch(5, 7)]);
  });

  it('gives every batch of every lane its own id', () => {
    const book = new BatchBook();
    const ids = [0, 1].flatMap(() => book.fork(2)).flatMap((lane) => [lane, ...lane.fork(1)]);
    const closed = [book, ...ids].flatMap((lane) => {
      lane.add('and', 1);
      lane.add('product', 1);
      return lane.close().map(({ id }) => id);
    });
    expect(closed).toContain('0.1.1.0.0p0');
    expect(new Set(closed).size).toBe(2 * 9);
  });
});

/** Writes a batch's columns to the party's arena and cuts them into records of about `bytes` bytes. */
function andRecords(party: Party, data: Uint8Array, length: number, bytes: number): AndRecord[] {
  const at = party.arena.alloc(data.length);
  party.arena.u8.set(data, at);
  return Array.from({ length: Math.ceil(length / bytes) }, (_, k) => ({
    columns: [0, 1, 2, 3, 4, 5].map((c) => at + c * length + k * bytes) as never,
    bytes: Math.min(bytes, length - k * bytes),
  }));
}

function productRecords(party: Party, data: Uint8Array, n: number): ProductRecord {
  const at = party.arena.alloc(data.length);
  party.arena.u8.set(data, at);
  return { x: at, y: at + 8 * n, z: at + 16 * n, n };
}

interface Outcome {
  readonly batches: readonly string[];
  readonly rounds: number;
}

/** Runs `work` at three parties with a root witness each; it returns the rounds of its barriers. */
async function atWitnesses(
  work: (witness: CheckedWitness, party: Party) => Promise<number>,
): Promise<{ outcomes: PromiseSettledResult<Outcome>[]; parties: Party[] }> {
  const parties = await makeParties(3, 1);
  const outcomes = await Promise.allSettled(
    parties.map(async (party) => {
      const mark = party.arena.mark();
      const runner = new CheckRunner(party, compute, clock, new BatchMemory());
      try {
        const rounds = await work(new CheckedWitness(runner), party);
        return { batches: runner.records.map(({ batch }) => batch), rounds };
      } finally {
        await runner.settled();
        party.arena.release(mark);
      }
    }),
  );
  return { outcomes, parties };
}

function bytesOf(batches: readonly (readonly [string, ReturnType<typeof checkShape>])[]): number[] {
  const account = new Account();
  for (const [id, shape] of batches) measureCheck(account, shape, id);
  return account.bytes;
}

describe(`the witness of active runs (TACIT_SEED=${SEED})`, () => {
  const random = new SeededRandom(`${SEED}/checked`);

  it('verifies full batches beside the computation and what is left at the barrier', async () => {
    const length = 2 * AND_BYTES + 12_345;
    const gates = andBatches(random, length);
    const { outcomes, parties } = await atWitnesses(async (witness, party) => {
      const data = gates[party.self]?.data ?? new Uint8Array();
      for (const record of andRecords(party, data, length, 300_007)) await witness.ands(record);
      return (await witness.barrier()).rounds + (await witness.barrier()).rounds;
    });
    const shapes = [AND_BYTES, AND_BYTES, 12_345].map((size) => checkShape('and', size));
    const expected = {
      batches: ['0a0', '0a1', '0a2'],
      rounds: Math.max(...shapes.map(checkRounds)),
    };
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'fulfilled', value: expected })));
    const bytes = bytesOf(shapes.map((shape, k) => [`0a${k}`, shape]));
    expect(parties.map(({ channel }) => channel.bytesSent)).toEqual(bytes);
  });

  it('takes over what its lanes leave, in their order, and waits for what they began', async () => {
    const gates = [0, 1, 2].map((k) => andBatches(random, 1000 + k));
    const products = [0, 1, 2].map((k) => productBatches(random, 100 + k));
    const run = { start: 0, length: 50 };
    const inner = productBatches(random, run.length, [run]);
    const { outcomes } = await atWitnesses(async (witness, party) => {
      const lanes = witness.fork(3);
      const rounds = [0, 0, 0];
      // The last lane is the first to record, and the middle one has a barrier of its own.
      for (const k of [2, 1, 0]) {
        const lane = lanes[k] as CheckedWitness;
        const data = gates[k]?.[party.self]?.data ?? new Uint8Array();
        for (const record of andRecords(party, data, 1000 + k, 64)) await lane.ands(record);
        const shares = products[k]?.[party.self]?.data ?? new Uint8Array();
        const sum = inner[party.self]?.data ?? new Uint8Array();
        await lane.innerProducts([productRecords(party, sum, run.length)]);
        await lane.products([productRecords(party, shares, 100 + k)]);
        if (k === 1) rounds[k] = (await lane.barrier()).rounds;
      }
      await witness.join(lanes);
      return (rounds[1] ?? 0) + (await witness.barrier()).rounds;
    });
    const rounds =
      Math.max(checkRounds(checkShape('and', 1001)), checkRounds(checkShape('product', 151))) +
      Math.max(checkRounds(checkShape('and', 2002)), checkRounds(checkShape('product', 302)));
    const value = { batches: ['0.0.1a0', '0.0.1p0', '0a0', '0p0'], rounds };
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'fulfilled', value })));
  });

  it.each(['ands', 'products', 'innerProducts'] as const)('refuses wrong %s', async (kind) => {
    const n = 777;
    const runs = kind === 'innerProducts' ? [{ start: 0, length: n }] : [];
    const batches = kind === 'ands' ? andBatches(random, n) : productBatches(random, n, runs);
    const place = random.below(n);
    // A component of z that its two holders agree on; or a z that is one too large, whose shares belong together.
    const flip = [5 * n + place, 4 * n + place];
    const z = 16 * n + (kind === 'products' ? 8 * place : 0);
    const { outcomes } = await atWitnesses(async (witness, party) => {
      const data = batches[party.self]?.data.slice() ?? new Uint8Array();
      if (kind === 'ands') {
        const at = flip[party.self] ?? -1;
        if (at >= 0) data[at] = (data[at] ?? 0) ^ 4;
        for (const record of andRecords(party, data, n, n)) await witness.ands(record);
      } else {
        writeElement(data, z, add(readElement(data, z), 1n));
        await witness[kind]([productRecords(party, data, n)]);
      }
      return (await witness.barrier()).rounds;
    });
    for (const outcome of outcomes) {
      expect(outcome.status).toBe('rejected');
      const { code } = outcome.status === 'rejected' ? outcome.reason : { code: undefined };
      expect(['CHECK_FAILED', 'PEER_CLOSED']).toContain(code);
    }
    const codes = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
    expect(codes).toContain('CHECK_FAILED');
  });

  it('lets no lane open anything that was forked before a barrier', async () => {
    const gates = andBatches(random, 10);
    const { outcomes } = await atWitnesses(async (witness, party) => {
      const data = gates[party.self]?.data ?? new Uint8Array();
      for (const record of andRecords(party, data, 10, 10)) await witness.ands(record);
      const [lane] = witness.fork(1);
      return (await (lane as CheckedWitness).barrier()).rounds;
    });
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'TACIT_INVARIANT' } });
    }
  });
});
