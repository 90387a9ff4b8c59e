import { invariant } from '../errors/tacit-error.ts';
import { type CheckShape, cornersOf } from '../program/checks.ts';
import { coinCount, LAST_VALUES, OPENED_VALUES } from '../program/measure-check.ts';
import { STEP } from '../program/steps.ts';
import type { Party } from '../protocol/party.ts';
import type { BatchCompute } from './batch-compute.ts';
import { type CheckField, readWords, WORD_BYTES, writeWords } from './check-field.ts';
import type { CheckRecord } from './check-record.ts';
import { bitWeights, lastPoint, levelPoint } from './coin-expansion.ts';
import { Coins } from './coins.ts';
import { fieldOf } from './fields.ts';
import { nextClaim } from './next-claim.ts';
import { requireVerified, type Triple } from './opened.ts';
import { randomSharesOver } from './random-shares.ts';
import { requireElements, reshareOver, weightAtZero } from './reshare.ts';

/**
 * Verifies one batch of AND gates or products (PROTOCOLS 4.1, 4.2, A7; [GSZ20], [BBCGI19]): that the sum of weighted x_k * y_k is that of
 * the weighted z_k, for weights nobody knew when the z were made. The claim shrinks level by level to one product, which is
 * opened behind a mask. All parties of the committee call it with the same batch and shape, after every message that
 * made the batch has arrived; it frees `compute`.
 *
 * Messages are those of program/measure-check.ts. Throws CHECK_FAILED if the batch is wrong, OPENING_INCONSISTENT and COIN_INVALID if
 * a party deviates in the check itself, PEER_PROTOCOL for malformed messages; then nothing that depends on the batch
 * may be opened. All values sent are uniform, so an abort tells nothing.
 */
export async function runCheck(
  party: Party,
  batch: string,
  shape: CheckShape,
  compute: BatchCompute,
): Promise<CheckRecord> {
  try {
    return await new Check(party, batch, shape, compute).run();
  } finally {
    compute.release();
  }
}

class Check {
  readonly #party: Party;
  readonly #batch: string;
  readonly #shape: CheckShape;
  readonly #compute: BatchCompute;
  readonly #field: CheckField;
  readonly #coins: Coins;
  /** This party's weight at zero: Shamir shares' products times it are summands. */
  readonly #weight: bigint;
  /** Levels that took messages so far. */
  #level = 0;

  constructor(party: Party, batch: string, shape: CheckShape, compute: BatchCompute) {
    this.#party = party;
    this.#batch = batch;
    this.#shape = shape;
    this.#compute = compute;
    this.#field = fieldOf(shape.kind);
    this.#coins = new Coins(party, batch, coinCount(shape));
    this.#weight = weightAtZero(this.#field, party.committee, party.self);
  }

  async run(): Promise<CheckRecord> {
    const { kind, bitVariables, levels } = this.#shape;
    const { crypto } = this.#party;
    await this.#coins.agree();
    const coin = await this.#coins.toss(0);
    const start = await this.#compute.start(coin);
    let state = { claim: start.claim, next: start.corners };
    if (kind === 'and') {
      const { omega } = bitWeights(crypto, this.#field, coin, bitVariables);
      // Replicated bits give summands without a weight.
      state = await this.#runLevel(state, bitVariables, 1n, omega);
    }
    for (const variables of levels) {
      state = await this.#runLevel(state, variables, this.#weight);
    }
    const [x, y] = readWords(state.next);
    invariant(x !== undefined && y !== undefined, 'two shares are left after the levels');
    return this.#finish({ x, y, h: state.claim });
  }

  /** One level: resharing, coin, local work. A level without variables has one corner, which the claim gives. */
  async #runLevel(
    { claim, next }: { readonly claim: bigint; readonly next: Uint8Array },
    variables: number,
    weight: bigint,
    omega?: readonly bigint[],
  ): Promise<{ claim: bigint; next: Uint8Array }> {
    const party = this.#party;
    invariant(next.length === cornersOf(variables) * WORD_BYTES, 'a level has its corners');
    let shares = new Uint8Array();
    let point: readonly bigint[] = [];
    if (variables > 0) {
      const level = this.#level++;
      const step = STEP.checkLevel(this.#batch, level);
      const label = `check/${this.#batch}/l${level}`;
      shares = await reshareOver(party, this.#field, step, label, weight, next);
      const coin = await this.#coins.toss(level + 1);
      point = levelPoint(party.crypto, this.#field, coin, variables);
    }
    const level = omega === undefined ? { shares, point } : { shares, point, omega };
    return {
      claim: nextClaim(party, this.#field, claim, level),
      next: await this.#compute.fold(point),
    };
  }

  /**
   * The last step: x, y and the claim become lines through random values at 0 and themselves at 1, whose product at the coin
   * is opened. The random values' factors at the coin are not zero, so what is opened is uniform.
   */
  async #finish(last: Triple<bigint>): Promise<CheckRecord> {
    const party = this.#party;
    const field = this.#field;
    const label = `check/${this.#batch}/mask`;
    const [u = 0n, v = 0n] = randomSharesOver(party, field, label, LAST_VALUES);
    const differences = [field.subtract(last.x, u), field.subtract(last.y, v)] as const;
    const products = writeWords([field.multiply(u, v), field.multiply(...differences)]);
    const reshared = await reshareOver(
      party,
      field,
      STEP.checkLast(this.#batch),
      `check/${this.#batch}/m`,
      this.#weight,
      products,
    );
    const [zero = 0n, leading = 0n] = readWords(reshared);
    const r = lastPoint(party.crypto, field, await this.#coins.toss(coinCount(this.#shape) - 1));
    const along = (from: bigint, difference: bigint) =>
      field.add(from, field.multiply(r, difference));
    const curved = field.multiply(field.subtract(field.multiply(r, r), r), leading);
    return this.#open({
      x: along(u, differences[0]),
      y: along(v, differences[1]),
      h: field.add(along(zero, field.subtract(last.h, zero)), curved),
    });
  }

  /** Opens the three values to all, each with all shares on one polynomial of degree t, and compares. */
  async #open(own: Triple<bigint>): Promise<CheckRecord> {
    const party = this.#party;
    const { committee, self, channel } = party;
    const step = STEP.checkOpen(this.#batch);
    const bytes = writeWords([own.x, own.y, own.h]);
    for (const peer of committee) if (peer !== self) channel.send(peer, step, bytes);
    const messages = await Promise.all(
      committee.map(async (peer) => {
        if (peer === self) return bytes;
        const message = new Uint8Array(OPENED_VALUES * WORD_BYTES);
        await channel.receive(peer, step, () => message, 0, message.length);
        return message;
      }),
    );
    committee.forEach((peer, k) => {
      requireElements(party, this.#field, messages[k] ?? bytes, peer, step);
    });
    const values = messages.map(readWords);
    const column = (k: number) => values.map((value) => value[k] ?? 0n);
    const opened = { x: column(0), y: column(1), h: column(2) };
    requireVerified(this.#field, party, opened, this.#shape, this.#batch);
    const { heads, reveals } = this.#coins;
    return { batch: this.#batch, shape: this.#shape, heads, reveals, opened };
  }
}
