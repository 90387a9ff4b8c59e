/** Tags of DER (X.690) that lie before the key in a certificate. */
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const VERSION = 0xa0;

/** A SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the 32 bytes of the key. */
const ED25519_HEADER = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const KEY_BYTES = 32;

/** DER bytes of a PEM certificate; undefined if the text is no PEM. */
export function derOf(pem: string): Uint8Array | undefined {
  const match =
    /^-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----\s*$/.exec(pem);
  if (match === null) return undefined;
  try {
    const binary = atob((match[1] ?? '').replace(/[\r\n]/g, ''));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/**
 * The Ed25519 key of an X.509 certificate in DER (RFC 5280); undefined for another kind of key, or if the bytes are none. The
 * certificate's own signature does not count: it is pinned as a whole.
 */
export function ed25519KeyOf(der: Uint8Array): Uint8Array | undefined {
  const certificate = element(der, 0, SEQUENCE);
  const signed = certificate && element(der, certificate.content, SEQUENCE);
  if (certificate?.end !== der.length || !signed) return undefined;
  let at = signed.content;
  at = element(der, at, VERSION)?.end ?? at;
  // Serial number, algorithm, issuer, validity, subject.
  for (const tag of [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]) {
    const field = element(der, at, tag);
    if (!field || field.end > signed.end) return undefined;
    at = field.end;
  }
  const key = at + ED25519_HEADER.length;
  if (ED25519_HEADER.some((byte, k) => der[at + k] !== byte)) return undefined;
  return key + KEY_BYTES <= signed.end ? der.slice(key, key + KEY_BYTES) : undefined;
}

/** Where the content of the element at `at` begins and ends; undefined unless it has the tag and fits. */
function element(
  der: Uint8Array,
  at: number,
  tag: number,
): { readonly content: number; readonly end: number } | undefined {
  const first = der[at + 1];
  if (der[at] !== tag || first === undefined) return undefined;
  const extra = first < 0x80 ? 0 : first & 0x7f;
  if (extra > 3) return undefined;
  let length = first < 0x80 ? first : 0;
  for (let k = 0; k < extra; k++) length = 256 * length + (der[at + 2 + k] ?? 0);
  const content = at + 2 + extra;
  return content + length <= der.length ? { content, end: content + length } : undefined;
}
