/** Everything cryptographic that the pure folders need; a Node and (later) a browser provider exist. */
export interface CryptoProvider {
  /** Fills the view with output of the operating system's CSPRNG. */
  randomFill(view: Uint8Array): void;
  sha256(...parts: Uint8Array[]): Uint8Array;
  /** HKDF-SHA256 (RFC 5869) of `length` bytes. */
  hkdf(secret: Uint8Array, salt: Uint8Array, info: string, length: number): Uint8Array;
  /** A fresh AES-256-CTR keystream under a 32-byte key, counter from 0. One key, one stream. */
  stream(key: Uint8Array): ByteStream;
}

/** A one-way keystream; each call continues where the last one stopped. */
export interface ByteStream {
  /** Overwrites the view with the next keystream bytes. */
  fill(view: Uint8Array): void;
  /** Returns data ^ next keystream bytes, in new memory. */
  mask(data: Uint8Array): Uint8Array;
}
