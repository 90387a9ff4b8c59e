import type { CryptoProvider } from '../crypto/provider.ts';

export type Hasher = Pick<CryptoProvider, 'sha256'>;

/** What an analyst asks and who asks it, as far as a receipt shows it. */
export interface Asked {
  readonly sql: string;
  /** Values of parameters as JSON: null, a truth value, text, or `{number}`. */
  readonly parameters: readonly unknown[];
  readonly network: {
    readonly name: string;
    readonly roundTripSeconds: number;
    readonly bytesPerSecond: number;
  };
  /** SHA-256 of the analyst's certificate in hex. */
  readonly analyst: string;
  /** The analyst's one-time X25519 key. */
  readonly analystKey: Uint8Array;
  /** Digest of the analyst's receipt before this one in hex. */
  readonly previous: string | null;
}

/** What the id of one attempt at a query is a hash of (PROTOCOLS A9). */
export interface QueryIdParts {
  readonly requestId: string;
  /** A fresh nonce of every party, in the order of their index. */
  readonly nonces: readonly Uint8Array[];
  readonly consortium: Uint8Array;
  readonly program: Uint8Array;
  /** {@link requestDigest}. */
  readonly request: Uint8Array;
  readonly analystKey: Uint8Array;
}

const text = (value: string) => new TextEncoder().encode(value);

/** SHA-256 of a question; all parties must have been asked the same. */
export function requestDigest(crypto: Hasher, asked: Asked): Uint8Array {
  const { analyst, analystKey, parameters, previous, sql } = asked;
  const { name, roundTripSeconds, bytesPerSecond } = asked.network;
  // Arrays only, so that no order of keys can matter; JSON separates and escapes without ambiguity.
  const values = parameters.map((value) =>
    typeof value === 'object' && value !== null ? [Reflect.get(value, 'number')] : value,
  );
  const network = [name, roundTripSeconds, bytesPerSecond];
  const line = JSON.stringify([sql, values, network, analyst, previous]);
  return crypto.sha256(text(`tacit/request|${line}|`), analystKey);
}

/** The id that every hash, stream and signature of the attempt is bound to; 32 bytes. */
export function queryIdOf(crypto: Hasher, parts: QueryIdParts): Uint8Array {
  const { analystKey, consortium, nonces, program, request, requestId } = parts;
  const head = text(`tacit/query|${requestId}|`);
  return crypto.sha256(head, ...nonces, consortium, program, request, analystKey);
}
