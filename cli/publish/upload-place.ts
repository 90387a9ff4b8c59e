import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { ResumeFile } from '../connect/resume-file.ts';

const FOLDER = 'uploads';

/**
 * Where an owner's upload into one table survives a crash: a journal in the owner's directory, which one process uses at a
 * time.
 */
export class UploadPlace {
  readonly journal: ResumeFile;
  readonly #lock: string;

  private constructor(journal: string, lock: string) {
    this.journal = new ResumeFile(journal);
    this.#lock = lock;
  }

  /** UPLOAD_CONFLICT if another process publishes into the table from this directory. */
  static async open(dir: string, table: string): Promise<UploadPlace> {
    const folder = join(dir, FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, fileName(table));
    await takeLock(`${path}.lock`, table);
    return new UploadPlace(`${path}.journal`, `${path}.lock`);
  }

  /** Whether something was under way when the last process ended. */
  async isUnderWay(): Promise<boolean> {
    return (await this.journal.read()) !== undefined;
  }

  async close(): Promise<void> {
    await this.journal.close();
    await rm(this.#lock, { force: true });
  }
}

/** Names of tables may hold any character; they are not case-sensitive. */
function fileName(table: string): string {
  const name = table.toLowerCase();
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.replaceAll(/[^a-z0-9_-]/g, '_').slice(0, 40)}-${digest}`;
}

/** The lock of a process that was killed does not count. */
async function takeLock(path: string, table: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.write(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (attempt > 0 || isRunning(holder)) {
      const message = `process ${holder} publishes into ${table} already; if that is not so, remove ${path}`;
      throw new TacitError('UPLOAD_CONFLICT', message);
    }
    await rm(path, { force: true });
  }
}

function isRunning(id: number): boolean {
  if (!Number.isInteger(id) || id < 1) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
