import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { checkShape } from '../../src/program/checks.ts';
import type { Batch, BatchCompute, ComputeFactory } from '../../src/proof/batch-compute.ts';
import {
  type CheckField,
  innerProduct,
  lagrangeOver,
  readWords,
  writeWords,
} from '../../src/proof/check-field.ts';
import { bitWeights, levelPoint } from '../../src/proof/coin-expansion.ts';
import { fieldOf } from '../../src/proof/fields.ts';
import { nextClaim } from '../../src/proof/next-claim.ts';
import { andBatches, productBatches, SeededRandom } from '../proof/batches.ts';

const COIN = nodeCrypto.sha256(new TextEncoder().encode('coin'));
const engine = loadKernels();

/** The secret behind shares of three parties of degree at most 2. */
function secretOf(field: CheckField, shares: readonly bigint[]): bigint {
  const points = shares.map((_, party) => field.pointOf(party));
  return innerProduct(field, shares, lagrangeOver(field, points, 0n));
}

/** The secrets behind words: summands of bits add up, all else are shares. */
function secretsOf(field: CheckField, all: readonly Uint8Array[], areSums: boolean): bigint[] {
  const words = all.map(readWords);
  return (words[0] ?? []).map((_, k) => {
    const column = words.map((row) => row[k] ?? 0n);
    return areSums ? column.reduce((sum, value) => field.add(sum, value)) : secretOf(field, column);
  });
}

interface Outcome {
  /** Whether the last claim is the product of what is left of x and y. */
  readonly isTrue: boolean;
  /** All that the computes have said. */
  readonly said: readonly (bigint | Uint8Array)[];
}

/** The check without messages: three computes' answers, and the levels over the secrets behind them. */
async function verify(factory: ComputeFactory, batches: readonly Batch[]): Promise<Outcome> {
  const copies = batches.map((batch) => ({ ...batch, data: batch.data.slice() }));
  const opened = await Promise.all(copies.map((batch, party) => factory(party, batch)));
  try {
    return await levels(opened, batches[0] as Batch);
  } finally {
    for (const compute of opened) {
      expect(compute.peakBytes).toBeGreaterThan(0);
      compute.release();
    }
  }
}

async function levels(opened: readonly BatchCompute[], batch: Batch): Promise<Outcome> {
  const field = fieldOf(batch.kind);
  const shape = checkShape(batch.kind, batch.kind === 'and' ? batch.bytes : batch.n);
  const isAnd = batch.kind === 'and';
  const started = await Promise.all(opened.map((compute) => compute.start(COIN)));
  const claims = started.map(({ claim }) => claim);
  const { omega } = bitWeights(nodeCrypto, field, COIN, shape.bitVariables);
  let claim = secretOf(field, claims);
  let words = started.map(({ corners }) => corners);
  const said: (bigint | Uint8Array)[] = [...claims, ...words];
  for (const [level, variables] of [shape.bitVariables, ...shape.levels].entries()) {
    if (level === 0 && !isAnd) continue;
    const point = levelPoint(nodeCrypto, field, COIN, variables);
    const shares = writeWords(secretsOf(field, words, level === 0));
    const weights = level === 0 ? { omega } : {};
    claim = nextClaim(await engine, field, claim, { shares, point, ...weights });
    words = await Promise.all(opened.map((compute) => compute.fold(point)));
    said.push(...words);
  }
  const [x = 0n, y = 0n] = secretsOf(field, words, false);
  return { isTrue: field.multiply(x, y) === claim, said };
}

/** Flips one bit of a result at one party. */
function withError(batches: readonly Batch[]): Batch[] {
  return batches.map((batch, party) => {
    const data = batch.data.slice();
    const at = data.length - 8;
    if (party === 0) data[at] = (data[at] ?? 0) ^ 1;
    return { ...batch, data };
  });
}

const RUNS = [{ start: 100, length: 300 }];

/** Batches of several shapes, by name. */
function examples(): readonly (readonly [string, readonly Batch[]])[] {
  const random = new SeededRandom('batch-compute');
  return [
    ['a product', productBatches(random, 1)],
    ['products', productBatches(random, 1000)],
    ['products and an inner product', productBatches(random, 777, RUNS)],
    ['few gates', andBatches(random, 8)],
    ['gates', andBatches(random, 3001)],
    ['many gates', andBatches(random, 40_000)],
  ];
}

/** What every {@link ComputeFactory} promises; each implementation calls this. */
export function batchComputeContract(name: string, make: () => ComputeFactory): void {
  describe(`batch compute contract: ${name}`, () => {
    it.each(examples())(
      'leads the claim of %s to a true product, and a wrong one not',
      async (_, batches) => {
        const factory = make();
        expect((await verify(factory, batches)).isTrue).toBe(true);
        expect((await verify(factory, withError(batches))).isTrue).toBe(false);
      },
    );

    it('says the same of batches that are open at a time as of each alone', async () => {
      const factory = make();
      const all = examples();
      const alone: Outcome[] = [];
      for (const [, batches] of all) alone.push(await verify(factory, batches));
      for (let round = 0; round < 3; round++) {
        const together = await Promise.all(all.map(([, batches]) => verify(factory, batches)));
        expect(together).toEqual(alone);
      }
    });

    it('refuses a batch without its form, and goes on with others', async () => {
      const factory = make();
      const data = new Uint8Array(47);
      const invariant = { code: 'TACIT_INVARIANT' };
      const [, batches] = examples()[1] ?? ['', []];
      const running = verify(factory, batches);
      await expect(factory(0, { kind: 'and', bytes: 8, data })).rejects.toMatchObject(invariant);
      const runs = [{ start: 0, length: 0 }];
      const empty = factory(0, { kind: 'product', n: 2, runs, data: new Uint8Array(48) });
      await expect(empty).rejects.toMatchObject(invariant);
      expect((await running).isTrue).toBe(true);
    });

    it('is released once, also before it has begun', async () => {
      const factory = make();
      const batch = () => ({ kind: 'and', bytes: 8, data: new Uint8Array(48) }) as const;
      const opened = await factory(0, batch());
      opened.release();
      expect(() => opened.release()).toThrow(expect.objectContaining({ code: 'TACIT_INVARIANT' }));
      (await factory(0, batch())).release();
    });
  });
}
