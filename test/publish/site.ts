import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { initCommand } from '../../cli/consortium/init.ts';
import { joinCommand } from '../../cli/consortium/join.ts';
import { asMember } from '../../cli/consortium/member.ts';
import type { JsonValue } from '../../src/client/query/print-value.ts';
import { runQuery } from '../../src/client/query/run-query.ts';
import { type Ended, freePorts, Machines } from '../deploy/machines.ts';

const TACIT = join(import.meta.dirname, '../../bin/tacit.js');
const SITE = 'site';
const PARTIES = ['alice', 'bob', 'carol'];
const MEMBERS = { north: 'owner', south: 'owner', ana: 'analyst' };
const SILENT = { stdout: () => undefined, stderr: () => undefined };

/** Three real party processes, the owners north and south and the analyst ana, each with a directory in one folder. */
export class Site {
  readonly #machines: Machines;

  private constructor(machines: Machines) {
    this.#machines = machines;
  }

  static async start(): Promise<Site> {
    const site = new Site(await Machines.create([SITE]));
    try {
      await site.#makeConsortium();
      const started = PARTIES.map((name) =>
        site.#machines.start(SITE, `tacit party --dir ${name}`, 'party listens'),
      );
      await Promise.all(started);
    } catch (error) {
      await site.close();
      throw error;
    }
    return site;
  }

  async #makeConsortium(): Promise<void> {
    const ports = await freePorts(2 * PARTIES.length);
    const address = (k: number) => `https://127.0.0.1:${ports[k]}`;
    for (const [k, name] of PARTIES.entries()) {
      const addresses = { control: address(2 * k), exchange: address(2 * k + 1) };
      await initCommand(this.file(name), { name, role: ['party'], ...addresses }, SILENT);
    }
    for (const [name, role] of Object.entries(MEMBERS)) {
      await initCommand(this.file(name), { name, role: [role] }, SILENT);
    }
    const names = [...PARTIES, ...Object.keys(MEMBERS)];
    const files = names.map((name) => this.file(name, `${name}.tacit.json`));
    for (const name of names) {
      await joinCommand(this.file(name), files, { yes: true, expect: [] }, SILENT, undefined);
    }
  }

  file(...path: readonly string[]): string {
    return this.#machines.file(SITE, ...path);
  }

  /** Runs the real command line in the folder. */
  tacit(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** Starts it. */
  start(args: readonly string[]): Started {
    const child = spawn(process.execPath, [TACIT, ...args], {
      cwd: this.file(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Started(child);
  }

  /** Rows of a query of ana. */
  query(sql: string): Promise<readonly (readonly JsonValue[])[]> {
    return asMember(this.file('ana'), async ({ connections }) => {
      const { rows } = await runQuery(connections, { sql }, nodePlatform);
      return rows;
    });
  }

  /** What an owner's interrupted uploads have left in its directory. */
  journals(owner: string): Promise<string[]> {
    return readdir(this.file(owner, 'uploads'));
  }

  close(): Promise<void> {
    return this.#machines.remove();
  }
}

/** A command under way. */
export class Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** Resolves when stderr matches; throws if the command ends before. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#stderr)) {
      if (this.process.exitCode !== null) throw new Error(`it ended: ${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
