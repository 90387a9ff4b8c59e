import { describe, expect, it } from 'vitest';
import {
  exchange,
  generateExchangeKeys,
  generateSigningKeys,
  nodeKeys,
  nodeSigner,
  publicKeyOf,
  sealTo,
  signMessage,
  unseal,
  verifyMessage,
} from '../../src/crypto/node-keys.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof TacitError ? error.code : String(error);
  }
  return 'no error';
}

describe('Ed25519, RFC 8032 section 7.1', () => {
  it.each([
    {
      secret: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      message: '',
      signature:
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    },
    {
      secret: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      message: '72',
      signature:
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    },
  ])('message "$message"', ({ secret, key, message, signature }) => {
    expect(hex(publicKeyOf('ed25519', bytes(secret)))).toBe(key);
    expect(hex(signMessage(bytes(secret), bytes(message)))).toBe(signature);
    expect(hex(nodeSigner(bytes(secret)).sign(bytes(message)))).toBe(signature);
    expect(nodeKeys.verify(bytes(key), bytes(message), bytes(signature))).toBe(true);
  });

  it('refuses another message, an altered, short or malleable signature', () => {
    const { publicKey, privateKey } = generateSigningKeys();
    const signature = signMessage(privateKey, ascii('plan'));
    expect(verifyMessage(publicKey, ascii('plan'), signature)).toBe(true);
    expect(verifyMessage(publicKey, ascii('plam'), signature)).toBe(false);
    expect(verifyMessage(publicKey, ascii('plan'), signature.subarray(1))).toBe(false);
    expect(verifyMessage(publicKey, ascii('plan'), plusGroupOrder(signature))).toBe(false);
    const altered = signature.slice();
    altered[5] = altered[5]! ^ 1;
    expect(verifyMessage(publicKey, ascii('plan'), altered)).toBe(false);
  });

  /** S + L verifies the same equation; RFC 8032 demands S < L. */
  function plusGroupOrder(signature: Uint8Array): Uint8Array {
    const order = (1n << 252n) + 27742317777372353535851937790883648493n;
    const copy = signature.slice();
    let s = order;
    for (let i = 0; i < 32; i++) s += BigInt(copy[32 + i]!) << BigInt(8 * i);
    for (let i = 0; i < 32; i++) copy[32 + i] = Number((s >> BigInt(8 * i)) & 255n);
    return copy;
  }
});

describe('X25519, RFC 7748', () => {
  it('agrees with section 5.2', () => {
    const scalar = bytes('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4');
    const u = bytes('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c');
    const expected = 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552';
    expect(hex(exchange(scalar, u))).toBe(expected);
  });

  it('agrees with section 6.1', () => {
    const bob = bytes('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    const bobKey = 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f';
    const aliceKey = bytes('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    const expected = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
    expect(hex(publicKeyOf('x25519', bob))).toBe(bobKey);
    expect(hex(exchange(bob, aliceKey))).toBe(expected);
  });

  it('both sides agree', () => {
    const [ours, theirs] = [nodeKeys.agreement(), nodeKeys.agreement()];
    expect(ours.agree(theirs.publicKey)).toEqual(theirs.agree(ours.publicKey));
  });

  it.each(['00'.repeat(32), `01${'00'.repeat(31)}`])('refuses the low-order point %s', (point) => {
    const { privateKey } = generateExchangeKeys();
    expect(codeOf(() => exchange(privateKey, bytes(point)))).toBe('PEER_PROTOCOL');
  });

  it('refuses keys of another length', () => {
    const { privateKey, publicKey } = generateExchangeKeys();
    expect(codeOf(() => exchange(privateKey.subarray(1), publicKey))).toBe('CONFIG_INVALID');
    expect(codeOf(() => exchange(privateKey, publicKey.subarray(1)))).toBe('CONFIG_INVALID');
  });
});

describe('sealing', () => {
  const keys = generateExchangeKeys();
  const context = ascii('query 7, party 2');

  it.each([0, 1, 1000, 300_000])('%i bytes come back', (length) => {
    const plain = new Uint8Array(length).map((_, i) => i % 255);
    const sealed = sealTo(keys.publicKey, plain, context);
    expect(sealed.length).toBe(length + 48);
    expect(Buffer.compare(unseal(keys.privateKey, sealed, context), plain)).toBe(0);
  });

  it('never repeats itself', () => {
    const first = sealTo(keys.publicKey, ascii('x'), context);
    expect(sealTo(keys.publicKey, ascii('x'), context)).not.toEqual(first);
  });

  it('any altered bit, context or key is refused', () => {
    const sealed = nodeKeys.seal(keys.publicKey, ascii('share'), context);
    for (let at = 0; at < sealed.length; at++) {
      const altered = sealed.slice();
      altered[at] = altered[at]! ^ 4;
      expect(codeOf(() => unseal(keys.privateKey, altered, context))).toBe('PEER_PROTOCOL');
    }
    const other = generateExchangeKeys();
    expect(codeOf(() => unseal(other.privateKey, sealed, context))).toBe('PEER_PROTOCOL');
    expect(codeOf(() => unseal(keys.privateKey, sealed, ascii('q')))).toBe('PEER_PROTOCOL');
    expect(codeOf(() => unseal(keys.privateKey, sealed.subarray(0, 47), context))).toBe(
      'PEER_PROTOCOL',
    );
  });
});
