import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { Identity } from './certificate.ts';

// Trust comes from pinning, never from dates: RFC 5280's "no well-defined expiration date".
const VALID_FROM = new Date('2020-01-01T00:00:00Z');
const VALID_UNTIL = new Date('9999-12-31T23:59:59Z');

/**
 * Makes a fresh Ed25519 key and its self-signed certificate. The certificate's subject is random, not
 * the name: names may be any text, and OpenSSL finds pinned certificates by subject.
 */
export async function createIdentity(name: string): Promise<Identity> {
  const keys = await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new TypeError('Ed25519 generates a key pair');
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `00${randomBytes(15).toString('hex')}`,
    name: `CN=tacit-${randomBytes(16).toString('hex')}`,
    notBefore: VALID_FROM,
    notAfter: VALID_UNTIL,
    signingAlgorithm: { name: 'Ed25519' },
    keys,
    extensions: [new BasicConstraintsExtension(false, undefined, true)],
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return {
    name,
    certificate: `${certificate.toString('pem').trim()}\n`,
    privateKey: String(key.export({ type: 'pkcs8', format: 'pem' })),
  };
}
