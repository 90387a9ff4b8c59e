import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { CLAIM_HEADER } from '../../server/control/principal.ts';
import { certificateBytes, type Identity } from '../../server/identity/certificate.ts';
import { addressOf, type ConsortiumParty } from '../../server/identity/consortium.ts';
import { clientTls } from '../../server/identity/tls.ts';
import { toBase64 } from '../../src/client/base64.ts';
import type { PartyConnection } from '../../src/client/party-connection.ts';
import { decodeAnswer } from '../../src/client/query/answer-codec.ts';
import { decodeProgress } from '../../src/client/query/progress-codec.ts';
import type { QueryAnswer, QueryProgress, QueryRequest } from '../../src/engine/query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { connectionError, refusal } from './connection-error.ts';

/** Longest body that a party may answer. */
const REPLY_BYTES_MAX = 192 * 1024 * 1024;

/** Connections kept for the next request; all of them may have died, so as many attempts are made. */
const IDLE_SOCKETS = 2;

/** How often a query's progress is asked for. */
const PROGRESS_MS = 200;

/** Longest silence of a party before it is given up. */
const SILENCE_MS = 30_000;

/** One request as it goes out. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Uint8Array;
  readonly type?: 'application/json' | 'application/octet-stream';
  readonly signal?: AbortSignal | undefined;
  /** The answer may take any time; somebody else watches over it. */
  readonly isWatched?: true;
}

/** One party's control server as a member of the consortium uses it, over pinned mutual TLS. */
export class PartyClient implements PartyConnection {
  readonly name: string;
  readonly identity: Uint8Array;
  readonly #address: { readonly host: string; readonly port: number };
  readonly #agent: HttpAgent;
  readonly #claim: Record<string, string>;
  readonly #silenceMs: number;

  constructor(party: ConsortiumParty, identity: Identity, silenceMs = SILENCE_MS) {
    this.#silenceMs = silenceMs;
    const number = `party ${party.index + 1}`;
    this.name = party.name === number ? number : `${number} (${party.name})`;
    this.identity = Buffer.from(party.identityKey, 'base64');
    this.#address = addressOf(party.control);
    const tls = party.control.startsWith('https:');
    const keep = { keepAlive: true, maxFreeSockets: IDLE_SOCKETS, maxCachedSessions: 0 };
    this.#agent = tls
      ? new HttpsAgent({ ...keep, ...clientTls(identity, party.certificate) })
      : new HttpAgent(keep);
    const own = certificateBytes(identity.certificate).toString('base64');
    this.#claim = tls ? {} : { [CLAIM_HEADER]: own };
  }

  async query(
    request: QueryRequest,
    signal?: AbortSignal,
    onProgress?: (progress: QueryProgress) => void,
  ): Promise<QueryAnswer> {
    const body = json({ ...request, analystKey: toBase64(request.analystKey) });
    const over = new AbortController();
    const either = AbortSignal.any(signal ? [signal, over.signal] : [over.signal]);
    // One request for everything: the connection's end before the answer cancels the query.
    const outgoing = { method: 'POST', path: '/v1/queries?wait=1', ...body } as const;
    const reply = this.#send({ ...outgoing, signal: either, isWatched: true });
    if (onProgress) void this.#follow(request.requestId, either, onProgress);
    try {
      return decodeAnswer(await Promise.race([reply, this.#watch(either)]));
    } finally {
      reply.catch(() => {});
      over.abort();
    }
  }

  /** Tells how far a query is until it is over. If that fails, the query itself will tell why. */
  async #follow(
    requestId: string,
    until: AbortSignal,
    onProgress: (progress: QueryProgress) => void,
  ): Promise<void> {
    try {
      for (;;) {
        await wait(PROGRESS_MS, undefined, { signal: until });
        const path = `/v1/queries/${requestId}`;
        const progress = decodeProgress(await this.#send({ method: 'GET', path, signal: until }));
        if (progress === undefined || until.aborted) return;
        onProgress(progress);
      }
    } catch {
      return;
    }
  }

  /** A query may take long, but meanwhile the party must say that it is alive. Only ever rejects. */
  #watch(until: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const wait = () => {
        if (!until.aborted) timer = setTimeout(check, this.#silenceMs);
      };
      // When the query is over, nobody minds how this ends.
      const check = () => {
        const asked = this.#send({ method: 'GET', path: '/v1/health', signal: until });
        asked.then(wait, (error: unknown) => until.aborted || reject(error));
      };
      until.addEventListener('abort', () => clearTimeout(timer));
      wait();
    });
  }

  /** Sends one request; resolves with the body of a successful answer. */
  exchange(outgoing: Outgoing): Promise<string> {
    return this.#send(outgoing);
  }

  /** Resolves if the party answers and knows us. */
  async health(): Promise<void> {
    await this.#send({ method: 'GET', path: '/v1/health' });
  }

  /** Closes the idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(outgoing: Outgoing): Promise<string> {
    let lost: unknown;
    for (let attempt = 0; ; attempt++) {
      const { reply, wasStale } = this.#attempt(outgoing);
      try {
        return await reply;
      } catch (error) {
        const code = error instanceof TacitError ? error.code : undefined;
        // The party had the first request after all, and what matters is how that ended.
        if (lost && code === 'QUERY_CONFLICT') throw lost;
        if (code !== 'PARTY_UNREACHABLE' || !wasStale() || attempt >= IDLE_SOCKETS) throw error;
        lost = error;
      }
    }
  }

  /** `wasStale`: a kept connection had died, probably with the party's last process, which saw no request. */
  #attempt(outgoing: Outgoing): { reply: Promise<string>; wasStale: () => boolean } {
    const { method, path, body, type, signal, isWatched } = outgoing;
    const options: RequestOptions = {
      agent: this.#agent,
      ...this.#address,
      method,
      path,
      headers: {
        ...this.#claim,
        ...(type === undefined ? {} : { 'content-type': type }),
        'content-length': body?.length ?? 0,
      },
      ...(signal === undefined ? {} : { signal }),
    };
    const request = (this.#agent instanceof HttpsAgent ? httpsRequest : httpRequest)(options);
    const reply = readReply(request, this.name);
    if (!isWatched) this.#limit(request);
    request.end(body);
    let isAnswered = false;
    request.on('response', () => {
      isAnswered = true;
    });
    return { reply, wasStale: () => request.reusedSocket && !isAnswered };
  }

  /** Gives the request up when nothing moves for too long: connecting, sending and waiting alike. */
  #limit(request: ClientRequest): void {
    const seconds = this.#silenceMs / 1000;
    const expire = () => {
      const message = `did not answer within ${seconds} s; check that it runs`;
      request.destroy(new TacitError('PEER_TIMEOUT', message));
    };
    const timer = setTimeout(expire, this.#silenceMs);
    request.on('response', (response) => response.on('data', () => timer.refresh()));
    request.on('close', () => clearTimeout(timer));
  }
}

/** The body of a successful answer; the party's own error, or one that names the party. */
function readReply(request: ClientRequest, party: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(connectionError(party, error));
    request.on('error', failed);
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      let length = 0;
      response.on('error', failed);
      response.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > REPLY_BYTES_MAX) {
          response.destroy(
            new TacitError('PEER_PROTOCOL', `answered more than ${REPLY_BYTES_MAX / 2 ** 20} MiB`),
          );
        }
        pieces.push(piece);
      });
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(text);
        else reject(refusal(party, status, text));
      });
    });
  });
}

/** A value as the body of a request. */
export function json(value: unknown): { body: Uint8Array; type: 'application/json' } {
  return { body: Buffer.from(JSON.stringify(value)), type: 'application/json' };
}
