import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateBytes, certificateKey } from '../../server/identity/certificate.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import { derOf, ed25519KeyOf } from '../../src/audit/certificate-key.ts';

describe('the key of a certificate', () => {
  it('is what Node reads', async () => {
    for (let k = 0; k < 20; k++) {
      const { certificate } = await createIdentity(`name ${k}`);
      const der = derOf(certificate);
      expect(der).toEqual(new Uint8Array(certificateBytes(certificate)));
      expect(ed25519KeyOf(der ?? new Uint8Array())).toEqual(
        new Uint8Array(certificateKey(certificate) ?? []),
      );
    }
  });

  it('is none of what is no certificate', async () => {
    const { certificate } = await createIdentity('name');
    const { publicKey } = generateKeyPairSync('ed25519');
    const bare = publicKey.export({ type: 'spki', format: 'pem' });
    for (const pem of [
      '',
      String(bare),
      certificate.replace('BEGIN CERTIFICATE', 'BEGIN SOMETHING'),
      `${certificate}${certificate}`,
      `x${certificate}`,
      '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n',
    ]) {
      expect(derOf(pem)).toBeUndefined();
    }
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    expect(ed25519KeyOf(spki)).toBeUndefined();
  });

  it('is found or not in any bytes, without an error', async () => {
    const { certificate } = await createIdentity('name');
    const der = derOf(certificate) ?? new Uint8Array();
    for (let length = 0; length < der.length; length++) {
      expect(ed25519KeyOf(der.subarray(0, length))).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, byte) => {
        const altered = der.slice();
        altered[at] = byte;
        const key = ed25519KeyOf(altered);
        expect(key === undefined || key.length === 32).toBe(true);
      }),
    );
  });
});
