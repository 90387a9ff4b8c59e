import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { add, mod, mul } from '../../src/field/p61.ts';
import { checkShape } from '../../src/program/checks.ts';
import type { AndBatch, Batch, BatchCompute, ProductBatch } from '../../src/proof/batch-compute.ts';
import { runCheck } from '../../src/proof/check.ts';
import { readWords, writeWords } from '../../src/proof/check-field.ts';
import type { CheckRecord } from '../../src/proof/check-record.ts';
import { localCompute } from '../../src/proof/local-compute.ts';
import type { Party } from '../../src/protocol/party.ts';
import { splitShamir } from '../../src/sharing/shamir.ts';

/** Batches as three parties (AND gates) or n parties (products) would have collected them. */

/** Random numbers from a seed, so that a failure can be replayed. */
export class SeededRandom {
  readonly #stream;

  constructor(seed: string) {
    const key = nodeCrypto.sha256(new TextEncoder().encode(seed));
    this.#stream = nodeCrypto.stream(key);
  }

  bytes(n: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(n);
    this.#stream.fill(out);
    return out;
  }

  element(): bigint {
    return mod(readWords(this.bytes(8))[0] ?? 0n);
  }

  below(n: number): number {
    return Number((readWords(this.bytes(8))[0] ?? 0n) % BigInt(n));
  }
}

/** Honest AND gates, `bytes` bytes of them; party i has components i and i + 1 of every column. */
export function andBatches(random: SeededRandom, bytes: number): AndBatch[] {
  const [x, y] = [0, 1].map(() => [0, 1, 2].map(() => random.bytes(bytes)));
  const [z0, z1] = [random.bytes(bytes), random.bytes(bytes)];
  const whole = (parts: readonly Uint8Array[] | undefined, k: number) =>
    (parts ?? []).reduce((sum, part) => sum ^ (part[k] ?? 0), 0);
  const z2 = z0.map((v, k) => v ^ (z1[k] ?? 0) ^ (whole(x, k) & whole(y, k)));
  const parts = [x ?? [], y ?? [], [z0, z1, z2]];
  return [0, 1, 2].map((party) => {
    const data = new Uint8Array(6 * bytes);
    parts.forEach((components, column) => {
      data.set(components[party] ?? z0, 2 * column * bytes);
      data.set(components[(party + 1) % 3] ?? z0, (2 * column + 1) * bytes);
    });
    return { kind: 'and', bytes, data };
  });
}

/** Honest products and inner products; every party's shares of x, y and z. */
export function productBatches(
  random: SeededRandom,
  n: number,
  runs: ProductBatch['runs'] = [],
  [parties, threshold]: readonly [number, number] = [3, 1],
): ProductBatch[] {
  const x = Array.from({ length: n }, () => random.element());
  const y = Array.from({ length: n }, () => random.element());
  const z: bigint[] = [];
  for (let k = 0; k < n; ) {
    const length = runs.find(({ start }) => start === k)?.length ?? 1;
    let sum = 0n;
    for (const end = k + length; k < end; k++) sum = add(sum, mul(x[k] ?? 0n, y[k] ?? 0n));
    z.push(sum);
  }
  const shares = [...x, ...y, ...z].map((value) =>
    splitShamir(
      value,
      parties,
      Array.from({ length: threshold }, () => random.element()),
    ),
  );
  return Array.from({ length: parties }, (_, party) => {
    const data = writeWords(shares.map((share) => share[party] ?? 0n));
    return { kind: 'product', n, runs, data };
  });
}

/** The factory of computes of all tests; engines are used again. */
export const compute = localCompute(loadKernels, nodeCrypto);

/** Runs the check of a batch at every party of the committee at once. */
export async function checkAll(
  parties: readonly Party[],
  batches: readonly Batch[],
  label = '0a0',
  wrap: (work: BatchCompute, self: number) => BatchCompute = (work) => work,
): Promise<PromiseSettledResult<CheckRecord>[]> {
  const members = parties.filter(({ committee, self }) => committee.includes(self));
  return Promise.allSettled(
    members.map(async (party) => {
      const batch = batches[party.self] as Batch;
      const size = batch.kind === 'and' ? batch.bytes : batch.n;
      const shape = checkShape(batch.kind, size);
      // A fresh copy: a compute takes its batch's memory over.
      const work = await compute(party.self, { ...batch, data: batch.data.slice() });
      try {
        return await runCheck(party, label, shape, wrap(work, party.self));
      } catch (error) {
        party.channel.abort(error as Error);
        throw error;
      }
    }),
  );
}

/** The records, if all parties passed; throws the first error otherwise. */
export function passed(results: readonly PromiseSettledResult<CheckRecord>[]): CheckRecord[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
