// npm's prepare: compiles the kernels and the TypeScript sources when they are out of date, and does
// nothing when they are not. Usage: node scripts/prepare.mjs [--force]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKernels, kernelsAreStale } from './build-kernels.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
/** Written after a successful compile, so that an interrupted one is repeated. */
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

function locate(request) {
  try {
    return createRequire(import.meta.url).resolve(request);
  } catch {
    return undefined;
  }
}

function compile(tsc) {
  rmSync(dist, { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    say('the TypeScript sources do not compile; see the messages above');
    return false;
  }
  mkdirSync(dist, { recursive: true });
  writeFileSync(stamp, '');
  return true;
}

async function prepare() {
  const kernels = force || kernelsAreStale();
  const sources = force || distIsStale();
  if (!kernels && !sources) return 0;
  const tsc = locate('typescript/bin/tsc');
  if (tsc === undefined || locate('assemblyscript') === undefined) {
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
