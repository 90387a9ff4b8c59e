// npm's prepare: compiles the kernels and the TypeScript sources when they are out of date, and does
// nothing when they are not. Usage: node scripts/prepare.mjs [--force]
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKernels, kernelsAreStale } from './build-kernels.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
/** Written after a successful compile: its time is when the compile began. */
const stamp = join(dist, '.built');
const force = process.argv.includes('--force');

const say = (text) => process.stdout.write(`tacit: ${text}\n`);

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const time = entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    latest = Math.max(latest, time);
  }
  return latest;
}

function distIsStale() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return true;
  const inputs = ['src', 'server', 'cli', 'demo'].map((name) => join(root, name));
  const times = inputs.filter((path) => existsSync(path)).map(newest);
  times.push(statSync(join(root, 'tsconfig.json')).mtimeMs);
  return times.some((time) => time > built);
}

/** Path of an installed module, or undefined. */
function locate(specifier) {
  try {
    const path = fileURLToPath(import.meta.resolve(specifier));
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Compiles beside dist/ and swaps on success: sources that do not compile leave the last build usable. */
function compile(tsc) {
  const started = new Date();
  mkdirSync(join(root, 'build'), { recursive: true });
  const draft = join(root, `build/dist.${process.pid}`);
  // Types are the business of `npm run check`; checking them here would double the time of `npm ci`.
  const options = ['-p', join(root, 'tsconfig.json'), '--noCheck', '--noEmitOnError'];
  const { status } = spawnSync(process.execPath, [tsc, ...options, '--outDir', draft], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    say('the TypeScript sources do not compile; see the messages above');
    return false;
  }
  const built = join(draft, '.built');
  writeFileSync(built, '');
  // What is edited while the compiler runs counts as newer than the build.
  utimesSync(built, started, started);
  rmSync(dist, { recursive: true, force: true });
  renameSync(draft, dist);
  return true;
}

async function prepare() {
  const kernels = force || kernelsAreStale();
  const sources = force || distIsStale();
  if (!kernels && !sources) return 0;
  const tsc = locate('typescript/bin/tsc');
  if (tsc === undefined || locate('assemblyscript/asc') === undefined) {
    if (existsSync(join(dist, 'cli', 'main.js')) && existsSync(join(root, 'build/kernels.wasm'))) {
      say('development packages are not installed: using the existing build');
      return 0;
    }
    say('not built yet, and the compilers are development packages that are not installed.');
    say(
      'Run "npm ci" (without --omit=dev), then "npm prune --omit=dev" if you want a lean install.',
    );
    return 0;
  }
  if (kernels) {
    await buildKernels();
    say('built build/kernels.wasm');
  }
  if (sources) {
    if (!compile(tsc)) return 1;
    say('built dist/');
  }
  return 0;
}

process.exitCode = await prepare();
