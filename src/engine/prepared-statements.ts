import { LRUCache } from 'lru-cache';
import type { TableVersion } from '../catalog/table.ts';
import type { Outline, Planner, Question } from './planner.ts';
import type { Prepared } from './prepare.ts';

/** Statements kept, and about how many bytes their programs may have together. */
const KEPT_MAX = 256;
const KEPT_BYTES_MAX = 256 * 1024 * 1024;
const OUTLINES_MAX = 1024;
const OUTLINE_BYTES_MAX = 16 * 1024 * 1024;

/** What plans of this release depend on besides their key; a party that changes one of them starts anew. */
const RELEASE = ['shamir 3,1', 'policy 1'];

/** A plan on its way, for all who asked for it. */
interface Planning {
  readonly work: Promise<Prepared>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Keeps prepared programs by everything they depend on: normalised SQL, the values of parameters (they are folded into
 * circuits), the versions of the tables named, the network, the security. Equal statements that come at a time are planned once.
 */
export class PreparedStatements {
  readonly #planner: Planner;
  readonly #outlines = new LRUCache<string, Outline>({
    max: OUTLINES_MAX,
    maxSize: OUTLINE_BYTES_MAX,
    sizeCalculation: ({ normalised }, sql) => 256 + 2 * (sql.length + normalised.length),
  });
  readonly #kept = new LRUCache<string, Prepared>({
    max: KEPT_MAX,
    maxSize: KEPT_BYTES_MAX,
    sizeCalculation: (prepared, key) => 2 * key.length + sizeOf(prepared),
  });
  readonly #planning = new Map<string, Planning>();

  constructor(planner: Planner) {
    this.#planner = planner;
  }

  /** See {@link Planner.outline}. */
  async outline(sql: string, signal?: AbortSignal, analyst?: string): Promise<Outline> {
    const known = this.#outlines.get(sql);
    if (known !== undefined) return known;
    const outline = await this.#planner.outline(sql, signal, analyst);
    this.#outlines.set(sql, outline);
    return outline;
  }

  /**
   * The program of a statement on these versions of the tables it names; a failure is not kept. After the signal it rejects
   * at once if others wait for the same plan; otherwise the planner drops the plan, and this settles when it has done so.
   */
  async prepare(
    question: Question,
    outline: Outline,
    tables: readonly TableVersion[],
    signal?: AbortSignal,
    analyst?: string,
  ): Promise<Prepared> {
    signal?.throwIfAborted();
    const key = keyOf(question, outline, tables);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const planning = this.#planning.get(key) ?? this.#plan(key, question, tables, analyst);
    return this.#join(key, planning, signal);
  }

  #plan(
    key: string,
    question: Question,
    tables: readonly TableVersion[],
    analyst: string | undefined,
  ): Planning {
    const stop = new AbortController();
    const work = this.#planner.plan(question, tables, stop.signal, analyst);
    const planning = { work, stop, waiting: 0 };
    this.#planning.set(key, planning);
    const forget = () => this.#forget(key, planning);
    void work.then((prepared) => this.#kept.set(key, prepared), forget).then(forget);
    return planning;
  }

  async #join(key: string, planning: Planning, signal: AbortSignal | undefined): Promise<Prepared> {
    planning.waiting++;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        planning.waiting--;
        if (planning.waiting > 0) return reject(signal?.reason);
        // Whoever asks from now on must not get a plan that is dropped.
        this.#forget(key, planning);
        planning.stop.abort(signal?.reason);
      };
    });
    signal?.addEventListener('abort', leave);
    try {
      return await Promise.race([planning.work, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  #forget(key: string, planning: Planning): void {
    if (this.#planning.get(key) === planning) this.#planning.delete(key);
  }
}

function keyOf(
  { parameters, network, security }: Question,
  outline: Outline,
  tables: readonly TableVersion[],
): string {
  const { explain, normalised, tables: names } = outline;
  const versions = tables
    .filter(({ definition }) => names.includes(definition.name.toLowerCase()))
    .map(({ definition, digest }) => [definition.name, digest]);
  const { name, roundTripSeconds, bytesPerSecond } = network;
  const profile = [name, roundTripSeconds, bytesPerSecond];
  const parts = [normalised, explain, parameters, versions.sort(), profile, security];
  return JSON.stringify([RELEASE, ...parts]);
}

/** About how many bytes a prepared statement takes. */
function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 32);
}
