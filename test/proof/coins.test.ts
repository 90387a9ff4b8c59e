import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { checkShape } from '../../src/program/checks.ts';
import { coinCount, levelVariables } from '../../src/program/measure-check.ts';
import { STEP } from '../../src/program/steps.ts';
import type { Batch } from '../../src/proof/batch-compute.ts';
import type { CheckRecord } from '../../src/proof/check-record.ts';
import { chainFrom, coinOf } from '../../src/proof/coins.ts';
import { recheck } from '../../src/proof/recheck.ts';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { makeParties } from '../protocol/network.ts';
import { andBatches, checkAll, passed, productBatches, SeededRandom } from './batches.ts';

const LABEL = '0x0';
const random = new SeededRandom('coins');

/** Waits until a message is held back, then lets everything happen that does not wait for it. */
async function settle(held: readonly unknown[], record: readonly unknown[]): Promise<void> {
  for (let quiet = 0, sent = 0; quiet < 50; quiet++) {
    await new Promise((resolve) => setImmediate(resolve));
    // A busy machine may take long to begin.
    if (held.length === 0 || record.length > sent) quiet = 0;
    sent = record.length;
  }
}

/** Runs a check in which a link delivers nothing from its message `step` on, looks at what was sent then, and lets go. */
async function holdBack(
  batches: readonly Batch[],
  step: string,
  from: number,
): Promise<{ readonly to: number; readonly before: TraceEntry[] }> {
  const record: TraceEntry[] = [];
  const held: (() => void)[] = [];
  let link: { readonly from: number; readonly to: number } | undefined;
  const parties = await makeParties(3, 1, {
    record,
    tamper: {
      message(message) {
        if (message.from === from && message.step === step && link === undefined) link = message;
        return [message];
      },
    },
    schedule(deliver, sender, receiver) {
      if (link?.from === sender && link.to === receiver && !released) held.push(deliver);
      else queueMicrotask(deliver);
    },
  });
  let released = false;
  const results = checkAll(parties, batches, LABEL);
  await settle(held, record);
  const before = [...record];
  released = true;
  for (const deliver of held) deliver();
  passed(await results);
  if (link === undefined) throw new Error(`party ${from + 1} sends no ${step}`);
  return { to: link.to, before };
}

describe('release rule: no party reveals a coin before it holds all that the coin challenges', () => {
  const batches = {
    and: andBatches(random, 100),
    product: productBatches(random, 100),
  };
  const shapes = { and: checkShape('and', 100), product: checkShape('product', 100) };

  it.each(['and', 'product'] as const)('levels and last step of %s', async (kind) => {
    const levels = levelVariables(shapes[kind]).length;
    for (let level = 0; level <= levels; level++) {
      const step = level < levels ? STEP.checkLevel(LABEL, level) : STEP.checkLast(LABEL);
      for (const from of [0, 1, 2]) {
        const { to, before } = await holdBack(batches[kind], step, from);
        const coin = STEP.checkCoin(LABEL, level + 1);
        const revealed = before.filter((entry) => entry.step === coin).map((entry) => entry.from);
        expect(revealed).not.toContain(to);
        // All others hold theirs and go on, up to the coin.
        const others = [0, 1, 2].filter((party) => party !== to);
        expect([...new Set(revealed)].sort()).toEqual(others);
        // Nothing later was sent by anyone: the coin is unknown.
        const later = [
          STEP.checkLevel(LABEL, level + 1),
          STEP.checkOpen(LABEL),
          STEP.checkCoin(LABEL, level + 2),
        ];
        expect(before.filter((entry) => later.includes(entry.step))).toEqual([]);
      }
    }
  });

  it.each([STEP.checkHead(LABEL), STEP.checkEcho(LABEL)])('first coin, %s held', async (step) => {
    const { to, before } = await holdBack(batches.product, step, 1);
    const coins = before.filter((entry) => entry.step === STEP.checkCoin(LABEL, 0));
    expect(coins.map((entry) => entry.from)).not.toContain(to);
    const echo = before.some((entry) => entry.from === to && entry.step === STEP.checkEcho(LABEL));
    expect(echo).toBe(step === STEP.checkEcho(LABEL));
  });

  it('opens nothing before the last coin is known', async () => {
    const last = STEP.checkCoin(LABEL, coinCount(shapes.and) - 1);
    const { to, before } = await holdBack(batches.and, last, 2);
    const opened = before.filter(({ step }) => step === STEP.checkOpen(LABEL));
    expect(opened.map((entry) => entry.from)).not.toContain(to);
  });
});

describe('coins', () => {
  const queryId = random.bytes(32);
  const context = { crypto: nodeCrypto, queryId, batch: '0a0' };
  const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

  it('are chained from the last to the head, apart by party, batch, place and query', () => {
    const last = random.bytes(32);
    const chain = chainFrom(context, 1, 5, last);
    expect(chain).toHaveLength(6);
    expect(chain[5]).toEqual(last);
    expect(chainFrom(context, 1, 3, chain[3] ?? last)).toEqual(chain.slice(0, 4));
    const heads = [
      chain,
      chainFrom(context, 2, 5, last),
      chainFrom(context, 1, 6, last),
      chainFrom({ ...context, batch: '0a1' }, 1, 5, last),
      chainFrom({ ...context, queryId: random.bytes(32) }, 1, 5, last),
    ].map(([head]) => hex(head));
    expect(new Set(heads).size).toBe(5);
  });

  it('depend on every party, the batch, their number and the query', () => {
    const values = [random.bytes(32), random.bytes(32), random.bytes(32)];
    const other = random.bytes(32);
    const coins = [
      coinOf(context, 0, values),
      coinOf(context, 1, values),
      coinOf({ ...context, batch: '0a1' }, 0, values),
      coinOf({ ...context, queryId: other }, 0, values),
      ...values.map((_, k) =>
        coinOf(
          context,
          0,
          values.map((v, j) => (j === k ? other : v)),
        ),
      ),
    ];
    expect(new Set(coins.map(hex)).size).toBe(coins.length);
  });
});

describe('an auditor', () => {
  const committee = [0, 1, 2];

  async function record(
    batches: readonly Batch[],
  ): Promise<{ record: CheckRecord; queryId: Uint8Array }> {
    const parties = await makeParties(3, 1);
    const [first] = passed(await checkAll(parties, batches));
    const queryId = parties[0]?.streams.queryId;
    if (first === undefined || queryId === undefined) throw new Error('no record');
    return { record: first, queryId };
  }

  const code = (work: () => unknown) => {
    try {
      work();
      return 'passed';
    } catch (error) {
      return error instanceof TacitError ? error.code : String(error);
    }
  };

  it.each(['and', 'product'] as const)(
    'finds whatever was changed in a record of %s',
    async (kind) => {
      const made = await record(
        kind === 'and' ? andBatches(random, 30) : productBatches(random, 30),
      );
      const { queryId } = made;
      const check = (
        changed: Partial<CheckRecord>,
        more: { queryId?: Uint8Array; threshold?: number } = {},
      ) =>
        code(() =>
          recheck(
            { ...made.record, ...changed },
            { crypto: nodeCrypto, queryId, committee, threshold: 1, ...more },
          ),
        );
      const { heads, reveals, opened, shape } = made.record;
      expect(check({})).toBe('passed');
      for (const k of committee) {
        const flip = (list: readonly Uint8Array[]) =>
          list.map((hash, j) =>
            j === k ? hash.map((byte, at) => (at === 7 ? byte ^ 4 : byte)) : hash,
          );
        expect(check({ heads: flip(heads) })).toBe('COIN_INVALID');
        expect(check({ reveals: flip(reveals) })).toBe('COIN_INVALID');
        for (const name of ['x', 'y', 'h'] as const) {
          const shares = opened[name].map((share, j) => (j === k ? share ^ 1n : share));
          expect(check({ opened: { ...opened, [name]: shares } })).toBe('OPENING_INCONSISTENT');
        }
      }
      // All shares moved by the same value stay on a line.
      const moved = opened.h.map((share) =>
        kind === 'and' ? share ^ 1n : (share + 1n) % ((1n << 61n) - 1n),
      );
      expect(check({ opened: { ...opened, h: moved } })).toBe('CHECK_FAILED');
      expect(check({ opened: { ...opened, x: opened.y, y: opened.x } })).toBe('passed');
      expect(check({ batch: '0a1' })).toBe('COIN_INVALID');
      expect(check({}, { queryId: random.bytes(32) })).toBe('COIN_INVALID');
      expect(check({ shape: checkShape(kind, 3000) })).toBe('COIN_INVALID');
      expect(check({ heads: [...heads].reverse(), reveals: [...reveals].reverse() })).toBe(
        'COIN_INVALID',
      );
      expect(check({ heads: heads.slice(1) })).toBe('RECEIPT_INVALID');
      expect(check({ reveals: [...reveals, ...reveals] })).toBe('RECEIPT_INVALID');
      expect(check({ opened: { ...opened, y: opened.y.slice(0, 2) } })).toBe('RECEIPT_INVALID');
      const outside = opened.x.map((share, k) => (k === 0 ? share + (1n << 64n) : share));
      expect(check({ opened: { ...opened, x: outside } })).toBe('RECEIPT_INVALID');
      const other = { ...shape, kind: kind === 'and' ? ('product' as const) : ('and' as const) };
      expect(check({ shape: other })).not.toBe('passed');
    },
  );
});
