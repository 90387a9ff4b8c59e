// Local work of verifying one full batch at one party, by phase, in CPU time: npx tsx benchmarks/check.ts
import { randomFillSync } from 'node:crypto';
import { nodeCrypto } from '../src/crypto/node.ts';
import { loadKernels } from '../src/engine/node-kernels.ts';
import { AND_BATCH_GATES, checkShape, PRODUCT_BATCH } from '../src/program/checks.ts';
import { levelVariables } from '../src/program/measure-check.ts';
import type { Batch } from '../src/proof/batch-compute.ts';
import { readWords, writeWords } from '../src/proof/check-field.ts';
import { fieldOf } from '../src/proof/fields.ts';
import { localCompute } from '../src/proof/local-compute.ts';

const REPEATS = 15;

function random(bytes: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 1 << 20) randomFillSync(data.subarray(at, at + (1 << 20)));
  return data;
}

/** Random words masked to canonical elements. */
function elements(n: number): Uint8Array<ArrayBuffer> {
  const { size } = fieldOf('product');
  return writeWords(readWords(random(8 * n)).map((word) => word % size));
}

const gateBytes = AND_BATCH_GATES / 8;
const batches: { readonly batch: Batch; readonly items: number; readonly unit: string }[] = [
  {
    batch: { kind: 'and', bytes: gateBytes, data: random(6 * gateBytes) },
    items: AND_BATCH_GATES,
    unit: 'AND gate',
  },
  {
    batch: { kind: 'product', n: PRODUCT_BATCH, runs: [], data: elements(3 * PRODUCT_BATCH) },
    items: PRODUCT_BATCH,
    unit: 'product',
  },
];

const factory = localCompute(loadKernels, nodeCrypto);

/** CPU milliseconds of this process: other work on the machine does not count. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of: loading, start, first fold, all other folds. */
async function run(batch: Batch): Promise<number[]> {
  const size = batch.kind === 'and' ? batch.bytes : batch.n;
  const shape = checkShape(batch.kind, size);
  const stream = nodeCrypto.stream(random(32));
  const times = [now()];
  const compute = await factory(0, batch);
  times.push(now());
  await compute.start(random(32));
  times.push(now());
  for (const [level, variables] of levelVariables(shape).entries()) {
    const point = Array.from({ length: variables }, () => fieldOf(batch.kind).draw(stream));
    await compute.fold(point);
    if (level === 0) times.push(now());
  }
  times.push(now());
  compute.release();
  return times.slice(1).map((time, k) => time - (times[k] ?? 0));
}

const PHASES = ['copy', 'weights and first level', 'first fold and second level', 'the rest'];

for (const { batch, items, unit } of batches) {
  const runs: number[][] = [];
  for (let k = 0; k < REPEATS; k++) runs.push(await run(batch));
  const best = PHASES.map((_, phase) => Math.min(...runs.map((times) => times[phase] ?? 0)));
  const perItem = (ms: number) => ((ms * 1e6) / items).toFixed(3);
  const total = best.reduce((sum, ms) => sum + ms, 0);
  console.log(`${items} ${unit}s: ${total.toFixed(1)} ms, ${perItem(total)} ns per ${unit}`);
  PHASES.forEach((phase, k) => {
    console.log(`  ${phase}: ${perItem(best[k] ?? 0)} ns`);
  });
}
