import type { KeyProvider } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { QueryAnswer, QueryProgress, QueryRequest } from '../engine/query.ts';

/** The analyst's way to one party; HTTP with mutual TLS in Node, fetch in a browser. */
export interface PartyConnection {
  /** For messages, e.g. `party 1 (alice)`. */
  readonly name: string;
  /** The party's Ed25519 identity, from the consortium's file. */
  readonly identity: Uint8Array;
  /**
   * Resolves with the party's answer; rejects with the party's TacitError or PARTY_UNREACHABLE. The signal cancels the query
   * there; `onProgress` hears every now and then how far it is.
   */
  query(
    request: QueryRequest,
    signal?: AbortSignal,
    onProgress?: (progress: QueryProgress) => void,
  ): Promise<QueryAnswer>;
}

/** A one-time X25519 key pair: the parties seal result shares to its public half. */
export interface OneTimeKey {
  readonly publicKey: Uint8Array;
  /** Opens what one party sealed for this key under the associated data; throws if altered. */
  unseal(sealed: Uint8Array, associatedData: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** What the analyst's side needs from its platform. */
export interface AnalystPlatform {
  randomFill(view: Uint8Array): void;
  createKey(): Promise<OneTimeKey> | OneTimeKey;
  readonly sha256: CryptoProvider['sha256'];
  /** Strict Ed25519. */
  readonly verify: KeyProvider['verify'];
  /** Milliseconds from any fixed moment; only differences are used. */
  now(): number;
  /** Calls once after so many milliseconds; the result forgets it. */
  after(milliseconds: number, call: () => void): () => void;
}
