import { invariant, TacitError } from '../errors/tacit-error.ts';
import { FrameDecoder } from '../wire/decoder.ts';
import type { Channel, PartyIndex } from './channel.ts';
import { FrameWriter } from './frame-writer.ts';
import { Inbox, type InboxOptions } from './inbox.ts';
import { partyName } from './party-name.ts';

/** A message as its sender handed it over. */
export interface SentMessage {
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  readonly step: string;
  readonly payload: Uint8Array;
}

/** One line of a message trace; `bytes` is the payload's length (messageBytes gives the wire's). */
export interface TraceEntry {
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  readonly step: string;
  readonly bytes: number;
}

/** An adversary on the wire: what it returns is sent instead; it may keep things and return them later. */
export interface Tamper {
  /** Whole messages: valid frames with other content, order or number. */
  message?(message: SentMessage): readonly SentMessage[];
  /** The bytes of one frame (header and payload): anything may become of them. */
  frame?(from: PartyIndex, to: PartyIndex, bytes: Uint8Array): readonly Uint8Array[];
}

export interface MemoryOptions {
  readonly tamper?: Tamper;
  /** Every message sent is appended here, before tampering. */
  readonly record?: TraceEntry[];
  /**
   * When to call `deliver`, which hands over the next thing queued on the link. Calls of different links may be
   * made in any order. Default: one microtask for everything queued.
   */
  readonly schedule?: (deliver: () => void, from: PartyIndex, to: PartyIndex) => void;
  readonly heldBytesMax?: number;
  readonly watchdog?: NonNullable<InboxOptions['watchdog']>;
}

/** In-process channels between all parties, through real frames, so that bytes and faults are the real ones. */
export function memoryNetwork(parties: number, options: MemoryOptions = {}): Channel[] {
  const schedule = options.schedule ?? microtaskBatches();
  const { heldBytesMax, watchdog } = options;
  const inboxes = Array.from({ length: parties }, (_, self) => {
    const held = heldBytesMax === undefined ? {} : { heldBytesMax };
    return new Inbox({ self, parties, ...held, ...(watchdog ? { watchdog } : {}) });
  });
  const links = inboxes.map((_, from) =>
    inboxes.map((inbox, to) =>
      from === to ? undefined : new Link(from, to, inbox, schedule, options.tamper),
    ),
  );
  return inboxes.map((inbox, self) => new MemoryChannel(self, inbox, links, options));
}

type Schedule = NonNullable<MemoryOptions['schedule']>;

function microtaskBatches(): Schedule {
  let queue: (() => void)[] = [];
  const run = (): void => {
    const batch = queue;
    queue = [];
    for (const deliver of batch) deliver();
  };
  return (deliver) => {
    if (queue.push(deliver) === 1) queueMicrotask(run);
  };
}

/** The stream of one ordered pair, first in, first out. */
class Link {
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  readonly writer: FrameWriter;
  readonly #inbox: Inbox;
  readonly #decoder: FrameDecoder;
  readonly #schedule: Schedule;
  readonly #queue: (Uint8Array | (() => void))[] = [];
  #broken = false;

  constructor(
    from: PartyIndex,
    to: PartyIndex,
    inbox: Inbox,
    schedule: Schedule,
    tamper: Tamper | undefined,
  ) {
    this.from = from;
    this.to = to;
    this.#inbox = inbox;
    this.#schedule = schedule;
    this.#decoder = new FrameDecoder(inbox.peer(from), partyName(from));
    this.writer = new FrameWriter((header, payload) => {
      if (tamper?.frame) {
        const frame = new Uint8Array(header.length + payload.length);
        frame.set(header);
        frame.set(payload, header.length);
        for (const bytes of tamper.frame(from, to, frame)) this.#push(bytes);
      } else {
        this.#push(header);
        if (payload.length > 0) this.#push(payload);
      }
    });
  }

  /** Ends the stream; resolves when everything before has been delivered. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#push(() => {
        resolve();
        if (this.#broken) return;
        this.#decoder.end();
        this.#inbox.peer(this.from).end();
      });
    });
  }

  /** Breaks the stream, as a crash does. */
  reset(): void {
    this.#push(() => {
      const message = `${partyName(this.from)} closed its stream before the query was finished`;
      this.#inbox.fail(new TacitError('PEER_CLOSED', message));
    });
  }

  #push(item: Uint8Array | (() => void)): void {
    this.#queue.push(item);
    this.#schedule(this.#deliver, this.from, this.to);
  }

  readonly #deliver = (): void => {
    const item = this.#queue.shift();
    try {
      if (typeof item === 'function') item();
      else if (item && !this.#broken) this.#decoder.push(item);
    } catch (error) {
      this.#broken = true;
      this.#inbox.fail(error as Error);
    }
  };
}

class MemoryChannel implements Channel {
  readonly self: PartyIndex;
  readonly parties: number;
  readonly #inbox: Inbox;
  readonly #links: readonly (readonly (Link | undefined)[])[];
  readonly #options: MemoryOptions;
  #open = true;

  constructor(
    self: PartyIndex,
    inbox: Inbox,
    links: readonly (readonly (Link | undefined)[])[],
    options: MemoryOptions,
  ) {
    this.self = self;
    this.parties = links.length;
    this.#inbox = inbox;
    this.#links = links;
    this.#options = options;
  }

  get bytesSent(): number {
    return (this.#links[this.self] ?? []).reduce((sum, link) => sum + (link?.writer.bytes ?? 0), 0);
  }

  send(to: PartyIndex, step: string, payload: Uint8Array, owned = false): void {
    if (this.#inbox.error) throw this.#inbox.error;
    invariant(this.#open, `step ${step} is sent after close`);
    const { record, tamper } = this.#options;
    const link = this.#link(this.self, to);
    record?.push({ from: this.self, to, step, bytes: payload.length });
    const kept = owned ? payload : new Uint8Array(payload);
    link.writer.claim(step, kept.length);
    if (!tamper?.message) {
      link.writer.write(step, kept);
      return;
    }
    for (const message of tamper.message({ from: this.self, to, step, payload: kept })) {
      this.#link(message.from, message.to).writer.write(message.step, message.payload);
    }
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
    if (this.#open) for (const link of this.#links[this.self] ?? []) link?.reset();
    this.#open = false;
    this.#inbox.fail(error);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#inbox.stop();
    await Promise.all((this.#links[this.self] ?? []).map((link) => link?.end()));
    if (this.#inbox.error) throw this.#inbox.error;
    this.#inbox.checkClaimed();
  }

  #link(from: PartyIndex, to: PartyIndex): Link {
    const link = this.#links[from]?.[to];
    invariant(link, `there is no link from ${from} to ${to}`);
    return link;
  }
}
