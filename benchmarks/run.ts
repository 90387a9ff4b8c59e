import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { SECURITY, type Security } from '../src/program/program.ts';
import { expectedValue } from './expected.ts';
import { peakMemoryOfChildren } from './memory.ts';
import type { PrimitiveDone, Work } from './primitive-party.ts';
import { type Primitives, startPrimitives } from './primitives.ts';
import { type Figure, median, runSqlWorkload, SQL_WORKLOADS } from './sql-workloads.ts';

/**
 * `npm run bench [-- [--security active|passive] [--runs N] NAME ...]`: three party processes on loopback with mutual TLS; every run's answer is checked. Prints a
 * table and writes `benchmarks/results/latest.json`. Names: W1 to W9 and PUBLISH (sorts: W3A to W3D); all by default.
 */

const PRIMITIVES: Readonly<Record<string, { readonly what: string; readonly work: Work }>> = {
  W2: {
    what: '1,000,000 comparisons of 64 bits',
    work: { kind: 'compare', rows: 1_000_000, width: 64, checked: false },
  },
  W3A: sorting(100_000, 32),
  W3B: sorting(262_144, 64),
  W3C: sorting(1_000_000, 32),
  W3D: sorting(1_000_000, 64),
  W4: { what: '10,000,000 multiplications', work: { kind: 'multiply', rows: 10_000_000 } },
  W5: {
    what: '640,000,000 ANDs in 640 layers',
    work: { kind: 'and', rows: 1_000_000, depth: 640, checked: false },
  },
};

function sorting(rows: number, width: number): { readonly what: string; readonly work: Work } {
  const what = `${rows.toLocaleString('en')} rows sorted by a key of ${width} bits`;
  return { what, work: { kind: 'sort', rows, width, checked: false } };
}

/** Runs that count, unless `--runs` says otherwise. */
const RUNS = '7';

/** Rows of the run that checks a primitive's answer before it is timed. */
const CHECKED_ROWS = 20_000;

async function requireRight(parties: Primitives, work: Work): Promise<void> {
  const small: Work = {
    ...work,
    rows: CHECKED_ROWS,
    ...('checked' in work ? { checked: true } : {}),
  };
  const { value } = await parties.run(small);
  const expected = expectedValue(small);
  if (value !== expected) throw new Error(`${work.kind}: ${value} instead of ${expected}`);
}

async function runPrimitive(name: string, security: Security, count: number): Promise<Figure[]> {
  const primitive = PRIMITIVES[name];
  if (primitive === undefined) return [];
  const parties = await startPrimitives(true, security);
  try {
    await requireRight(parties, primitive.work);
    const runs: PrimitiveDone[][] = [];
    // The first run makes the synthetic shares and warms the code; it does not count.
    for (let k = 0; k <= count; k++) runs.push([...(await parties.run(primitive.work)).parties]);
    const counted = runs.slice(1);
    const [first] = counted[0] ?? [];
    if (first === undefined) return [];
    return [
      {
        work: name,
        what: primitive.what,
        seconds: median(counted.map((run) => Math.max(...run.map((party) => party.seconds)))),
        verifySeconds: median(
          counted.map((run) => Math.max(...run.map((party) => party.secondsWaited))),
        ),
        megabytesPerParty: first.bytesSent / 1e6,
        verifyKilobytes: first.bytesOfChecks / 1e3,
        rounds: first.rounds,
        andGates: first.andGates,
        multiplications: first.multiplications,
        peakMegabytes: peakMemoryOfChildren() / 1e6,
      },
    ];
  } finally {
    await parties.stop();
  }
}

function print(figures: readonly Figure[]): void {
  const sizes = ['MB/party', 'of checks KB', 'rounds', 'ANDs', 'products', 'peak MB'];
  const head = ['work', 'what', 's', 'for checks s', ...sizes];
  const rows = figures.map((figure) => [
    figure.work,
    figure.what,
    figure.seconds.toFixed(3),
    figure.verifySeconds.toFixed(3),
    figure.megabytesPerParty.toFixed(1),
    figure.verifyKilobytes.toFixed(0),
    String(figure.rounds),
    figure.andGates.toLocaleString('en'),
    figure.multiplications.toLocaleString('en'),
    figure.peakMegabytes.toFixed(0),
  ]);
  const widths = head.map((title, k) =>
    Math.max(title.length, ...rows.map((row) => row[k]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, k) =>
      k < 2 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0),
    );
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    security: { type: 'string', default: 'active' },
    runs: { type: 'string', default: RUNS },
  },
});
const security = SECURITY.find((kind) => kind === values.security);
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs: a whole number from 1');
if (security === undefined) throw new Error(`--security: one of ${SECURITY.join(', ')}`);
const wanted = positionals.map((name) => name.toUpperCase());
const names =
  wanted.length > 0 ? wanted : [...Object.keys(PRIMITIVES), ...Object.keys(SQL_WORKLOADS)];
const figures: Figure[] = [];
for (const name of names) {
  note(await runPrimitive(name, security, runs));
  for (const workload of SQL_WORKLOADS[name] ?? []) {
    note(await runSqlWorkload(workload, runs, security));
  }
}

/** Keeps figures for the report, and tells them at once: the whole takes many minutes. */
function note(found: readonly Figure[]): void {
  figures.push(...found);
  for (const { work, what, seconds } of found) {
    process.stderr.write(`${work}, ${what}: ${seconds.toFixed(3)} s\n`);
  }
}
print(figures);
mkdirSync(new URL('./results/', import.meta.url), { recursive: true });
const report = {
  security,
  node: process.version,
  processors: cpus().map(({ model }) => model),
  figures,
};
writeFileSync(
  new URL('./results/latest.json', import.meta.url),
  `${JSON.stringify(report, null, 2)}\n`,
);
