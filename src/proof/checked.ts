import { invariant } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { BatchBook, type ClosedBatch } from '../program/batch-book.ts';
import { AND_BATCH_GATES } from '../program/checks.ts';
import type {
  AndRecord,
  Barrier,
  InnerProductRecord,
  OpeningPermit,
  ProductRecord,
  PublicCoin,
  Witness,
} from '../protocol/witness.ts';
import type { Batch } from './batch-compute.ts';
import type { CheckRunner, RunningCheck } from './check-runner.ts';
import { Coins } from './coins.ts';
import { Columns } from './columns.ts';
import { OpenProducts } from './open-products.ts';

/** Batches of a lane and kind that may be under verification while it goes on: with the open one, they bound its memory. */
const RUNNING_MAX = 2;
const AND_COLUMNS = 6;

/**
 * The witness of active runs: it copies operands and results into batches, and verifies every batch that is full beside
 * the computation. A barrier closes what is open and waits for all of it.
 *
 * A lane's witness verifies what is its own; what is too little for a batch goes to the lane that joins it.
 */
export class CheckedWitness implements Witness {
  readonly isChecked = true;
  readonly #checks: CheckRunner;
  readonly #book: BatchBook;
  /** Whether all that the lanes before the fork had recorded was verified then. */
  readonly #isRooted: boolean;
  readonly #ands: Columns;
  readonly #products: OpenProducts;
  /** Checks that no barrier has waited for. */
  #pending: RunningCheck[] = [];
  #lanes: readonly CheckedWitness[] = [];

  /** The witness of a root lane; those of other lanes come from {@link fork}, which gives the last two arguments. */
  constructor(checks: CheckRunner, book = new BatchBook(), isRooted = true) {
    this.#checks = checks;
    this.#book = book;
    this.#isRooted = isRooted;
    this.#ands = new Columns(AND_COLUMNS, AND_BATCH_GATES / 8, checks.memory);
    this.#products = new OpenProducts(checks.memory);
  }

  async ands({ columns, bytes }: AndRecord): Promise<void> {
    await this.#addAnds(() => this.#arena(), columns, bytes);
  }

  async products(records: readonly ProductRecord[]): Promise<void> {
    for (const { x, y, z, n } of records) {
      let at = 0;
      for (const { size, closes } of this.#book.add('product', n)) {
        const from = at * ELEMENT_BYTES;
        this.#products.add(this.#arena(), x + from, y + from, z + from, size);
        at += size;
        if (closes !== undefined) await this.#start(closes);
      }
    }
  }

  async innerProducts(records: readonly InnerProductRecord[]): Promise<void> {
    for (const { x, y, z, n } of records) {
      invariant(n > 0, 'an inner product of nothing');
      await this.#addWhole(n, () => this.#products.addInner(this.#arena(), x, y, z, n));
    }
  }

  fork(lanes: number): readonly CheckedWitness[] {
    invariant(this.#lanes.length === 0, 'lanes are forked one set at a time');
    const { and, product } = this.#book.open;
    const isRooted = this.#isRooted && and + product + this.#pending.length === 0;
    this.#lanes = this.#book
      .fork(lanes)
      .map((book) => new CheckedWitness(this.#checks, book, isRooted));
    return this.#lanes;
  }

  async join(lanes: readonly Witness[]): Promise<void> {
    const forked = this.#lanes;
    invariant(forked.length === lanes.length, 'the lanes of the last fork are joined');
    this.#lanes = [];
    for (const [k, lane] of forked.entries()) {
      invariant(lane === lanes[k], 'lanes are joined in their order');
      this.#pending.push(...lane.#pending);
      await this.#joinAnds(lane.#ands);
      const { entries } = lane.#products;
      if (entries > 0) await this.#addWhole(entries, () => this.#products.addAll(lane.#products));
    }
  }

  async barrier(): Promise<Barrier> {
    invariant(this.#isRooted, 'lanes that open values are forked behind a barrier');
    invariant(this.#lanes.length === 0, 'a barrier of a lane whose own lanes have ended');
    for (const closed of this.#book.close()) await this.#start(closed);
    await this.#checks.passed(this.#pending);
    // Only now: a barrier that failed stays failed, because what has not passed is still waited for.
    const rounds = Math.max(0, ...this.#pending.map(({ rounds: of }) => of));
    this.#pending = [];
    return { permit: {} as OpeningPermit, rounds };
  }

  async coin(name: string): Promise<PublicCoin> {
    const coins = new Coins(this.#checks.party, name, 1);
    await coins.agree();
    return { toss: () => coins.toss(0) };
  }

  async #addAnds(
    source: () => Uint8Array,
    columns: readonly number[],
    bytes: number,
  ): Promise<void> {
    let at = 0;
    for (const { size, closes } of this.#book.add('and', bytes)) {
      const from = columns.map((column) => column + at);
      const sizes = columns.map(() => size);
      this.#ands.append(source(), from, sizes);
      at += size;
      if (closes !== undefined) await this.#start(closes);
    }
  }

  /** Adds the gates that a lane left, which are fewer than a batch: they are moved if there are none, else copied. */
  async #joinAnds(left: Columns): Promise<void> {
    const bytes = left.lengths[0] ?? 0;
    if (this.#book.open.and === 0) {
      this.#book.add('and', bytes);
      return this.#ands.adopt(left);
    }
    const { bytes: source, addresses } = left.view();
    await this.#addAnds(() => source, addresses, bytes);
    left.clear();
  }

  async #addWhole(entries: number, add: () => void): Promise<void> {
    const { before, after } = this.#book.addWhole(entries);
    if (before !== undefined) await this.#start(before);
    add();
    if (after !== undefined) await this.#start(after);
  }

  /** The party's memory, which may move while a lane waits. */
  #arena(): Uint8Array {
    return this.#checks.party.arena.u8;
  }

  /** Begins to verify a batch, as soon as few enough of its kind are. */
  async #start(closed: ClosedBatch): Promise<void> {
    const { kind } = closed.shape;
    const running = this.#pending.filter((check) => check.kind === kind && !check.isOver);
    await this.#checks.passed(running.slice(0, 1 - RUNNING_MAX));
    this.#pending.push(this.#checks.start(closed, this.#take(closed)));
  }

  #take({ shape: { kind, size } }: ClosedBatch): Batch {
    if (kind === 'product') return this.#products.take();
    return { kind, bytes: size, data: this.#ands.take() };
  }
}
