import type { TLSSocket } from 'node:tls';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

/**
 * Logs why a TLS handshake failed: a refused client sees only a reset, so this is the one place that
 * tells whether its certificate is unknown.
 */
export function logRefusedHandshakes(app: FastifyInstance, log: FastifyBaseLogger): void {
  app.server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    const code = 'code' in error ? error.code : error.name;
    // Set when the handshake itself was fine but the certificate is not one of the pinned ones.
    const reason = socket.authorizationError ?? code;
    log.warn({ reason, from: socket.remoteAddress }, 'refused during the TLS handshake');
  });
}
