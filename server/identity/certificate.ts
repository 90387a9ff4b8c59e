import { createHash, X509Certificate } from 'node:crypto';

/** A private Ed25519 key and the self-signed certificate that others pin. Both PEM. */
export interface Identity {
  readonly name: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** DER bytes of a PEM certificate: what pins compare. Throws what OpenSSL says if it is none. */
export function certificateBytes(pem: string): Buffer {
  return new X509Certificate(pem).raw;
}

/** The raw 32-byte Ed25519 public key of a PEM certificate, or undefined for another key type. */
export function certificateKey(pem: string): Buffer | undefined {
  const key = new X509Certificate(pem).publicKey;
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  return Buffer.from(key.export({ format: 'der', type: 'spki' }).subarray(-32));
}

/** SHA-256 of a certificate's DER bytes in hex: how people and logs name a certificate. */
export function fingerprint(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('hex');
}
