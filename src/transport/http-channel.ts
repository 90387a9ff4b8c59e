import type { Readable } from 'node:stream';
import { invariant, TacitError } from '../errors/tacit-error.ts';
import { FrameDecoder } from '../wire/decoder.ts';
import type { Channel, PartyIndex } from './channel.ts';
import { FrameWriter } from './frame-writer.ts';
import { Inbox } from './inbox.ts';
import type { OutgoingStream } from './outgoing-stream.ts';
import { partyName } from './party-name.ts';
import type { Timer } from './timer.ts';

export interface HttpChannelOptions {
  readonly self: PartyIndex;
  readonly parties: number;
  readonly timer: Timer;
  /** A peer that sends nothing for so long while it is waited for is given up. */
  readonly silenceMs: number;
  /** Called once when no more streams of the query are expected. */
  readonly onOver: () => void;
}

/** One query's streams: a POST to each peer and a POST from each. Made by ExchangeHub.open. */
export class HttpChannel implements Channel {
  readonly self: PartyIndex;
  readonly parties: number;
  readonly #options: HttpChannelOptions;
  readonly #inbox: Inbox;
  readonly #outgoing = new Map<PartyIndex, OutgoingStream>();
  readonly #writers = new Map<PartyIndex, FrameWriter>();
  readonly #incoming = new Set<Readable>();
  #ended = 0;
  #cancelLinger: (() => void) | undefined;
  #state: 'open' | 'closed' | 'aborted' = 'open';

  constructor(options: HttpChannelOptions) {
    this.#options = options;
    this.self = options.self;
    this.parties = options.parties;
    const { self, parties, timer, silenceMs } = options;
    this.#inbox = new Inbox({ self, parties, watchdog: { timer, silenceMs } });
  }

  /** Neither closed nor aborted. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get bytesSent(): number {
    let sum = 0;
    for (const writer of this.#writers.values()) sum += writer.bytes;
    return sum;
  }

  /** Sends to the peer over `stream` from now on; a stream given before for that peer is forgotten. */
  attachOutgoing(to: PartyIndex, stream: OutgoingStream): void {
    this.#outgoing.set(to, stream);
    this.#writers.set(to, new FrameWriter((header, payload) => stream.write(header, payload)));
    if (this.#state === 'aborted') stream.destroy();
  }

  /** From now on a breaking stream is an error of the query. */
  watchOutgoing(): void {
    for (const stream of this.#outgoing.values()) {
      stream.onFailure((error) => this.#inbox.fail(error));
    }
  }

  /** Takes the peer's frames; resolves at the stream's proper end, rejects if it broke. */
  attachIncoming(from: PartyIndex, stream: Readable): Promise<void> {
    const peer = this.#inbox.peer(from);
    const decoder = new FrameDecoder(peer, partyName(from));
    this.#incoming.add(stream);
    return new Promise((resolve, reject) => {
      let over = false;
      const finish = (error?: Error) => {
        if (over) return;
        over = true;
        this.#incoming.delete(stream);
        this.#ended++;
        this.#settle();
        if (!error) return resolve();
        if (this.#state !== 'closed') this.#inbox.fail(error);
        stream.destroy();
        reject(error);
      };
      const guarded = (action: () => void) => {
        if (over) return;
        try {
          action();
        } catch (error) {
          finish(error as Error);
        }
      };
      stream.on('data', (bytes: Uint8Array) => guarded(() => decoder.push(bytes)));
      stream.on('end', () =>
        guarded(() => {
          decoder.end();
          peer.end();
          finish();
        }),
      );
      const broken = (cause?: Error) => {
        const message = `${partyName(from)} closed its stream before the query was finished`;
        const options = cause ? { cause } : {};
        finish(new TacitError('PEER_CLOSED', message, undefined, options));
      };
      stream.on('error', broken);
      stream.on('close', () => broken());
      if (this.#state === 'aborted' || stream.destroyed) broken();
    });
  }

  send(to: PartyIndex, step: string, payload: Uint8Array, owned = false): void {
    if (this.#inbox.error) throw this.#inbox.error;
    const writer = this.#writers.get(to);
    invariant(writer, `there is no stream to ${to}`);
    invariant(this.#state === 'open', `step ${step} is sent after close`);
    writer.claim(step, payload.length);
    writer.write(step, owned ? payload : Buffer.from(payload));
  }

  receive(
    from: PartyIndex,
    step: string,
    target: () => Uint8Array,
    offset: number,
    length: number,
  ): Promise<void> {
    return this.#inbox.peer(from).receive(step, target, offset, length);
  }

  abort(error: Error): void {
    this.#inbox.fail(error);
    if (this.#state === 'aborted') return;
    this.#state = 'aborted';
    for (const stream of this.#outgoing.values()) stream.destroy();
    for (const stream of this.#incoming) stream.destroy();
    this.#over();
  }

  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.#inbox.stop();
    const { timer, silenceMs } = this.#options;
    const untaken = new Set(this.#outgoing.keys());
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = timer.start(silenceMs, () => {
        const names = Array.from(untaken).sort().map(partyName).join(' and ');
        const message = `${names} did not take all messages within ${silenceMs / 1000} s`;
        reject(new TacitError('PEER_TIMEOUT', message));
      });
    });
    try {
      if (this.#inbox.error) throw this.#inbox.error;
      this.#inbox.checkClaimed();
      const ends = Array.from(this.#outgoing, async ([to, stream]) => {
        await stream.end();
        untaken.delete(to);
      });
      await Promise.race([Promise.all(ends), late]);
    } catch (error) {
      this.abort(error as Error);
      throw error;
    } finally {
      cancel();
    }
    // Slower peers may still have to open or end their streams; nothing in them matters any more.
    this.#cancelLinger = timer.start(silenceMs, () => this.abort(new Error('closed')));
    this.#settle();
  }

  #settle(): void {
    if (this.#cancelLinger && this.#ended === this.parties - 1) this.#over();
  }

  #over(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    this.#options.onOver();
  }
}
