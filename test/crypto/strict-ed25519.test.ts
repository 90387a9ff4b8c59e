import { createPublicKey, verify as opensslVerify } from 'node:crypto';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nobleCrypto, nobleKeys } from '../../src/crypto/noble.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateSigningKeys, nodeKeys, signMessage } from '../../src/crypto/node-keys.ts';

/** A signature that one implementation takes and the other refuses would prove something here and nothing there. */

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const P = 2n ** 255n - 19n;
const message = new TextEncoder().encode('what was signed');
const bytesOf = (value: bigint, length = 32) =>
  Uint8Array.from({ length }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
const numberOf = (bytes: Uint8Array) =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const torsion = ED25519_TORSION_SUBGROUP.map((text) => Point.fromHex(text));
/** A point of order 8. */
const eighth = torsion[1] as InstanceType<typeof Point>;

const providers = { node: nodeKeys.verify, noble: nobleKeys.verify };

/** What both providers say; they must agree. */
function verdict(key: Uint8Array, signature: Uint8Array, text = message): boolean {
  const [node, noble] = Object.values(providers).map((verify) => verify(key, text, signature));
  expect(noble, 'noble differs from node').toBe(node);
  return node === true;
}

function challengeOf(r: Uint8Array, key: Uint8Array, text = message): bigint {
  return numberOf(sha512.create().update(r).update(key).update(text).digest()) % ORDER;
}

/** A signature made by hand: secret scalar, nonce, and what is added to key and R. */
function forge(secret: bigint, nonce: bigint, onKey = Point.ZERO, onR = Point.ZERO) {
  const key = Point.BASE.multiply(secret).add(onKey).toBytes();
  const r = Point.BASE.multiply(nonce).add(onR).toBytes();
  const s = (nonce + challengeOf(r, key) * secret) % ORDER;
  return { key, signature: new Uint8Array([...r, ...bytesOf(s)]) };
}

describe('signatures', () => {
  it('of the other provider are valid, for any message', () => {
    const { privateKey, publicKey } = generateSigningKeys();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (text) => {
        expect(verdict(publicKey, signMessage(privateKey, text), text)).toBe(true);
        expect(verdict(publicKey, ed25519.sign(text, privateKey), text)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('are void with any bit flipped', () => {
    const { privateKey, publicKey } = generateSigningKeys();
    const signature = signMessage(privateKey, message);
    for (let bit = 0; bit < 512; bit += 3) {
      const other = signature.slice();
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verdict(publicKey, other)).toBe(false);
    }
  });

  it('with S + order instead of S are void', () => {
    const { privateKey, publicKey } = generateSigningKeys();
    const signature = signMessage(privateKey, message);
    const s = numberOf(signature.subarray(32));
    for (let times = 1n; s + times * ORDER < 2n ** 256n; times++) {
      const other = new Uint8Array([...signature.subarray(0, 32), ...bytesOf(s + times * ORDER)]);
      expect(verdict(publicKey, other)).toBe(false);
    }
  });

  it('of wrong length are void', () => {
    const { privateKey, publicKey } = generateSigningKeys();
    const signature = signMessage(privateKey, message);
    expect(verdict(publicKey, signature.subarray(0, 63))).toBe(false);
    expect(verdict(publicKey, new Uint8Array([...signature, 0]))).toBe(false);
    expect(verdict(publicKey, new Uint8Array())).toBe(false);
  });

  it('made by hand are those of the library', () => {
    const { key, signature } = forge(12345n, 6789n);
    expect(verdict(key, signature)).toBe(true);
  });
});

describe('keys of small order', () => {
  it('sign nothing, although any message fits them without the check', () => {
    const encodings = torsion.map((point) => point.toBytes());
    // The same points with an unreduced y, or with the sign of a zero x.
    const unreduced = [0n, 1n].flatMap((y) => [bytesOf(y + P), bytesOf((y + P) | (1n << 255n))]);
    const negativeZero = [1n, P - 1n].map((y) => bytesOf(y | (1n << 255n)));
    const zero = new Uint8Array([...Point.ZERO.toBytes(), ...bytesOf(0n)]);
    for (const key of [...encodings, ...unreduced, ...negativeZero]) {
      expect(verdict(key, zero)).toBe(false);
    }
    // R = identity and S = 0 under the identity as key: OpenSSL alone accepts it.
    const identity = createPublicKey({
      key: Buffer.concat([
        Buffer.from('302a300506032b6570032100', 'hex'),
        encodings[0] ?? new Uint8Array(),
      ]),
      format: 'der',
      type: 'spki',
    });
    expect(opensslVerify(null, message, identity, zero)).toBe(true);
  });
});

describe('keys and nonces of mixed order', () => {
  it('are judged alike, without cofactor', () => {
    let differences = 0;
    for (let nonce = 2n; nonce < 40n; nonce++) {
      for (const [onKey, onR] of [
        [eighth, Point.ZERO],
        [Point.ZERO, eighth],
        [eighth, eighth],
      ] as const) {
        const { key, signature } = forge(77n, nonce, onKey, onR);
        const valid = verdict(key, signature);
        // The library's own rule multiplies by 8 and takes all of them.
        expect(ed25519.verify(signature, message, key, { zip215: false })).toBe(true);
        if (!valid) differences++;
      }
    }
    expect(differences).toBeGreaterThan(80);
  });

  it('accept a key of mixed order where the equation holds exactly', () => {
    const found = Array.from({ length: 100 }, (_, k) => forge(77n, BigInt(k + 2), eighth)).filter(
      ({ key, signature }) => challengeOf(signature.subarray(0, 32), key) % 8n === 0n,
    );
    expect(found.length).toBeGreaterThan(0);
    for (const { key, signature } of found) expect(verdict(key, signature)).toBe(true);
  });
});

describe('bytes that are no point', () => {
  it('are no key', () => {
    const signature = signMessage(generateSigningKeys().privateKey, message);
    const bad = Array.from({ length: 60 }, (_, y) => bytesOf(BigInt(y + 2))).filter((bytes) => {
      try {
        Point.fromBytes(bytes);
        return false;
      } catch {
        return true;
      }
    });
    expect(bad.length).toBeGreaterThan(10);
    for (const key of bad) expect(verdict(key, signature)).toBe(false);
    for (let y = P; y < 2n ** 255n; y++) expect(verdict(bytesOf(y), signature)).toBe(false);
  });
});

describe('hashes', () => {
  it('are those of Node', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (parts) => {
        expect(nobleCrypto.sha256(...parts)).toEqual(nodeCrypto.sha256(...parts));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.string(), (secret, salt, info) => {
        expect(nobleCrypto.hkdf(secret, salt, info, 77)).toEqual(
          nodeCrypto.hkdf(secret, salt, info, 77),
        );
      }),
    );
  });
});
