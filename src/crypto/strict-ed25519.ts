/** p = 2^255 - 19 and the order of the base point [RFC 8032]. */
const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const Y_MASK = 2n ** 255n - 1n;

/** y of all eight points of small order: 1 (order 1), -1 (order 2), 0 (4) and two of order 8; each with either sign of x. */
const SMALL_ORDER: readonly bigint[] = [
  ...[0n, 1n, P - 1n],
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
];

/**
 * What a key and a signature must be before they are looked at: implementations of Ed25519 differ in what they let
 * pass, and a signature that is valid here and not there proves nothing. True if the key's y is below p and not that of a point of
 * small order (whose signatures fit any message), and S is below the order (else S + order were a second signature). The
 * equation must then be checked without cofactor and R compared as bytes, as OpenSSL does.
 */
export function isStrictEd25519(publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const y = littleEndian(publicKey) & Y_MASK;
  const s = littleEndian(signature.subarray(KEY_BYTES));
  return y < P && !SMALL_ORDER.includes(y) && s < ORDER;
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let k = bytes.length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[k] ?? 0);
  return value;
}
