import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('sha256', () => {
  it('agrees with FIPS 180-4', () => {
    const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(hex(nodeCrypto.sha256(ascii('abc')))).toBe(expected);
  });

  it('hashes the concatenation of its parts', () => {
    const whole = nodeCrypto.sha256(ascii('abc'));
    expect(nodeCrypto.sha256(ascii('a'), new Uint8Array(0), ascii('bc'))).toEqual(whole);
  });
});

describe('hkdf', () => {
  it('agrees with RFC 5869, test case 3', () => {
    const secret = new Uint8Array(22).fill(0x0b);
    const expected =
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d' + '9d201395faa4b61a96c8';
    expect(hex(nodeCrypto.hkdf(secret, new Uint8Array(0), '', 42))).toBe(expected);
  });

  it('is extract-then-expand with the info as UTF-8', () => {
    const [secret, salt] = [ascii('input keying material'), ascii('salt')];
    const extracted = createHmac('sha256', salt).update(secret).digest();
    const first = createHmac('sha256', extracted).update('tacit/x\x01').digest();
    const second = createHmac('sha256', extracted).update(first).update('tacit/x\x02').digest();
    const expected = Buffer.concat([first, second]).subarray(0, 50);
    expect(hex(nodeCrypto.hkdf(secret, salt, 'tacit/x', 50))).toBe(hex(expected));
  });
});

describe('stream', () => {
  /** E(0, 0), E(0, 1), E(0, 2): H, the tag of case 13 and the ciphertext of case 14 of the GCM paper. */
  const ZERO_KEY_STREAM =
    'dc95c078a2408989ad48a21492842087' +
    '530f8afbc74536b9a963b4f1c4cb738b' +
    'cea7403d4d606b6e074ec5d3baf39d18';

  it('is AES-256 of the counters 0, 1, 2', () => {
    const view = new Uint8Array(48).fill(0xaa);
    nodeCrypto.stream(new Uint8Array(32)).fill(view);
    expect(hex(view)).toBe(ZERO_KEY_STREAM);
  });

  it('agrees with AES of each counter under the key of SP 800-38A', () => {
    const key = bytes('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4');
    const block = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    const counters = new Uint8Array(16 * 300);
    for (let i = 0; i < 300; i++) new DataView(counters.buffer).setUint32(16 * i + 12, i);
    const view = new Uint8Array(counters.length);
    nodeCrypto.stream(key).fill(view);
    expect(hex(view)).toBe(hex(block.update(counters)));
  });

  it('continues across calls, odd lengths and both methods', () => {
    const key = bytes('11'.repeat(32));
    const whole = new Uint8Array(3_000_001);
    nodeCrypto.stream(key).fill(whole);
    const stream = nodeCrypto.stream(key);
    const parts: Uint8Array[] = [];
    for (const length of [0, 1, 15, 16, 17, 300_000, 1_200_000, 65_536, 262_144]) {
      const part = new Uint8Array(length).fill(7);
      stream.fill(part);
      parts.push(part, stream.mask(new Uint8Array(length >> 1)));
    }
    const joined = Buffer.concat(parts);
    expect(Buffer.compare(joined, whole.subarray(0, joined.length))).toBe(0);
  });

  it('masks by exclusive or into new memory', () => {
    const key = new Uint8Array(32);
    const data = new Uint8Array(600_000).map((_, i) => i % 251);
    const copy = data.slice();
    const masked = nodeCrypto.stream(key).mask(data);
    expect(Buffer.compare(data, copy)).toBe(0);
    const restored = nodeCrypto.stream(key).mask(masked);
    expect(Buffer.compare(restored, data)).toBe(0);
  });

  it('writes only the view it is given', () => {
    const memory = new Uint8Array(64);
    nodeCrypto.stream(new Uint8Array(32)).fill(memory.subarray(16, 48));
    expect(hex(memory.subarray(0, 16))).toBe('00'.repeat(16));
    expect(hex(memory.subarray(48))).toBe('00'.repeat(16));
  });

  it('refuses a key of another length', () => {
    expect(() => nodeCrypto.stream(new Uint8Array(16))).toThrow('32 bytes');
  });
});

describe('randomFill', () => {
  it('fills exactly the view', () => {
    const memory = new Uint8Array(96);
    nodeCrypto.randomFill(memory.subarray(32, 64));
    expect(memory.subarray(0, 32).every((byte) => byte === 0)).toBe(true);
    expect(memory.subarray(32, 64).some((byte) => byte !== 0)).toBe(true);
    expect(memory.subarray(64).every((byte) => byte === 0)).toBe(true);
  });
});
