// Throughput of the WebAssembly kernels on one core: npx tsx benchmarks/kernels.ts [name...]
import { randomFillSync } from 'node:crypto';
import { loadKernels } from '../src/engine/node-kernels.ts';
import { GF_TABLE_BYTES } from '../src/field/kernels.ts';

/** Many short rounds: some of them find the machine undisturbed. */
const ROUNDS = 100;
const ROUND_NS = 2_000_000;
const PLANE_BYTES = 65_536;
const SLOTS = 64;
const N = 8192;

const { kernels, arena } = await loadKernels();
const { memory } = arena;

function random(bytes: number): number {
  const at = arena.alloc(bytes);
  for (let done = 0; done < bytes; done += 1 << 20) {
    const length = Math.min(1 << 20, bytes - done);
    randomFillSync(new Uint8Array(memory.buffer, at + done, length));
  }
  return at;
}

function elements(n: number): number {
  const at = random(8 * n);
  kernels.fpSample(at, n);
  return at;
}

/** `count` operations of one kind; operands and target walk over all slots. */
function gates(op: number, count: number): number {
  const at = arena.alloc(16 * count);
  const words = new Uint32Array(memory.buffer, at, 4 * count);
  for (let i = 0; i < count; i++) {
    words.set([op, (i * 7) % SLOTS, (i * 5 + 1) % SLOTS, (i * 3 + 2) % SLOTS], 4 * i);
  }
  return at;
}

interface Case {
  readonly name: string;
  readonly unit: string;
  /** Units of work per call. */
  readonly work: number;
  run(): unknown;
}

const left = random(SLOTS * PLANE_BYTES);
const right = random(SLOTS * PLANE_BYTES);
const OPERATIONS = 500;
const gateCase = (name: string, op: number): Case => {
  const code = gates(op, OPERATIONS);
  return {
    name,
    unit: 'gates',
    work: OPERATIONS * PLANE_BYTES * 8,
    run: () => kernels.evalGates(code, OPERATIONS, left, right, PLANE_BYTES, PLANE_BYTES, -1, 0),
  };
};

const RECORDED = 50;
const recordStride = RECORDED * PLANE_BYTES;
const record = random(4 * recordStride);
const recordCode = gates(2, RECORDED);

/** Gates of a batch that is verified, as in AND_BATCH_GATES but few enough for a short round. */
const BATCH = 1 << 20;
const GROUP_VARIABLES = 6;
const GROUPS = BATCH / 4096;
const SIDE = 16;
const columns = Array.from({ length: 6 }, () => random(BATCH / 8));
const [xl = 0, xr = 0, yl = 0, yr = 0, zl = 0, zr = 0] = columns;
const tables = random(GF_TABLE_BYTES);
kernels.gfTables(random(8), tables);
const corners = random(8 * 3 ** GROUP_VARIABLES);
const weights = random(8 * 2 ** GROUP_VARIABLES);
const LENGTH = 64 * GROUPS;
const [first, second] = [random(8 * LENGTH), random(8 * LENGTH)];
const [firstDifference, secondDifference] = [random(4 * LENGTH), random(4 * LENGTH)];

/** All levels of the recursion over elements, with one variable each. */
function recursion(): void {
  for (let n = LENGTH / 2; n >= 1; n /= 2) {
    kernels.gfDot(first, second, n, corners);
    kernels.xor(first, first + 8 * n, firstDifference, Math.max(16, 8 * n));
    kernels.xor(second, second + 8 * n, secondDifference, Math.max(16, 8 * n));
    kernels.gfDot(firstDifference, secondDifference, n, corners + 8);
    kernels.gfAxpy(firstDifference, tables, first, n);
    kernels.gfAxpy(secondDifference, tables, second, n);
  }
}

const ands = (name: string, run: () => unknown): Case => ({
  name: `check: ${name}`,
  unit: 'ANDs',
  work: BATCH,
  run,
});

const [x, y, z, v] = [elements(N), elements(N), elements(N), elements(N)];
const c = elements(5);
const bits = random(N / 8);
const planes = random(64 * (N / 8 + 64));
const idx = arena.alloc(4 * N);
new Uint32Array(memory.buffer, idx, N).forEach((_, i, all) => {
  all[i] = (i * 2654435761) % N;
});
const BIG = 1 << 20;
const bigWords = random(8 * BIG);
const bigOut = random(8 * BIG);
const bigIdx = arena.alloc(4 * BIG);
new Uint32Array(memory.buffer, bigIdx, BIG).forEach((_, i, all) => {
  all[i] = (i * 2654435761) % BIG;
});
const bigPlanes = random(64 * (BIG / 8 + 1024));
const k = kernels;
const rows = (name: string, run: () => unknown, work = N): Case => ({
  name,
  unit: 'rows',
  work,
  run,
});

const CASES: readonly Case[] = [
  gateCase('evalGates xor', 0),
  gateCase('evalGates not', 1),
  gateCase('evalGates and', 2),
  gateCase('evalGates copy', 3),
  {
    name: 'evalGatesRecorded and',
    unit: 'gates',
    work: RECORDED * PLANE_BYTES * 8,
    run: () =>
      k.evalGatesRecorded(
        ...[recordCode, RECORDED, left, right, PLANE_BYTES, PLANE_BYTES, -1, 0],
        ...[record, recordStride, PLANE_BYTES],
      ),
  },
  {
    name: 'andReplicated',
    unit: 'gates',
    work: 64 * N,
    run: () => k.andReplicated(x, y, z, v, v, 8 * N),
  },
  rows('fpAdd', () => k.fpAdd(x, y, z, N)),
  rows('fpMul', () => k.fpMul(x, y, z, N)),
  rows('fpScale', () => k.fpScale(x, c, z, N)),
  rows('fpAxpy', () => k.fpAxpy(x, c, z, N)),
  rows('fpLin2', () => k.fpLin2(x, c, y, c + 8, z, N)),
  rows('fpDot', () => k.fpDot(x, y, N, c)),
  rows('fpSum', () => k.fpSum(x, N, c)),
  rows('fpSample', () => k.fpSample(x, N)),
  rows('fpReshare', () => k.fpReshare(x, y, z, v, c, N)),
  rows('injectDeal', () => k.injectDeal(bits, planes, x, z, v, c, N)),
  rows('injectProduct', () => k.injectProduct(x, bits, y, z, v, c, N)),
  rows('injectFinish', () => k.injectFinish(z, N)),
  rows('wordsToPlanes 64', () => k.wordsToPlanes(x, planes, N / 64, N / 8 + 64, 64)),
  rows('wordsToPlanes 20', () => k.wordsToPlanes(x, planes, N / 64, N / 8 + 64, 20)),
  rows('planesToWords 64', () => k.planesToWords(planes, z, N / 64, N / 8 + 64, 64)),
  rows('planesToWords 20', () => k.planesToWords(planes, z, N / 64, N / 8 + 64, 20)),
  rows(
    '1 M wordsToPlanes 64',
    () => k.wordsToPlanes(bigWords, bigPlanes, BIG / 64, BIG / 8, 64),
    BIG,
  ),
  rows(
    '1 M planesToWords 64',
    () => k.planesToWords(bigPlanes, bigOut, BIG / 64, BIG / 8, 64),
    BIG,
  ),
  rows('fpSigns', () => k.fpSigns(bits, c, z, N)),
  rows('gfAxpy', () => k.gfAxpy(x, tables, z, N)),
  rows('gfDot', () => k.gfDot(x, y, N, c)),
  ands('corners', () => k.gfCorners(xl, xr, yl, yr, GROUPS, GROUP_VARIABLES, tables, corners)),
  ands('results', () => {
    k.gfHorner(zl, GROUPS, 64, tables, weights);
    k.gfHorner(zr, GROUPS, 64, tables, weights);
  }),
  ands('folding', () => {
    k.gfFoldBits(xl, GROUPS, GROUP_VARIABLES, weights, SIDE, tables, first);
    k.gfFoldBits(xr, GROUPS, GROUP_VARIABLES, weights, SIDE, tables, first);
    k.gfFoldBits(yl, GROUPS, GROUP_VARIABLES, weights, GROUPS, tables, second);
    k.gfFoldBits(yr, GROUPS, GROUP_VARIABLES, weights, GROUPS, tables, second);
  }),
  ands('weighing', () => k.gfWeigh(first, GROUPS, SIDE, tables, first)),
  ands('recursion', recursion),
  rows('gather64', () => k.gather64(x, idx, z, N)),
  rows('1 M gather64', () => k.gather64(bigWords, bigIdx, bigOut, BIG), BIG),
];

/** Best of a few rounds in nanoseconds per call: other processes only ever add time. */
function measure(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    let calls = 0;
    const start = process.hrtime.bigint();
    let elapsed = 0;
    while (elapsed < ROUND_NS) {
      run();
      calls++;
      elapsed = Number(process.hrtime.bigint() - start);
    }
    best = Math.min(best, elapsed / calls);
  }
  return best;
}

const wanted = process.argv.slice(2);
process.stdout.write(
  `${'kernel'.padEnd(24)}${'G/s'.padStart(10)}${'ns each'.padStart(10)}  unit\n`,
);
for (const { name, unit, work, run } of CASES) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const rate = work / measure(run);
  const columnsOut = [rate.toFixed(3), (1 / rate).toFixed(3)].map((text) => text.padStart(10));
  process.stdout.write(`${name.padEnd(24)}${columnsOut.join('')}  ${unit}\n`);
}
