import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { PeerAddress } from '../../src/transport/outgoing-stream.ts';
import { PROBE_BYTES_MAX, PROBE_PATH, PROBE_TYPE } from './probe-route.ts';

/** What somebody measured of the way to a party. */
export interface Link {
  /** Shortest time of an empty request on an open connection: what the machines were busy with does not count. */
  readonly roundTripSeconds: number;
  readonly bytesPerSecond: number;
}

/** Round trips of which the shortest counts. */
const ROUND_TRIPS = 16;
const FIRST_BYTES = 512 * 1024;
/** A first probe that took longer has told enough. */
const QUICK_SECONDS = 0.5;
/** Longest measurement of one link. */
export const LINK_MS_MAX = 12_000;

/** OpenSSL's reasons to distrust what the server presented, as Node names them. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|TLS_PIN_MISMATCH)/;

/**
 * Measures the way to a server that has the probe route, over one connection of its own. `headers` say who asks where there is no
 * TLS. TLS_PIN_MISMATCH, PEER_TIMEOUT or PARTY_UNREACHABLE, without the party's name, if it cannot be measured.
 */
export async function measureLink(
  address: PeerAddress,
  headers: Readonly<Record<string, string>>,
): Promise<Link> {
  const keep = { keepAlive: true, maxSockets: 1 };
  const agent = address.tls
    ? new HttpsAgent({ ...keep, ...address.tls, maxCachedSessions: 0 })
    : new HttpAgent(keep);
  const signal = AbortSignal.timeout(LINK_MS_MAX);
  const post = (bytes: number) => probe(agent, address, headers, bytes, signal);
  try {
    // The first one connects and shakes hands.
    await post(0);
    let roundTripSeconds = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ROUND_TRIPS; i++) {
      roundTripSeconds = Math.min(roundTripSeconds, await post(0));
    }
    let bytes = FIRST_BYTES;
    let seconds = await post(bytes);
    if (seconds < QUICK_SECONDS) {
      bytes = PROBE_BYTES_MAX;
      seconds = await post(bytes);
    }
    const sending = Math.max(seconds - roundTripSeconds, seconds / 10, 1e-6);
    return { roundTripSeconds, bytesPerSecond: bytes / sending };
  } catch (error) {
    throw toLinkError(error, signal.aborted);
  } finally {
    agent.destroy();
  }
}

/** Seconds from the start of a request with so many bytes to the end of its answer. */
function probe(
  agent: HttpAgent,
  { host, port, tls }: PeerAddress,
  headers: Readonly<Record<string, string>>,
  bytes: number,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const request = (tls ? httpsRequest : httpRequest)({
      ...{ agent, host, port, signal, method: 'POST', path: PROBE_PATH },
      headers: { ...headers, 'content-type': PROBE_TYPE, 'content-length': bytes },
    });
    // The agent's own noDelay does not reach TLS sockets.
    request.setNoDelay(true);
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve((performance.now() - started) / 1000);
        else reject(refused(response.statusCode ?? 0));
      });
    });
    request.end(Buffer.alloc(bytes));
  });
}

function refused(status: number): TacitError {
  const what = status === 404 ? 'runs another release' : `answers with HTTP status ${status}`;
  return new TacitError('PEER_PROTOCOL', what);
}

function toLinkError(error: unknown, isLate: boolean): TacitError {
  if (isLate) {
    const message = `could not be measured within ${LINK_MS_MAX / 1000} s`;
    return new TacitError('PEER_TIMEOUT', message);
  }
  const code = error instanceof Error && 'code' in error ? `${error.code}` : 'unknown';
  if (UNTRUSTED.test(code)) {
    const message = 'presents a certificate that is not the pinned one';
    return new TacitError('TLS_PIN_MISMATCH', message, undefined, { cause: error });
  }
  if (error instanceof TacitError) return error;
  const message = `does not answer (${code})`;
  return new TacitError('PARTY_UNREACHABLE', message, undefined, { cause: error });
}
