import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** A throw-away self-signed Ed25519 certificate, both in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

type Provider = Parameters<typeof x509.cryptoProvider.set>[0];
type Keys = x509.X509CertificateCreateSelfSignedParams['keys'];

x509.cryptoProvider.set(webcrypto as unknown as Provider);

export async function makeCertificate(name: string): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const pair = keys as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(8).toString('hex'),
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: 'Ed25519',
    keys: pair as unknown as Keys,
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey));
  const body = der.toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
  return { cert: certificate.toString('pem'), key };
}

const SUITE = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256',
} as const;

export function serverOptions(own: Certificate, pinned: readonly Certificate[]) {
  const ca = pinned.map(({ cert }) => cert);
  return { ...SUITE, ...own, ca, requestCert: true, rejectUnauthorized: true };
}

export function clientOptions(own: Certificate, pinned: Certificate): ConnectionOptions {
  const expected = new x509.X509Certificate(pinned.cert).rawData;
  return {
    ...SUITE,
    ...own,
    ca: [pinned.cert],
    checkServerIdentity: (_, presented) =>
      presented.raw.equals(Buffer.from(expected))
        ? undefined
        : new TacitError('TLS_PIN_MISMATCH', 'wrong certificate'),
  };
}
