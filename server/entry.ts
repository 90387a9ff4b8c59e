import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { HEAP_FLAGS } from './heap-flags.ts';

/**
 * Starts an entry module of ours in a thread. `stem` is its path without extension, relative to the
 * importing module. Compiled code starts the `.js` file, code run from its sources the `.ts` file.
 */
export function startThread(stem: string, importer: string, workerData: unknown): Worker {
  if (!importer.endsWith('.ts')) return new Worker(new URL(`${stem}.js`, importer), { workerData });
  // A thread does not inherit tsx's loader hooks, and `--import` comes too late for its entry module.
  const register = `import { register } from ${JSON.stringify(tsx('esm/api/index.mjs'))}; register();`;
  const target = JSON.stringify(new URL(`${stem}.ts`, importer).href);
  const source = `${register} await import(${target});`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  return new Worker(url, { workerData, execArgv: [] });
}

/** The same in a process of its own, with a party's heap flags and a message channel; its stdout is our stderr. */
export function startProcess(
  stem: string,
  importer: string,
  args: readonly string[],
): ChildProcess {
  const fromSource = importer.endsWith('.ts');
  const url = new URL(`${stem}${fromSource ? '.ts' : '.js'}`, importer);
  return fork(fileURLToPath(url), args, {
    execArgv: [...HEAP_FLAGS, ...(fromSource ? ['--import', tsx('loader.mjs')] : [])],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
}

/** A module of the development tool tsx; by file, since a `data:` module resolves no package names. */
function tsx(file: string): string {
  const manifest = createRequire(import.meta.url).resolve('tsx/package.json');
  return new URL(`dist/${file}`, pathToFileURL(manifest)).href;
}
