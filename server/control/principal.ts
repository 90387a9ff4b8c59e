import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Pins, Principal, Role } from '../identity/consortium.ts';
import { principalOf } from '../identity/tls.ts';

/** Finds out who sent a request; AUTH_DENIED if nobody of the consortium. */
export type Authenticate = (request: FastifyRequest) => Principal;

/** Where a client without TLS states its certificate (base64 DER); loopback trials only. */
export const CLAIM_HEADER = 'tacit-certificate';

/** By the certificate of the connection; without TLS by what the client claims to be. */
export function authenticator(pins: Pins, tls: boolean): Authenticate {
  if (tls) return (request) => principalOf(request.raw.socket, pins);
  return (request) => {
    const claim = request.headers[CLAIM_HEADER];
    const raw = typeof claim === 'string' ? Buffer.from(claim, 'base64') : undefined;
    const principal = raw && pins.find(raw);
    if (principal === undefined) {
      throw new TacitError('AUTH_DENIED', `the header ${CLAIM_HEADER} names nobody we know`);
    }
    return principal;
  };
}

/** Refuses a request before its body is read, unless a member with one of the roles sent it. */
export function allow(authenticate: Authenticate, roles: readonly Role[]): onRequestHookHandler {
  return (request, _reply, done) => {
    try {
      const principal = authenticate(request);
      const permitted =
        principal.kind === 'member' && roles.some((role) => principal.roles.includes(role));
      done(permitted ? undefined : denied(principal, roles));
    } catch (error) {
      done(error instanceof Error ? error : new TypeError('not an error'));
    }
  };
}

function denied(principal: Principal, roles: readonly Role[]): TacitError {
  const who = JSON.stringify(principal.name);
  return new TacitError('AUTH_DENIED', `${who} is not ${roles.join(' or ')} in the consortium`);
}
