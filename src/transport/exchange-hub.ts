import type { Readable } from 'node:stream';
import { invariant, TacitError } from '../errors/tacit-error.ts';
import type { Channel, PartyIndex } from './channel.ts';
import { HttpChannel } from './http-channel.ts';
import { type OutgoingStream, type PeerAddress, PeerClient } from './outgoing-stream.ts';
import { partyName } from './party-name.ts';
import type { Timer } from './timer.ts';

export interface HubOptions {
  readonly self: PartyIndex;
  /** By party; the own entry is not used. */
  readonly peers: readonly (PeerAddress | undefined)[];
  readonly timer: Timer;
  /** A peer that sends nothing for so long while it is waited for is given up. Default 30 s. */
  readonly silenceMs?: number;
  /** Longest wait for a peer to accept a stream. Default 10 s. */
  readonly connectMs?: number;
  /** How long a peer's stream may wait for its query to start here. Default 60 s. */
  readonly waitMs?: number;
  /** How many streams may wait so. Default 256. */
  readonly waitingMax?: number;
  /** Whether the query of an id is known here and will start or fail; its streams wait on. */
  readonly isExpected?: (requestId: string) => boolean;
}

interface Waiting {
  readonly stream: Readable;
  attach(channel: HttpChannel): void;
  refuse(error: TacitError): void;
}

const CONNECT_MS = 10_000;
/** Ids of finished queries that are remembered to turn late streams away. */
const OVER_MAX = 4096;
const OVER = 'the query is over at this party';

/**
 * Brings the streams of one query together: the peers' POSTs come in through {@link accept} (in any order,
 * possibly before the query has started here; then they wait, paused), ours go out in {@link open}.
 */
export class ExchangeHub {
  readonly #options: HubOptions;
  readonly #clients: ReadonlyMap<PartyIndex, PeerClient>;
  readonly #open = new Map<string, HttpChannel>();
  /** Senders whose stream an open query has got. */
  readonly #attached = new Map<string, Set<PartyIndex>>();
  readonly #waiting = new Map<string, Map<PartyIndex, Waiting>>();
  readonly #over = new Set<string>();
  /** Who waits for a stream to come, and senders whose stream came and broke before its query had started. */
  readonly #watched = new Map<string, Set<() => void>>();
  readonly #left = new Set<string>();
  #idle: () => void = () => {};

  constructor(options: HubOptions) {
    this.#options = options;
    const clients = new Map<PartyIndex, PeerClient>();
    for (const [party, address] of options.peers.entries()) {
      if (party === options.self) continue;
      invariant(address, `the address of ${partyName(party)} is missing`);
      clients.set(party, new PeerClient(options.self, party, address));
    }
    this.#clients = clients;
  }

  /**
   * Takes the body of an authenticated peer's POST. Resolves when all of it was taken (answer 200 then);
   * rejects when it was refused or broke: QUERY_CONFLICT, PEER_TIMEOUT, PEER_CLOSED, PEER_PROTOCOL.
   */
  accept(requestId: string, from: PartyIndex, stream: Readable): Promise<void> {
    if (!this.#clients.has(from)) {
      return Promise.reject(new TacitError('AUTH_DENIED', `${partyName(from)} is not a peer`));
    }
    const attached = this.#attached.get(requestId);
    if (
      this.#over.has(requestId) ||
      attached?.has(from) ||
      this.#waiting.get(requestId)?.has(from)
    ) {
      const message = `${partyName(from)} opened a stream for a query that is over or has one`;
      return Promise.reject(new TacitError('QUERY_CONFLICT', message));
    }
    const channel = this.#open.get(requestId);
    if (!channel) return this.#wait(requestId, from, stream);
    attached?.add(from);
    return channel.attachIncoming(from, stream);
  }

  /**
   * Resolves when the peer has opened its stream for a query that has not been opened here yet; PEER_CLOSED if it has
   * given that up again, the signal's reason when it is aborted.
   */
  async arrival(requestId: string, from: PartyIndex, signal: AbortSignal): Promise<void> {
    const place = `${requestId} ${from}`;
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        const watchers = this.#watched.get(place);
        watchers?.delete(look);
        if (watchers?.size === 0) this.#watched.delete(place);
        signal.removeEventListener('abort', look);
      };
      const look = () => {
        const isHere = this.#waiting.get(requestId)?.has(from) === true;
        if (!isHere && !this.#left.has(place) && !signal.aborted) return;
        leave();
        if (signal.aborted) reject(signal.reason);
        else if (isHere) resolve();
        else reject(gaveUp(from));
      };
      const watchers = this.#watched.get(place) ?? new Set();
      this.#watched.set(place, watchers.add(look));
      signal.addEventListener('abort', look);
      look();
    });
  }

  /**
   * Opens the channel of a query: connects to all peers and takes their streams. PARTY_UNREACHABLE or
   * TLS_PIN_MISMATCH if a peer cannot be reached; QUERY_CONFLICT for an id that was used before; the signal's reason when
   * it is aborted meanwhile.
   */
  async open(requestId: string, signal?: AbortSignal): Promise<Channel> {
    if (this.#open.has(requestId) || this.#over.has(requestId)) {
      throw new TacitError('QUERY_CONFLICT', 'the streams of this query id were opened before');
    }
    const { self, peers, timer, silenceMs = 30_000 } = this.#options;
    const onOver = () => this.#finish(requestId);
    const channel = new HttpChannel({ self, parties: peers.length, timer, silenceMs, onOver });
    this.#open.set(requestId, channel);
    const waiting = this.#waiting.get(requestId);
    this.#waiting.delete(requestId);
    this.#attached.set(requestId, new Set(waiting?.keys()));
    for (const entry of waiting?.values() ?? []) entry.attach(channel);
    const cancel = () => channel.abort(signal?.reason);
    signal?.addEventListener('abort', cancel);
    try {
      signal?.throwIfAborted();
      await Promise.all(
        Array.from(this.#clients, async ([party, client]) => {
          await this.#connect(party, client, requestId, channel);
        }),
      );
      signal?.throwIfAborted();
    } catch (error) {
      channel.abort(error as Error);
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
    channel.watchOutgoing();
    return channel;
  }

  /**
   * Turns the peers' streams of a query away, those that wait and those to come, because it failed here; a
   * channel that is still open is aborted. A query that has closed its channel is left in peace.
   */
  refuse(requestId: string): void {
    const channel = this.#open.get(requestId);
    if (!channel) this.#finish(requestId);
    else if (channel.isOpen) channel.abort(new TacitError('CANCELLED', OVER));
  }

  /**
   * The same, and the peers are told: whoever waits for our stream of a query that never started here gets one that breaks at
   * once. Does not wait for that.
   */
  dismiss(requestId: string): void {
    const isUnheard = !this.#open.has(requestId) && !this.#over.has(requestId);
    this.refuse(requestId);
    if (!isUnheard) return;
    const connectMs = this.#options.connectMs ?? CONNECT_MS;
    for (const client of this.#clients.values()) {
      let stream: OutgoingStream | undefined;
      const destroy = () => stream?.destroy();
      const cancel = this.#options.timer.start(connectMs, destroy);
      const opened = client.open(requestId, (started) => {
        stream = started;
      });
      // A peer that cannot be reached need not be told.
      void opened.then(destroy, () => {}).finally(cancel);
    }
  }

  /**
   * Aborts every open query; waits (at most `graceMs`) until the peers have ended the streams of queries that
   * are finished here; closes all connections.
   */
  async close(graceMs = 1000): Promise<void> {
    const error = new TacitError('CANCELLED', 'the party is shutting down');
    for (const channel of [...this.#open.values()]) if (channel.isOpen) channel.abort(error);
    for (const requestId of [...this.#waiting.keys()]) this.#finish(requestId);
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        const { timer } = this.#options;
        const cancel = timer.start(graceMs, resolve);
        this.#idle = () => {
          cancel();
          // A moment for the answers to the last streams to be written.
          timer.start(0, resolve);
        };
      });
    }
    for (const channel of [...this.#open.values()]) channel.abort(error);
    for (const client of this.#clients.values()) client.close();
  }

  async #connect(
    party: PartyIndex,
    client: PeerClient,
    requestId: string,
    channel: HttpChannel,
  ): Promise<void> {
    const connectMs = this.#options.connectMs ?? CONNECT_MS;
    let started: OutgoingStream | undefined;
    let late = false;
    const cancel = this.#options.timer.start(connectMs, () => {
      late = true;
      started?.destroy();
    });
    try {
      await client.open(requestId, (stream) => {
        started = stream;
        channel.attachOutgoing(party, stream);
      });
    } catch (error) {
      if (!late) throw error;
      const message = `${partyName(party)} did not answer within ${connectMs / 1000} s`;
      throw new TacitError('PARTY_UNREACHABLE', message);
    } finally {
      cancel();
    }
  }

  #wait(requestId: string, from: PartyIndex, stream: Readable): Promise<void> {
    const { timer, waitMs = 60_000, waitingMax = 256, isExpected } = this.#options;
    let count = 0;
    for (const streams of this.#waiting.values()) count += streams.size;
    if (count >= waitingMax) {
      const message = `${partyName(from)}: ${waitingMax} streams wait for their query already`;
      return Promise.reject(new TacitError('PEER_TIMEOUT', message));
    }
    const streams = this.#waiting.get(requestId) ?? new Map<PartyIndex, Waiting>();
    this.#waiting.set(requestId, streams);
    return new Promise((resolve, reject) => {
      const leave = () => {
        cancel();
        stream.off('close', broken);
        streams.delete(from);
        if (streams.size === 0) this.#waiting.delete(requestId);
      };
      const place = `${requestId} ${from}`;
      const notify = () => {
        for (const look of [...(this.#watched.get(place) ?? [])]) look();
      };
      const refuse = (error: TacitError) => {
        leave();
        // Of a time-out the peer is told in the answer, and closes the connection itself.
        if (error.code !== 'PEER_TIMEOUT') stream.destroy();
        reject(error);
        forgetOldest(this.#left.add(place));
        notify();
      };
      const broken = () => refuse(gaveUp(from));
      let cancel = () => {};
      const watch = () => {
        cancel = timer.start(waitMs, () => {
          if (isExpected?.(requestId)) return watch();
          const message = `no query started for the stream of ${partyName(from)}`;
          refuse(new TacitError('PEER_TIMEOUT', message));
        });
      };
      watch();
      stream.on('error', () => {});
      stream.on('close', broken);
      const attach = (channel: HttpChannel) => {
        leave();
        channel.attachIncoming(from, stream).then(resolve, reject);
      };
      streams.set(from, { stream, attach, refuse });
      notify();
    });
  }

  #finish(requestId: string): void {
    this.#open.delete(requestId);
    this.#attached.delete(requestId);
    forgetOldest(this.#over.add(requestId));
    const error = new TacitError('CANCELLED', OVER);
    for (const entry of [...(this.#waiting.get(requestId)?.values() ?? [])]) entry.refuse(error);
    if (this.#open.size === 0) this.#idle();
  }
}

function gaveUp(from: PartyIndex): TacitError {
  return new TacitError('PEER_CLOSED', `${partyName(from)} gave up before the query started`);
}

function forgetOldest(ids: Set<string>): void {
  for (const oldest of ids) {
    if (ids.size <= OVER_MAX) break;
    ids.delete(oldest);
  }
}
