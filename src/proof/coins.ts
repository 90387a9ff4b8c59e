import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant, TacitError } from '../errors/tacit-error.ts';
import { DIGEST_BYTES, STEP } from '../program/steps.ts';
import { equalBytes, receiveDigest, sendDigest } from '../protocol/opening.ts';
import type { Party } from '../protocol/party.ts';

/**
 * Public coins of one batch without a broadcast (PROTOCOLS 4.2, A17). Every party of the committee draws a secret and hashes it as
 * often as there are coins; the last hash is its head. Heads are exchanged and compared before anything else. Coin k hashes all
 * parties' preimages number k, and every preimage is hashed back to the one before, so nobody can choose or change it.
 *
 * Release rule: a party tosses coin k only after it has received every message addressed to it that the coin is to
 * challenge. So no coin is known to anyone before all honest parties hold their messages.
 */

/** What binds the hashes of a batch's coins to the query. */
export interface CoinContext {
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly queryId: Uint8Array;
  readonly batch: string;
}

/** Bytes of a query's id, with which a coin begins. */
export const QUERY_ID_BYTES = 32;

const text = (value: string) => new TextEncoder().encode(value);

/** The value before `value` = number k in the chain of a party; number 0 is the head. */
export function previousInChain(
  { crypto, queryId, batch }: CoinContext,
  party: number,
  k: number,
  value: Uint8Array,
): Uint8Array {
  return crypto.sha256(text(`tacit/coin-chain|${batch}|${party}|${k}|`), queryId, value);
}

/** All values of a party's chain from its head (first) to the last one. */
export function chainFrom(
  context: CoinContext,
  party: number,
  coins: number,
  last: Uint8Array,
): Uint8Array[] {
  const chain = [last];
  for (let k = coins; k > 0; k--) {
    chain.unshift(previousInChain(context, party, k, chain[0] ?? last));
  }
  return chain;
}

/**
 * Coin k of the values number k + 1 of all chains, in the committee's order: the id of the query, and the values' hash
 * under it.
 */
export function coinOf(
  { crypto, queryId, batch }: CoinContext,
  k: number,
  values: readonly Uint8Array[],
): Uint8Array {
  const coin = new Uint8Array(QUERY_ID_BYTES + DIGEST_BYTES);
  coin.set(queryId);
  coin.set(crypto.sha256(text(`tacit/coin|${batch}|${k}|`), queryId, ...values), QUERY_ID_BYTES);
  return coin;
}

/** One party's view of the coins of a batch. */
export class Coins {
  readonly #party: Party;
  readonly #context: CoinContext;
  readonly #own: readonly Uint8Array[];
  /** The newest value of each chain, in the committee's order. */
  #known: Uint8Array[] = [];
  #heads: readonly Uint8Array[] = [];
  #tossed = 0;

  constructor(party: Party, batch: string, coins: number) {
    const { crypto, streams, self } = party;
    this.#party = party;
    this.#context = { crypto, queryId: streams.queryId, batch };
    const secret = new Uint8Array(DIGEST_BYTES);
    crypto.randomFill(secret);
    this.#own = chainFrom(this.#context, self, coins, secret);
  }

  /** Every party's head, in the committee's order. */
  get heads(): readonly Uint8Array[] {
    return this.#heads;
  }

  /** What every party revealed last, in the committee's order. */
  get reveals(): readonly Uint8Array[] {
    return this.#known;
  }

  /** Exchanges the heads and compares them; two rounds. COIN_INVALID if parties heard different ones. */
  async agree(): Promise<void> {
    const { batch, crypto, queryId } = this.#context;
    const { self, committee } = this.#party;
    this.#heads = await this.#exchange(STEP.checkHead(batch), this.#own[0]);
    this.#known = [...this.#heads];
    const digest = crypto.sha256(text(`tacit/coin-heads|${batch}|`), queryId, ...this.#heads);
    const heard = await this.#exchange(STEP.checkEcho(batch), digest);
    for (const [k, echo] of heard.entries()) {
      if (equalBytes(echo, digest)) continue;
      throw new TacitError(
        'COIN_INVALID',
        `party ${(committee[k] ?? 0) + 1} heard other heads of the coins of batch ${batch} than party ${self + 1}`,
      );
    }
  }

  /**
   * Coin k; one round. The caller has received all messages that the coin challenges. COIN_INVALID names a party whose
   * preimage does not hash to what it had published.
   */
  async toss(k: number): Promise<Uint8Array> {
    invariant(k === this.#tossed && k + 1 < this.#own.length, 'coins are tossed in order');
    this.#tossed++;
    const { batch } = this.#context;
    const values = await this.#exchange(STEP.checkCoin(batch, k), this.#own[k + 1]);
    for (const [at, value] of values.entries()) {
      const party = this.#party.committee[at] ?? 0;
      const expected = this.#known[at] ?? new Uint8Array();
      if (equalBytes(previousInChain(this.#context, party, k + 1, value), expected)) continue;
      throw new TacitError(
        'COIN_INVALID',
        `party ${party + 1} revealed a wrong preimage of coin ${k} of batch ${batch}`,
      );
    }
    this.#known = values;
    return coinOf(this.#context, k, values);
  }

  /** Sends 32 bytes to every other party of the committee and returns everyone's. */
  async #exchange(step: string, own: Uint8Array | undefined): Promise<Uint8Array[]> {
    invariant(own !== undefined, 'a chain has a value for every coin');
    const party = this.#party;
    for (const peer of party.committee) {
      if (peer !== party.self) sendDigest(party, peer, step, own.slice());
    }
    return Promise.all(
      party.committee.map((peer) => (peer === party.self ? own : receiveDigest(party, peer, step))),
    );
  }
}
