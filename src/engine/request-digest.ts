import type { CryptoProvider } from '../crypto/provider.ts';
import type { Question } from './planner.ts';
import type { AdmittedQuery } from './query.ts';

/**
 * SHA-256 of what the analyst asked and who asked it: statement, parameters, network, the analyst's identity and one-time key.
 * All parties must have been asked the same.
 */
export function requestDigest(
  crypto: CryptoProvider,
  { analyst, analystKey }: AdmittedQuery,
  { network, parameters, sql }: Question,
): Uint8Array {
  const { name, roundTripSeconds, bytesPerSecond } = network;
  // Arrays only, so that no order of keys can matter; JSON separates and escapes without ambiguity.
  const values = parameters.map((value) =>
    typeof value === 'object' && value !== null ? [value.number] : value,
  );
  const asked = JSON.stringify([sql, values, [name, roundTripSeconds, bytesPerSecond], analyst]);
  return crypto.sha256(new TextEncoder().encode(`tacit/request|${asked}|`), analystKey);
}
