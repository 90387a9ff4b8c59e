import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../deploy/machines.ts';

const run = promisify(execFile);

/** Folder of PostgreSQL's programs on this machine; undefined if it is not installed. */
export function installedPostgres(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      const bin = dirname(realpathSync(join(folder, 'postgres')));
      accessSync(join(bin, 'initdb'));
      return bin;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** PostgreSQL refuses to run as root, so root starts it as nobody. */
const NOBODY = process.getuid?.() === 0 ? Number(execFileSync('id', ['-u', 'nobody'])) : undefined;

/** A PostgreSQL server with an empty database `postgres`, whose user `owner` has a password. */
export class RealPostgres {
  readonly port: number;
  readonly #bin: string;
  readonly #dir: string;

  private constructor(bin: string, dir: string, port: number) {
    this.#bin = bin;
    this.#dir = dir;
    this.port = port;
  }

  static async start(bin: string, password: string): Promise<RealPostgres> {
    const dir = await mkdtemp(join(tmpdir(), 'tacit-postgres-'));
    const [port = 0] = await freePorts(1);
    const file = join(dir, 'password');
    await writeFile(file, `${password}\n`);
    if (NOBODY !== undefined) {
      chownSync(dir, NOBODY, NOBODY);
      chmodSync(file, 0o644);
    }
    const server = new RealPostgres(bin, dir, port);
    const initial = ['-U', 'owner', '--auth=scram-sha-256', `--pwfile=${file}`, '-E', 'UTF8'];
    await server.#run('initdb', [...initial, '--no-locale', '--no-sync']);
    const settings = `-p ${port} -k ${dir} -c listen_addresses=127.0.0.1 -c fsync=off`;
    const log = ['-l', join(dir, 'log')];
    const started = spawnSync(
      join(bin, 'pg_ctl'),
      ['-D', join(dir, 'data'), '-o', settings, ...log, '-w', 'start'],
      { ...(NOBODY === undefined ? {} : { uid: NOBODY, gid: NOBODY }), cwd: dir, stdio: 'ignore' },
    );
    if (started.status !== 0) throw new Error('PostgreSQL does not start');
    return server;
  }

  async stop(): Promise<void> {
    await this.#run('pg_ctl', ['-m', 'immediate', 'stop']);
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #run(program: string, options: readonly string[]): Promise<void> {
    const identity = NOBODY === undefined ? {} : { uid: NOBODY, gid: NOBODY };
    const all = ['-D', join(this.#dir, 'data'), ...options];
    await run(join(this.#bin, program), all, { ...identity, cwd: this.#dir });
  }
}
