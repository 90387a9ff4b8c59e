import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { certificateBytes, fingerprint, type Identity } from './certificate.ts';
import type { Pins, Principal } from './consortium.ts';

// One modern suite, hardware-accelerated on every server CPU; measured fastest (docs/decisions).
const TLS = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256',
} as const;

/** A listener that completes handshakes only with holders of one of the pinned certificates. */
export function serverTls(identity: Identity, pinned: readonly string[]): ServerOptions {
  return {
    ...TLS,
    cert: identity.certificate,
    key: identity.privateKey,
    ca: [...pinned],
    requestCert: true,
    rejectUnauthorized: true,
  };
}

/** A connection to the holder of exactly one pinned certificate; host names play no part. */
export function clientTls(identity: Identity, pinned: string): ConnectionOptions {
  const expected = certificateBytes(pinned);
  return {
    ...TLS,
    cert: identity.certificate,
    key: identity.privateKey,
    ca: [pinned],
    rejectUnauthorized: true,
    checkServerIdentity: (_host, presented) =>
      expected.equals(presented.raw)
        ? undefined
        : new TacitError(
            'TLS_PIN_MISMATCH',
            `unexpected certificate ${fingerprint(presented.raw)}`,
          ),
  };
}

const known = new WeakMap<Socket, Principal>();

/**
 * Who is on the other end of an accepted socket, by comparing the presented certificate's bytes with
 * the pinned ones (OpenSSL has accepted the chain; this is the check we rely on).
 * AUTH_DENIED if it is nobody of the consortium.
 */
export function principalOf(socket: Socket, pins: Pins): Principal {
  const cached = known.get(socket);
  if (cached !== undefined) return cached;
  const raw = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
  const principal = raw === undefined ? undefined : pins.find(raw);
  if (principal === undefined) {
    const who = raw === undefined ? 'no certificate' : `certificate ${fingerprint(raw)}`;
    throw new TacitError('AUTH_DENIED', `${who} is not listed in the consortium`);
  }
  known.set(socket, principal);
  return principal;
}
