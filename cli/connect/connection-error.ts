import { ERRORS, type ErrorCode } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** OpenSSL's reasons to distrust what the server presented, as Node names them. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|TLS_PIN_MISMATCH)/;
/** The server told us in a TLS alert that it does not know our certificate. */
const REFUSED = /^ERR_SSL_.*ALERT/;

/** What went wrong on the way to a party, in words that name the party. */
export function connectionError(party: string, cause: Error): TacitError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const make = (kind: ErrorCode, what: string) =>
    new TacitError(kind, `${party} ${what}`, undefined, { cause });
  if (cause.name === 'AbortError') return make('CANCELLED', 'was told to cancel');
  if (UNTRUSTED.test(code)) {
    return make('TLS_PIN_MISMATCH', 'presented a certificate that is not the pinned one');
  }
  if (cause instanceof TacitError) return make(cause.code, cause.message);
  if (REFUSED.test(code)) {
    return make('AUTH_DENIED', 'does not accept our certificate; is it in its consortium.json?');
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return make(
      'PARTY_UNREACHABLE',
      'closed the connection before it answered; it stopped, or does not know our certificate ' +
        '(its log says which)',
    );
  }
  return make('PARTY_UNREACHABLE', code ? `does not answer (${code})` : 'does not answer');
}

/** The error that a party answered. */
export function refusal(party: string, status: number, body: string): TacitError {
  const foreign = new TacitError('PEER_PROTOCOL', `${party} answered with HTTP status ${status}`);
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch {
    return foreign;
  }
  const error = field(root, 'error');
  const code = field(error, 'code');
  const message = field(error, 'message');
  if (typeof code !== 'string' || typeof message !== 'string' || !isCode(code)) return foreign;
  const line = field(error, 'line');
  const column = field(error, 'column');
  const known = typeof line === 'number' && typeof column === 'number';
  return new TacitError(code, message, known ? { line, column } : undefined);
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
