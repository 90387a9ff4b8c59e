import { setTimeout as wait } from 'node:timers/promises';
import type { LogLevel } from '../../server/identity/party-directory.ts';
import { type QueryResult, runQuery } from '../../src/client/query/run-query.ts';
import { SECURITY_DEFAULT, type Security } from '../../src/program/program.ts';
import type { RunConfig } from '../config.ts';
import { nodePlatform } from '../connect/analyst-platform.ts';
import { publishTables, type Say } from './publish.ts';
import { type Connections, TrialConsortium } from './trial-consortium.ts';

/** Longest wait for the reading of a file to end when everything is stopped. */
const READING_MS = 5_000;

/** How the parties of a session run. */
export interface SessionOptions {
  readonly log: LogLevel;
  /** Default: active. */
  readonly security?: Security | undefined;
}

const PASSIVE_NOTICE =
  'passive: parties are trusted to follow the protocol; results are not verified';

/** A temporary consortium that holds the tables of a configuration. */
export class TrialSession {
  readonly #trial: TrialConsortium;
  readonly #stop = new AbortController();
  #analyst: Connections | undefined;
  #opening: Promise<void> = Promise.resolve();

  private constructor(trial: TrialConsortium) {
    this.#trial = trial;
  }

  static async create(): Promise<TrialSession> {
    return new TrialSession(await TrialConsortium.create());
  }

  /** Starts the parties while the first table is read, then publishes all tables. */
  open(config: RunConfig, options: SessionOptions, say: Say): Promise<void> {
    const opening = this.#open(config, options, say);
    this.#opening = opening.catch(() => {});
    return opening;
  }

  async #open(
    config: RunConfig,
    { log, security = SECURITY_DEFAULT }: SessionOptions,
    say: Say,
  ): Promise<void> {
    if (security === 'passive') say(PASSIVE_NOTICE);
    const owners = config.tables.flatMap(({ sources }) => sources.map(({ owner }) => owner));
    const started = performance.now();
    const starting = this.#trial
      .start({ owners: [...new Set(owners)], tls: config.tls, security, log })
      .then(() => {
        const seconds = ((performance.now() - started) / 1000).toFixed(2);
        const transport = config.tls ? 'mutual TLS' : 'NO TLS';
        say(`three parties are ready in ${seconds} s (${transport}, ${security} security)`);
        return this.#trial;
      });
    starting.catch(() => {});
    await publishTables(config.tables, starting, say, this.#stop.signal);
    await starting;
  }

  /** The analyst's connections, once it is open. */
  get analyst(): Connections {
    this.#analyst ??= this.#trial.analyst();
    return this.#analyst;
  }

  /** The trial's `consortium.json`, once it is open: whose signatures its receipts carry. */
  get consortiumText(): string {
    return this.#trial.consortiumText;
  }

  /** Runs one statement; `previous` is the digest of the receipt that the new one follows. */
  query(sql: string, previous?: string): Promise<QueryResult> {
    const statement = { sql, ...(previous === undefined ? {} : { previous }) };
    return runQuery(this.analyst, statement, nodePlatform, { signal: this.#stop.signal });
  }

  /** Cancels what is under way, ends the processes and removes their files. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#trial.close();
    // Reading ends soon now and removes what it made; a very large file is not waited for.
    await Promise.race([this.#opening, wait(READING_MS, undefined, { ref: false })]);
  }
}
