import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { Channel, PartyIndex } from '../transport/channel.ts';

/** Digest of everything that one party has sent another. */
export interface ChannelHead {
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  /** 32 bytes. */
  readonly head: Uint8Array;
}

/** SHA-256 of each message of one direction, by its step. */
type Entries = Map<string, Uint8Array>;

const HASH_BYTES = 32;
const text = (value: string) => new TextEncoder().encode(value);

/**
 * A channel that remembers what went through it (PROTOCOLS 5.3): SHA-256 of every message by sender, receiver and step. Lanes run
 * side by side, so messages have no one order; steps are unique per direction, so a head is a hash over the entries in the
 * order of their steps, and both ends of a channel find the same one.
 */
export class Transcript implements Channel {
  readonly #channel: Channel;
  readonly #crypto: CryptoProvider;
  readonly #sent: readonly Entries[];
  readonly #received: readonly Entries[];

  constructor(channel: Channel, crypto: CryptoProvider) {
    this.#channel = channel;
    this.#crypto = crypto;
    const empty = () => Array.from({ length: channel.parties }, (): Entries => new Map());
    this.#sent = empty();
    this.#received = empty();
  }

  get self(): PartyIndex {
    return this.#channel.self;
  }

  get parties(): number {
    return this.#channel.parties;
  }

  get bytesSent(): number {
    return this.#channel.bytesSent;
  }

  /** See {@link Channel.send}; the payload is hashed before it is handed on. */
  send(to: PartyIndex, step: string, payload: Uint8Array, owned?: boolean): void {
    this.#note(this.#sent[to], step, payload);
    this.#channel.send(to, step, payload, owned);
  }

  /** See {@link Channel.receive}; the message is hashed before anybody works with it. */
  async receive(
    from: PartyIndex,
    step: string,
    target: () => Uint8Array,
    offset: number,
    length: number,
  ): Promise<void> {
    await this.#channel.receive(from, step, target, offset, length);
    this.#note(this.#received[from], step, target().subarray(offset, offset + length));
  }

  abort(error: Error): void {
    this.#channel.abort(error);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  /**
   * Heads of this party's channels to and from every peer so far, by peer, the outgoing one first. `salt` is a secret that only
   * the two ends of a channel know, so that a head tells nobody else anything about the messages (PROTOCOLS A17).
   */
  heads(salt: (peer: PartyIndex) => Uint8Array): ChannelHead[] {
    const { self } = this;
    const peers = Array.from({ length: this.parties }, (_, k) => k).filter((k) => k !== self);
    return peers.flatMap((peer) => {
      const secret = salt(peer);
      return [
        { from: self, to: peer, head: this.#head(self, peer, secret, this.#sent[peer]) },
        { from: peer, to: self, head: this.#head(peer, self, secret, this.#received[peer]) },
      ];
    });
  }

  #note(entries: Entries | undefined, step: string, payload: Uint8Array): void {
    invariant(entries !== undefined && !entries.has(step), 'a step names one message');
    entries.set(step, this.#crypto.sha256(payload));
  }

  #head(
    from: PartyIndex,
    to: PartyIndex,
    secret: Uint8Array,
    entries: Entries | undefined,
  ): Uint8Array {
    const steps = [...(entries?.keys() ?? [])].sort();
    const digests = new Uint8Array(HASH_BYTES * steps.length);
    steps.forEach((step, k) => {
      digests.set(entries?.get(step) ?? [], HASH_BYTES * k);
    });
    // No step contains a bar, so this reads in one way only.
    const names = steps.map((step) => `${step}|`).join('');
    const label = text(`tacit/channel/1|${from}|${to}|${steps.length}|`);
    return this.#crypto.sha256(label, secret, text(names), digests);
  }
}
