import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { TacitError } from '../errors/tacit-error.ts';
import type { KeyProvider, Signer } from './keys.ts';
import { isStrictEd25519 } from './strict-ed25519.ts';

const RAW_BYTES = 32;
const TAG_BYTES = 16;
const GCM_KEY_BYTES = 32;
const GCM_NONCE_BYTES = 12;
const SEAL_INFO = 'tacit/seal/v1';

type Curve = 'ed25519' | 'x25519';

/** DER of everything before the 32 raw bytes (RFC 8410). */
const PRIVATE_HEADER: Readonly<Record<Curve, string>> = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420',
};
const PUBLIC_HEADER: Readonly<Record<Curve, string>> = {
  ed25519: '302a300506032b6570032100',
  x25519: '302a300506032b656e032100',
};

/** Raw keys of 32 bytes each. */
export interface RawKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** The public-key operations of a session, on `node:crypto`. */
export const nodeKeys: KeyProvider = {
  agreement() {
    // The key object stays as it is: making one from raw bytes costs more than the agreement.
    const { privateKey } = generateKeyPairSync('x25519');
    return { publicKey: rawPublic(privateKey), agree: (peer) => agreeWith(privateKey, peer) };
  },
  verify: verifyMessage,
  seal: sealTo,
};

/** Signs with a raw Ed25519 private key. Throws CONFIG_INVALID for a key of the wrong length. */
export function nodeSigner(privateKey: Uint8Array): Signer {
  const key = privateObject('ed25519', privateKey);
  return {
    publicKey: rawPublic(key),
    sign: (message) => plain(sign(null, message, key)),
  };
}

/** A fresh Ed25519 key pair [RFC 8032]. */
export function generateSigningKeys(): RawKeyPair {
  return raw(generateKeyPairSync('ed25519').privateKey);
}

/** A fresh X25519 key pair [RFC 7748]. */
export function generateExchangeKeys(): RawKeyPair {
  return raw(generateKeyPairSync('x25519').privateKey);
}

/** The public half of a raw private key. */
export function publicKeyOf(curve: Curve, privateKey: Uint8Array): Uint8Array {
  return raw(privateObject(curve, privateKey)).publicKey;
}

/** Ed25519 signature of 64 bytes. Throws CONFIG_INVALID for a key of the wrong length. */
export function signMessage(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  return plain(sign(null, message, privateObject('ed25519', privateKey)));
}

/** True if the signature is valid and strict. Throws CONFIG_INVALID for a key of the wrong length. */
export function verifyMessage(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = publicObject('ed25519', publicKey);
  return isStrictEd25519(publicKey, signature) && verify(null, message, key, signature);
}

/**
 * The 32-byte X25519 shared secret. Throws PEER_PROTOCOL for a public key of low order, whose secret
 * would not depend on ours.
 */
export function exchange(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return agreeWith(privateObject('x25519', privateKey), publicKey);
}

function agreeWith(privateKey: KeyObject, peer: Uint8Array): Uint8Array {
  const publicKey = publicObject('x25519', peer);
  try {
    return plain(diffieHellman({ privateKey, publicKey }));
  } catch (cause) {
    const message = 'the X25519 public key of the peer has low order; it must make a new one';
    throw new TacitError('PEER_PROTOCOL', message, undefined, { cause });
  }
}

/**
 * Encrypts to the holder of an X25519 key. Fresh ephemeral key, HKDF-SHA256 over both public keys,
 * AES-256-GCM with `aad` authenticated but not sent. Output: ephemeral key (32) | ciphertext | tag (16).
 * Anyone can seal: the sender is not authenticated.
 */
export function sealTo(publicKey: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  const ephemeral = generateExchangeKeys();
  const shared = exchange(ephemeral.privateKey, publicKey);
  const { key, nonce } = sealKeys(shared, ephemeral.publicKey, publicKey);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const body = cipher.update(plaintext);
  cipher.final();
  return concat(ephemeral.publicKey, body, cipher.getAuthTag());
}

/** Inverse of {@link sealTo}. Throws PEER_PROTOCOL if anything was altered or meant for another key. */
export function unseal(privateKey: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  if (sealed.byteLength < RAW_BYTES + TAG_BYTES) throw notSealed();
  const ephemeral = sealed.subarray(0, RAW_BYTES);
  const tagAt = sealed.byteLength - TAG_BYTES;
  const shared = exchange(privateKey, ephemeral);
  const { key, nonce } = sealKeys(shared, ephemeral, publicKeyOf('x25519', privateKey));
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  cipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = cipher.update(sealed.subarray(RAW_BYTES, tagAt));
  try {
    cipher.final();
  } catch (cause) {
    throw notSealed(cause);
  }
  return plain(plaintext);
}

/** The nonce may be derived because each ephemeral key encrypts one message. */
function sealKeys(
  shared: Uint8Array,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
): { key: Uint8Array; nonce: Uint8Array } {
  const length = GCM_KEY_BYTES + GCM_NONCE_BYTES;
  const salt = concat(ephemeral, recipient);
  const bytes = new Uint8Array(hkdfSync('sha256', shared, salt, SEAL_INFO, length));
  return { key: bytes.subarray(0, GCM_KEY_BYTES), nonce: bytes.subarray(GCM_KEY_BYTES) };
}

function notSealed(cause?: unknown): TacitError {
  const message = 'a sealed message was altered, or sealed to another key or for another purpose';
  return new TacitError('PEER_PROTOCOL', message, undefined, { cause });
}

function privateObject(curve: Curve, bytes: Uint8Array): KeyObject {
  return createPrivateKey({
    key: der(PRIVATE_HEADER[curve], bytes, `${curve} private key`),
    format: 'der',
    type: 'pkcs8',
  });
}

function publicObject(curve: Curve, bytes: Uint8Array): KeyObject {
  return createPublicKey({
    key: der(PUBLIC_HEADER[curve], bytes, `${curve} public key`),
    format: 'der',
    type: 'spki',
  });
}

function der(header: string, bytes: Uint8Array, what: string): Buffer {
  if (bytes.byteLength !== RAW_BYTES) {
    throw new TacitError('CONFIG_INVALID', `a raw ${what} has 32 bytes, not ${bytes.byteLength}`);
  }
  return Buffer.concat([Buffer.from(header, 'hex'), bytes]);
}

/** The raw bytes end both DER encodings. */
function rawPublic(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(-RAW_BYTES));
}

function raw(privateKey: KeyObject): RawKeyPair {
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  return {
    publicKey: rawPublic(privateKey),
    privateKey: new Uint8Array(pkcs8.subarray(-RAW_BYTES)),
  };
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return plain(Buffer.concat(parts));
}

function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
