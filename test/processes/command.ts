import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Files and processes that it left behind. */
  readonly left: readonly string[];
}

/** A folder of files and the command line there. */
export class Folder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(files: Readonly<Record<string, string>>): Promise<Folder> {
    // Does nothing if dist/ is up to date.
    execFileSync(process.execPath, [join(ROOT, 'scripts/prepare.mjs')]);
    const folder = new Folder(await mkdtemp(join(tmpdir(), 'tacit-test-')));
    for (const [name, text] of Object.entries(files)) await writeFile(folder.file(name), text);
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Starts `tacit` with a temporary directory of its own. */
  async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Command> {
    const temporary = await mkdtemp(this.file('temporary-'));
    const child = spawn(process.execPath, [join(ROOT, 'bin/tacit.js'), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Command(child, temporary);
  }

  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return (await this.start(args, env)).ended;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** A command under way. */
export class Command {
  readonly ended: Promise<Ended>;
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess, temporary: string) {
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      // Also the parties' stderr must be closed, so nothing runs any more that wrote there.
      child.once('close', (code) => {
        const { stdout, stderr } = this;
        leftovers(temporary).then((left) => resolve({ code, stdout, stderr, left }), reject);
      });
    });
  }

  /** Resolves when stdout has at least so many lines. */
  async lines(count: number): Promise<void> {
    while (this.stdout.split('\n').length <= count) {
      if (this.process.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The process ids of its parties, in order of their start. */
  async parties(): Promise<number[]> {
    const ids: number[] = [];
    for (const [id, { parent }] of await processes()) if (parent === this.process.pid) ids.push(id);
    return ids.sort((a, b) => a - b);
  }
}

async function leftovers(temporary: string): Promise<string[]> {
  const files = (await readdir(temporary)).filter((name) => !name.startsWith('tsx-'));
  const running = [...(await processes()).values()].filter(({ line }) => line.includes(temporary));
  return [...files, ...running.map(({ line }) => line)];
}

/** The machine's processes; empty where there is no /proc. */
async function processes(): Promise<Map<number, { parent: number; line: string }>> {
  const found = new Map<number, { parent: number; line: string }>();
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    const parent = Number(/\) \S (\d+)/.exec(await read('stat'))?.[1] ?? 0);
    found.set(Number(name), { parent, line: (await read('cmdline')).replaceAll('\0', ' ') });
  }
  return found;
}
