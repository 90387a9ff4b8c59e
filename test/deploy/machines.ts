import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const START_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Several machines as folders of one, each with the command `tacit`. */
export class Machines {
  readonly #dir: string;
  /** What stays: at which machine. */
  readonly #running = new Map<ChildProcess, string>();

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async create(names: readonly string[]): Promise<Machines> {
    // Does nothing if dist/ is up to date.
    execFileSync(process.execPath, [join(ROOT, 'scripts/prepare.mjs')]);
    const machines = new Machines(await mkdtemp(join(tmpdir(), 'tacit-deploy-')));
    for (const name of names) await mkdir(machines.file(name));
    const bin = machines.file('bin');
    await mkdir(bin);
    const script = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/tacit.js')}" "$@"\n`;
    await writeFile(join(bin, 'tacit'), script);
    await chmod(join(bin, 'tacit'), 0o755);
    return machines;
  }

  file(...path: readonly string[]): string {
    return join(this.#dir, ...path);
  }

  /** Sends a file from one machine's folder to the top folder of another. */
  async send(from: string, path: string, to: string, name: string): Promise<void> {
    await copyFile(this.file(from, path), this.file(to, name));
  }

  /** Types a command at a machine and waits for its end. */
  async run(machine: string, command: string): Promise<Ended> {
    const child = this.#spawn(machine, command);
    const output = collect(child);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, ...output };
  }

  /** Types a command that stays; resolves when its log contains the text. */
  async start(machine: string, command: string, ready: string): Promise<void> {
    const child = this.#spawn(machine, `exec ${command}`);
    this.#running.set(child, machine);
    const output = collect(child);
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error(`${command} does not start: ${output.stderr}`));
      const late = setTimeout(fail, START_MS);
      child.once('close', fail);
      child.stderr?.on('data', () => {
        if (!output.stderr.includes(ready)) return;
        clearTimeout(late);
        resolve();
      });
    });
  }

  /** Stops what stays, at one machine or at all; the exit codes. */
  async stop(at?: string): Promise<(number | null)[]> {
    const here = [...this.#running].filter(([, machine]) => at === undefined || machine === at);
    return Promise.all(
      here.map(async ([child]) => {
        this.#running.delete(child);
        if (child.exitCode !== null) return child.exitCode;
        const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        return ended;
      }),
    );
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }

  #spawn(machine: string, command: string): ChildProcess {
    return spawn('/bin/sh', ['-c', command], {
      cwd: this.file(machine),
      env: { ...process.env, PATH: `${this.file('bin')}${delimiter}${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return output;
}

/** Ports of this machine that nobody listens on at the moment. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
