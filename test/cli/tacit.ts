import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** A folder of its own for one test file, with an own temporary directory for what tacit makes. */
export class Workplace {
  readonly dir: string;
  readonly temporary: string;

  private constructor(dir: string, temporary: string) {
    this.dir = dir;
    this.temporary = temporary;
  }

  static async create(files: Readonly<Record<string, string>>): Promise<Workplace> {
    // Does nothing if dist/ is up to date.
    execFileSync(process.execPath, [join(ROOT, 'scripts/prepare.mjs')]);
    const dir = await mkdtemp(join(tmpdir(), 'tacit-test-'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
    return new Workplace(dir, await mkdtemp(join(dir, 'temporary-')));
  }

  /** What commands have left in the temporary directory. */
  leftovers(): Promise<string[]> {
    return readdir(this.temporary);
  }

  /** Starts the real command line. */
  start(...args: readonly string[]): Running {
    return new Running(
      spawn(process.execPath, [join(ROOT, 'bin/tacit.js'), ...args], {
        cwd: ROOT,
        env: { ...process.env, TMPDIR: this.temporary },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
  }

  /** Runs a command to its end. */
  async tacit(args: readonly string[], stdin = ''): Promise<Ended> {
    const running = this.start(...args);
    running.process.stdin?.end(stdin);
    return running.ended;
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.process = child;
    child.stdout?.on('data', (piece: Buffer) => {
      this.stdout += piece.toString();
    });
    child.stderr?.on('data', (piece: Buffer) => {
      this.stderr += piece.toString();
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }
}
