import type { Hasher } from './query-id.ts';

/** Bytes of the salt that hides result shares behind their commitment. */
export const SALT_BYTES = 32;

const text = (value: string) => new TextEncoder().encode(value);

/** SHA-256 of a body's canonical text, which every party signs. */
export function bodyDigest(crypto: Hasher, body: string): Uint8Array {
  return crypto.sha256(text(body));
}

/** SHA-256 of a whole receipt's canonical text: what the next receipt calls `previous`. */
export function receiptDigest(crypto: Hasher, receipt: string): Uint8Array {
  return crypto.sha256(text(receipt));
}

/** What party `party` (from 1) commits itself to: its own result shares, hidden by a salt (PROTOCOLS A10). */
export function shareCommitment(
  crypto: Hasher,
  queryId: Uint8Array,
  party: number,
  salt: Uint8Array,
  shares: Uint8Array,
): Uint8Array {
  const head = text('tacit/result-shares/1|');
  return crypto.sha256(head, queryId, uint32(party), salt, shares);
}

/** The message under a party's signature: the common body, its own commitment (the body's, too) and its own time in milliseconds. */
export function attestedMessage(
  digest: Uint8Array,
  commitment: Uint8Array,
  time: number,
): Uint8Array {
  const head = text('tacit/receipt/1|');
  const message = new Uint8Array(head.length + digest.length + commitment.length + 8);
  message.set(head);
  message.set(digest, head.length);
  message.set(commitment, head.length + digest.length);
  new DataView(message.buffer).setBigUint64(message.length - 8, BigInt(time));
  return message;
}

/** Big-endian. */
function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
