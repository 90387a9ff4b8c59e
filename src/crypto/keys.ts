/** Public-key operations that a session needs; Node now, a browser later. */
export interface KeyProvider {
  /** A fresh X25519 key pair; `agree` fails on low-order points (the shared secret would be zero). */
  agreement(): { readonly publicKey: Uint8Array; agree(peer: Uint8Array): Uint8Array };
  /** Strict Ed25519 verification. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** Seals bytes to an X25519 public key so that only its owner can read them; `context` must match on opening. */
  seal(publicKey: Uint8Array, plain: Uint8Array, context: Uint8Array): Uint8Array;
}

/** A party's long-term Ed25519 identity. */
export interface Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}
