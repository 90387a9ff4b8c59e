import { afterAll, describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import type { ErrorCode } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { inv, lagrangeAtZero, mod } from '../../src/field/p61.ts';
import { checkShape } from '../../src/program/checks.ts';
import { coinCount, levelVariables } from '../../src/program/measure-check.ts';
import { STEP } from '../../src/program/steps.ts';
import type { Batch, BatchCompute } from '../../src/proof/batch-compute.ts';
import { readWords, writeWords } from '../../src/proof/check-field.ts';
import type { CheckRecord } from '../../src/proof/check-record.ts';
import { bitWeights, productWeights } from '../../src/proof/coin-expansion.ts';
import { fieldOf } from '../../src/proof/fields.ts';
import { drawElements } from '../../src/sharing/prss.ts';
import { pointOf } from '../../src/sharing/shamir.ts';
import type { SentMessage } from '../../src/transport/memory.ts';
import { makeParties } from '../protocol/network.ts';
import { andBatches, checkAll, productBatches, SeededRandom } from './batches.ts';

/** One party deviates once; the check of the batch must fail at every honest party that could be deceived. */

const SEED = process.env['TACIT_SEED'] ?? `${Date.now()}`;
const KINDS = ['and', 'product'] as const;
const LABEL = '0x0';
const PARTIES = [0, 1, 2];
/** Rejections by code, to show at the end what caught how much. */
const caught = new Map<string, number>();

afterAll(() => {
  console.log(`TACIT_SEED=${SEED}`, Object.fromEntries(caught));
});

type Results = readonly PromiseSettledResult<CheckRecord>[];

function codes(results: Results): (ErrorCode | 'passed')[] {
  return results.map((result) => {
    if (result.status === 'fulfilled') return 'passed';
    expect(result.reason).toBeInstanceOf(TacitError);
    return (result.reason as TacitError).code;
  });
}

/**
 * All parties fail. Who does not see it itself sees that another one has left: at least one party fails with one of `expected`, all
 * others with that or PEER_CLOSED.
 */
function expectCaught(results: Results, ...expected: ErrorCode[]): void {
  const found = codes(results);
  for (const code of found) {
    expect([...expected, 'PEER_CLOSED']).toContain(code);
    caught.set(code, (caught.get(code) ?? 0) + 1);
  }
  expect(found.some((code) => code !== 'PEER_CLOSED')).toBe(true);
}

function honest(kind: (typeof KINDS)[number], random: SeededRandom): Batch[] {
  if (kind === 'and') return andBatches(random, 1 + random.below(120));
  return productBatches(random, 1 + random.below(60));
}

function shapeOf(batch: Batch | undefined): ReturnType<typeof checkShape> {
  if (batch === undefined) throw new Error('no batch');
  return checkShape(batch.kind, batch.kind === 'and' ? batch.bytes : batch.n);
}

/** Adds `by` to element `k` of z as party `who` holds it, or flips bit k of a column of gates. */
function change(batch: Batch | undefined, column: number, k: number, by: bigint): void {
  if (batch === undefined) throw new Error('no batch');
  if (batch.kind === 'and') {
    const at = column * batch.bytes + (k >> 3);
    batch.data[at] = (batch.data[at] ?? 0) ^ (1 << (k & 7));
    return;
  }
  const words = readWords(batch.data);
  const at = column * batch.n + k;
  words[at] = fieldOf('product').add(words[at] ?? 0n, by);
  batch.data.set(writeWords(words));
}

/**
 * Party `who` made the result of gate or product k wrong: what it sent another party was not what it should have been. The
 * parties' shares of a product still belong to one value, as long as it goes on with the share that fits.
 */
function wrongResult(batches: readonly Batch[], who: number, k: number, by: bigint): void {
  const victim = (who + 2) % 3;
  if (batches[0]?.kind === 'product') {
    change(batches[victim], 2, k, by);
    change(batches[who], 2, k, errorAt(pointOf(who), who, by));
    return;
  }
  // Component `who` of z: left at the party itself, right at the one it sent it to.
  change(batches[who], 4, k, by);
  change(batches[victim], 5, k, by);
}

/** The line through `by` at the point of the victim of `who` and 0 at the point of the third party. */
function errorAt(x: bigint, who: number, by: bigint): bigint {
  const third = pointOf((who + 1) % 3);
  return mod(by * (x - third) * inv(mod(pointOf((who + 2) % 3) - third)));
}

const items = (batch: Batch | undefined) =>
  batch?.kind === 'and' ? 8 * batch.bytes : (batch?.n ?? 0);

async function run(
  batches: readonly Batch[],
  tamper: (message: SentMessage) => readonly SentMessage[] = (message) => [message],
  wrap: (work: BatchCompute, self: number) => BatchCompute = (work) => work,
): Promise<Results> {
  const parties = await makeParties(3, 1, { tamper: { message: tamper } });
  return checkAll(parties, batches, LABEL, wrap);
}

/** A party whose sums are changed before they are dealt: `lie` gets the coin of the batch and the level. */
function liar(
  who: number,
  lie: (words: bigint[], level: number, coin: Uint8Array) => void,
): (work: BatchCompute, self: number) => BatchCompute {
  return (work, self) => {
    if (self !== who) return work;
    let level = 0;
    let first = new Uint8Array();
    const changed = (bytes: Uint8Array) => {
      const words = readWords(bytes);
      lie(words, level++, first);
      return writeWords(words);
    };
    return {
      async start(coin) {
        first = new Uint8Array(coin);
        const { claim, corners } = await work.start(coin);
        return { claim, corners: changed(corners) };
      },
      fold: async (values) => changed(await work.fold(values)),
      release: () => work.release(),
      peakBytes: work.peakBytes,
    };
  };
}

const rounds = Array.from({ length: 30 }, (_, k) => k);
const seeded = (name: string) => new SeededRandom(`${SEED}/${name}`);
const nonzero = (random: SeededRandom) => random.element() || 1n;

describe.each(KINDS)(`a wrong %s (TACIT_SEED=${SEED})`, (kind) => {
  it.each(rounds)('single wrong result, seed %i', async (k) => {
    const random = seeded(`${kind}/result/${k}`);
    const batches = honest(kind, random);
    const at = random.below(items(batches[0]));
    wrongResult(batches, random.below(3), at, nonzero(random));
    expectCaught(await run(batches), 'CHECK_FAILED');
  });

  it.each(rounds)('operand that one party changed, seed %i', async (k) => {
    const random = seeded(`${kind}/operand/${k}`);
    // All operands random: a changed one then changes its result with probability 1/2 at least, so change many.
    const batches = kind === 'and' ? andBatches(random, 40) : productBatches(random, 40);
    const who = random.below(3);
    for (let at = 0; at < 40; at++) {
      change(batches[who], random.below(kind === 'and' ? 4 : 2), at, nonzero(random));
    }
    expectCaught(await run(batches), 'CHECK_FAILED', 'OPENING_INCONSISTENT');
  });

  it.each(rounds)('two errors that cancel each other unweighed, seed %i', async (k) => {
    const random = seeded(`${kind}/cancel/${k}`);
    const batches = kind === 'and' ? andBatches(random, 100) : productBatches(random, 60);
    const who = random.below(3);
    const by = nonzero(random);
    const first = random.below(30);
    // The same lane of two words, or +e and -e.
    const second = kind === 'and' ? first + 64 * (1 + random.below(10)) : first + 1;
    wrongResult(batches, who, first, by);
    wrongResult(batches, who, second, fieldOf(kind).subtract(0n, by));
    expectCaught(await run(batches), 'CHECK_FAILED');
  });

  it('every result at once', async () => {
    const batches =
      kind === 'and' ? andBatches(seeded('all'), 16) : productBatches(seeded('all'), 16);
    for (let at = 0; at < items(batches[0]); at++) wrongResult(batches, 1, at, 1n);
    expectCaught(await run(batches), 'CHECK_FAILED');
  });
});

describe.each(KINDS)('a party that lies in the check of %s', (kind) => {
  it.each(rounds)('changes a sum of a level, seed %i', async (k) => {
    const random = seeded(`${kind}/sum/${k}`);
    const batches = honest(kind, random);
    const levels = levelVariables(shapeOf(batches[0]));
    const target = random.below(Math.max(1, levels.length));
    const by = nonzero(random);
    const results = await run(
      batches,
      undefined,
      liar(random.below(3), (words, level) => {
        // With no level at all, it is one of the two last elements.
        if (level !== target || words.length === 0) return;
        const at = random.below(words.length);
        words[at] = fieldOf(kind).add(words[at] ?? 0n, by);
      }),
    );
    // Gates without a level for bits have no sums to change there.
    if (kind === 'and' && shapeOf(batches[0]).bitVariables === 0 && target === 0) {
      expect(codes(results)).toEqual(['passed', 'passed', 'passed']);
    } else expectCaught(results, 'CHECK_FAILED', 'OPENING_INCONSISTENT');
  });

  it.each(rounds)('makes the sums fit a wrong result, seed %i', async (k) => {
    const random = seeded(`${kind}/fit/${k}`);
    const field = fieldOf(kind);
    const batches = kind === 'and' ? andBatches(random, 8 * 40) : productBatches(random, 64);
    const { bitVariables, levels } = shapeOf(batches[0]);
    const who = random.below(3);
    const by = kind === 'and' ? 1n : nonzero(random);
    // An item in piece 0: its corner is number 0.
    const at = kind === 'and' ? random.below(64) : random.below(64 / 2 ** (levels[0] ?? 0));
    wrongResult(batches, who, at, by);
    const results = await run(
      batches,
      undefined,
      liar(who, (words, level, coin) => {
        if (level > 0) return;
        const error = errorOf(kind, coin, bitVariables, at, by, who);
        words[0] = field.add(words[0] ?? 0n, error);
      }),
    );
    expectCaught(results, 'CHECK_FAILED');
  });

  it.each(rounds)('uses another element in the last step, seed %i', async (k) => {
    const random = seeded(`${kind}/element/${k}`);
    const batches = honest(kind, random);
    const { bitVariables, levels } = shapeOf(batches[0]);
    const target = levels.length + (kind === 'and' ? 1 : 0);
    expect(bitVariables).toBeGreaterThanOrEqual(0);
    const results = await run(
      batches,
      undefined,
      liar(random.below(3), (words, level) => {
        if (level !== target) return;
        expect(words).toHaveLength(2);
        const at = random.below(2);
        words[at] = fieldOf(kind).add(words[at] ?? 0n, nonzero(random));
      }),
    );
    expectCaught(results, 'CHECK_FAILED', 'OPENING_INCONSISTENT');
  });
});

/** What a sum must be changed by, at the liar, so that the claim holds although result `at` is wrong by `by` at another party. */
function errorOf(
  kind: (typeof KINDS)[number],
  coin: Uint8Array,
  bitVariables: number,
  at: number,
  by: bigint,
  who: number,
): bigint {
  const field = fieldOf(kind);
  if (kind === 'and') {
    // Bits are their own summands; the sums are weighed by omega only in the claim, and word 0 has alpha^0.
    expect(bitWeights(nodeCrypto, field, coin, bitVariables).omega).toHaveLength(2 ** bitVariables);
    return 1n << BigInt(at);
  }
  const { blocks, places } = productWeights(nodeCrypto, coin);
  const [block = 0n] = drawElements(blocks, 1);
  const weight = field.multiply(block, drawElements(places, at + 1)[at] ?? 0n);
  const lambda = lagrangeAtZero(PARTIES.map(pointOf))[who] ?? 1n;
  return mod(weight * errorAt(0n, who, by) * inv(lambda));
}

describe.each(KINDS)('a message of the check of %s', (kind) => {
  const steps = (batch: Batch | undefined): [string, ErrorCode[]][] => {
    const shape = shapeOf(batch);
    const coins = Array.from({ length: coinCount(shape) }, (_, k) => STEP.checkCoin(LABEL, k));
    const levels = levelVariables(shape).map((_, k) => STEP.checkLevel(LABEL, k));
    return [
      [STEP.checkHead(LABEL), ['COIN_INVALID']],
      [STEP.checkEcho(LABEL), ['COIN_INVALID']],
      ...coins.map((step): [string, ErrorCode[]] => [step, ['COIN_INVALID']]),
      ...levels.map((step): [string, ErrorCode[]] => [
        step,
        ['CHECK_FAILED', 'OPENING_INCONSISTENT'],
      ]),
      [STEP.checkLast(LABEL), ['CHECK_FAILED', 'OPENING_INCONSISTENT']],
      [STEP.checkOpen(LABEL), ['OPENING_INCONSISTENT']],
    ];
  };

  it.each(rounds.concat(rounds.map((k) => k + 30)))('altered, seed %i', async (k) => {
    const random = seeded(`${kind}/message/${k}`);
    const batches = honest(kind, random);
    const all = steps(batches[0]);
    const [step = '', expected = []] = all[random.below(all.length)] ?? [];
    const from = random.below(3);
    // To one peer or, if it goes to both, the same change to both.
    const toBoth = random.below(2) === 1;
    const change = random.bytes(32);
    const by = nonzero(random);
    let to: number | undefined;
    let tampered = 0;
    const results = await run(batches, (message) => {
      if (message.from !== from || message.step !== step) return [message];
      to ??= message.to;
      if (message.to !== to && !toBoth) return [message];
      tampered++;
      return [{ ...message, payload: altered(message.payload, kind, change, by) }];
    });
    expect(tampered).toBeGreaterThan(0);
    const victims = PARTIES.filter((party) => party !== from && (toBoth || party === to));
    const found = codes(results);
    if (step === STEP.checkOpen(LABEL)) {
      // The others saw a correct opening of a correct batch.
      for (const victim of victims) expect(found[victim]).toBe('OPENING_INCONSISTENT');
      caught.set('OPENING_INCONSISTENT', (caught.get('OPENING_INCONSISTENT') ?? 0) + 1);
    } else expectCaught(results, ...expected);
  });

  /** Digests XOR the change; vectors of elements get it added to one of them, so that all stay elements. */
  function altered(
    payload: Uint8Array,
    field: (typeof KINDS)[number],
    bytes: Uint8Array,
    by: bigint,
  ): Uint8Array {
    if (payload.length === 32) return payload.map((byte, k) => byte ^ (bytes[k] ?? 0));
    const words = readWords(payload);
    const at = (bytes[0] ?? 0) % words.length;
    words[at] = fieldOf(field).add(words[at] ?? 0n, by);
    return writeWords(words);
  }

  it('names who revealed a wrong coin', async () => {
    const results = await run(honest(kind, seeded('name')), (message) => {
      if (message.from !== 1 || message.step !== STEP.checkCoin(LABEL, 1)) return [message];
      return [{ ...message, payload: message.payload.map((byte) => byte ^ 1) }];
    });
    expectCaught(results, 'COIN_INVALID');
    const message = /party 2 revealed a wrong preimage of coin 1 of batch 0x0/;
    expect(results[0]).toMatchObject({ reason: { message: expect.stringMatching(message) } });
  });

  it('names batch and kind of what failed', async () => {
    const batches = honest(kind, seeded('batch'));
    wrongResult(batches, 0, 0, 1n);
    const message =
      /check of batch 0x0 \((AND gates|products)\) failed: one of the parties 1, 2, 3 deviated/;
    expect((await run(batches))[2]).toMatchObject({
      reason: { code: 'CHECK_FAILED', message: expect.stringMatching(message) },
    });
  });
});

describe('words that are no elements of F_p', () => {
  const P = fieldOf('product').size;
  it.each([
    [STEP.checkLevel(LABEL, 0), P],
    [STEP.checkLevel(LABEL, 0), (1n << 64n) - 1n],
    [STEP.checkLast(LABEL), P],
    [STEP.checkOpen(LABEL), P],
    [STEP.checkOpen(LABEL), P + 1n],
  ])('in step %s', async (target, word) => {
    const results = await run(productBatches(seeded('canonical'), 20), (message) => {
      if (message.from !== 2 || message.step !== target) return [message];
      const words = readWords(message.payload);
      words[words.length - 1] = word;
      return [{ ...message, payload: writeWords(words) }];
    });
    expect(codes(results)).toContain('PEER_PROTOCOL');
    expect(codes(results).slice(0, 2)).not.toContain('passed');
  });
});
