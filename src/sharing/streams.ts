import type { ByteStream, CryptoProvider } from '../crypto/provider.ts';
import { invariant, TacitError } from '../errors/tacit-error.ts';

/**
 * The keys one party shares with others for one query attempt. They are fresh for every attempt because the
 * query id, which hashes a nonce of every party, is part of every derivation (PROTOCOLS A9).
 */
export interface KeyRing {
  /** 32-byte key per peer; pair[self] is unused. */
  readonly pair: readonly (Uint8Array | undefined)[];
  /** Key of each set of parties that this party belongs to, by {@link setName}. */
  readonly sets: ReadonlyMap<string, Uint8Array>;
}

/** Canonical name of a set of parties, e.g. `0,2`. */
export function setName(parties: readonly number[]): string {
  return [...parties].sort((a, b) => a - b).join(',');
}

/**
 * Hands out pseudo-random streams, each once. A stream used for two different messages would reveal their
 * difference, so a repeated label throws STREAM_REUSED before any byte is produced.
 */
export class Streams {
  readonly #crypto: CryptoProvider;
  readonly #keys: KeyRing;
  readonly #salt: Uint8Array;
  readonly #used = new Set<string>();

  constructor(crypto: CryptoProvider, keys: KeyRing, queryId: Uint8Array) {
    this.#crypto = crypto;
    this.#keys = keys;
    this.#salt = queryId;
  }

  /** The id of the query attempt, which every label and every hash of it is bound to. */
  get queryId(): Uint8Array {
    return this.#salt;
  }

  /** The stream that this party and `peer` share under the label. */
  pair(peer: number, label: string): ByteStream {
    return this.#open(this.#keys.pair[peer], `pair ${peer}`, label);
  }

  /** The stream that all members of the set share under the label. */
  set(parties: readonly number[], label: string): ByteStream {
    const name = setName(parties);
    return this.#open(this.#keys.sets.get(name), `set ${name}`, label);
  }

  #open(key: Uint8Array | undefined, owner: string, label: string): ByteStream {
    invariant(key !== undefined, `no key for ${owner}`);
    const id = `${owner}|${label}`;
    if (this.#used.has(id)) {
      throw new TacitError('STREAM_REUSED', `random stream ${id} would be used a second time`);
    }
    this.#used.add(id);
    return this.#crypto.stream(this.#crypto.hkdf(key, this.#salt, `tacit/stream|${label}`, 32));
  }
}
