import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { ERRORS } from '../errors/registry.ts';
import { TacitError } from '../errors/tacit-error.ts';
import type { PartyIndex } from './channel.ts';
import { partyName } from './party-name.ts';

/** Where a peer's exchange server listens. Without `tls`: plain HTTP, for trials on one machine. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  /** Own key and certificate, and the peer's pinned certificate; see TOOLCHAIN's settings. */
  readonly tls?: ConnectionOptions | undefined;
}

/** Path of the streaming POST of a query. */
export function exchangePath(requestId: string): string {
  return `/v1/exchange/${requestId}`;
}

/** Request header with the sender's 0-based index; believed only where there is no TLS to tell. */
export const SENDER_HEADER = 'tacit-party';

/** Below this size, header and payload are joined: a copy is cheaper than another HTTP chunk. */
const JOIN_BYTES = 4096;
/** Kept-alive connections may all have died with the peer's last process: try as many, then one new. */
const IDLE_SOCKETS = 8;

/** Opens streams to one peer, over connections that stay open between queries. */
export class PeerClient {
  readonly #peer: PartyIndex;
  readonly #self: PartyIndex;
  readonly #address: PeerAddress;
  readonly #agent: HttpAgent;

  constructor(self: PartyIndex, peer: PartyIndex, address: PeerAddress) {
    this.#self = self;
    this.#peer = peer;
    this.#address = address;
    // No session tickets: every new connection shows its certificates.
    const keep = { keepAlive: true, maxFreeSockets: IDLE_SOCKETS };
    this.#agent = address.tls
      ? new HttpsAgent({ ...keep, ...address.tls, maxCachedSessions: 0 })
      : new HttpAgent(keep);
  }

  /**
   * Starts the POST and resolves when the peer's server has accepted it (`100 Continue`: then it has
   * accepted our certificate too). PARTY_UNREACHABLE or TLS_PIN_MISMATCH, naming the peer.
   */
  async open(
    requestId: string,
    onStart: (stream: OutgoingStream) => void,
  ): Promise<OutgoingStream> {
    for (let attempt = 0; ; attempt++) {
      const request = this.#request(requestId);
      const stream = new OutgoingStream(request, this.#peer);
      onStart(stream);
      try {
        await stream.accepted;
        return stream;
      } catch (error) {
        const isStale = request.reusedSocket && !stream.isGivenUp;
        if (!isStale || attempt > IDLE_SOCKETS) throw error;
      }
    }
  }

  /** Closes the idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #request(requestId: string): ClientRequest {
    const { host, port, tls } = this.#address;
    const request = (tls ? httpsRequest : httpRequest)({
      agent: this.#agent,
      host,
      port,
      method: 'POST',
      path: exchangePath(requestId),
      headers: {
        'content-type': 'application/msgpack',
        'transfer-encoding': 'chunked',
        expect: '100-continue',
        [SENDER_HEADER]: `${this.#self}`,
      },
    });
    // The agent's own noDelay does not reach TLS sockets, and Nagle's algorithm costs 40 ms a small round.
    request.setNoDelay(true);
    request.flushHeaders();
    return request;
  }
}

/** One running POST: frames out, nothing but the final status back. */
export class OutgoingStream {
  readonly #request: ClientRequest;
  readonly #name: string;
  #state: 'starting' | 'open' | 'ending' | 'over' = 'starting';
  #accept: () => void = () => {};
  #reject: (error: TacitError) => void = () => {};
  #finished: () => void = () => {};
  #failed: (error: TacitError) => void = () => {};
  #isGivenUp = false;
  /** Resolves when the peer's server waits for the body. */
  readonly accepted: Promise<void>;
  readonly #over: Promise<void>;

  constructor(request: ClientRequest, peer: PartyIndex) {
    this.#request = request;
    this.#name = partyName(peer);
    this.accepted = new Promise((yes, no) => {
      this.#accept = yes;
      this.#reject = no;
    });
    this.#over = new Promise((yes, no) => {
      this.#finished = yes;
      this.#failed = no;
    });
    // Whoever is interested looks at them later.
    this.accepted.catch(() => {});
    this.#over.catch(() => {});
    request.once('continue', () => {
      if (this.#state !== 'starting') return;
      this.#state = 'open';
      this.#accept();
    });
    request.on('error', (cause) => this.#lost(cause));
    request.on('close', () => this.#lost());
    request.on('response', (response) => {
      response.resume();
      response.on('error', (cause) => this.#lost(cause));
      if (this.#state === 'ending' && response.statusCode === 200) {
        response.on('end', () => this.#finish());
      } else {
        this.#lost(undefined, refusal(response.statusCode), isLate(response.statusCode));
        request.destroy();
      }
    });
  }

  /** Calls `fn` if the stream breaks before it has ended well. */
  onFailure(fn: (error: TacitError) => void): void {
    this.#over.catch(fn);
  }

  /** Queues one frame and starts sending it at once, not at the end of the event loop's turn. */
  write(header: Uint8Array, payload: Uint8Array): void {
    if (this.#state !== 'open') return;
    const request = this.#request;
    request.cork();
    if (payload.length <= JOIN_BYTES) {
      request.write(Buffer.concat([header, payload], header.length + payload.length));
    } else {
      request.write(header);
      request.write(payload);
    }
    request.uncork();
  }

  /** Ends the stream; resolves when the peer has taken everything, rejects with PEER_CLOSED. */
  end(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'ending';
      this.#request.end();
    }
    return this.#over;
  }

  /** It was broken by {@link destroy}, not by the peer or the network. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Breaks the stream at once. */
  destroy(): void {
    this.#isGivenUp = true;
    this.#request.destroy();
    this.#lost();
  }

  #finish(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#finished();
  }

  #lost(
    cause?: Error,
    what = 'closed its stream before the query was finished',
    isTimeout = false,
  ): void {
    if (this.#state === 'over') return;
    if (this.#state === 'starting') this.#reject(startError(this.#name, cause));
    this.#state = 'over';
    const options = because(cause);
    const code = isTimeout ? 'PEER_TIMEOUT' : 'PEER_CLOSED';
    this.#failed(new TacitError(code, `${this.#name} ${what}`, undefined, options));
  }
}

/** The peer held our stream for a while, but the query never started there. */
function isLate(status: number | undefined): boolean {
  return status === ERRORS.PEER_TIMEOUT.status;
}

function refusal(status: number | undefined): string {
  return isLate(status)
    ? 'did not start this query in time; has it got the request from the analyst?'
    : `refused the stream of this query (status ${status})`;
}

function because(cause: Error | undefined): ErrorOptions {
  return cause ? { cause } : {};
}

/** OpenSSL's reasons not to trust the other side's certificate, as Node names them. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;
/** The peer told us in an alert that it does not trust ours. */
const REFUSED = /^ERR_SSL_.*ALERT/;

function startError(name: string, cause: Error | undefined): TacitError {
  const { code = '' } = (cause ?? {}) as NodeJS.ErrnoException;
  const make = (kind: 'TLS_PIN_MISMATCH' | 'PARTY_UNREACHABLE', what: string) =>
    new TacitError(kind, `${name} ${what}`, undefined, because(cause));
  if (code === 'TLS_PIN_MISMATCH' || UNTRUSTED.test(code)) {
    return make('TLS_PIN_MISMATCH', 'presented a certificate that is not the pinned one');
  }
  if (REFUSED.test(code)) return make('TLS_PIN_MISMATCH', 'does not accept our certificate');
  if (code === 'ECONNRESET') {
    return make('PARTY_UNREACHABLE', 'closed the connection before the query started');
  }
  return make('PARTY_UNREACHABLE', code ? `cannot be reached (${code})` : 'cannot be reached');
}
