import { invariant, TacitError } from '../errors/tacit-error.ts';
import type { PartyIndex } from './channel.ts';
import { partyName } from './party-name.ts';
import { PeerInbox } from './peer-inbox.ts';
import type { Timer } from './timer.ts';

/** Payload bytes of one sender that may wait for their receive. */
export const HELD_BYTES_MAX = 256 * 1024 * 1024;
/** How often the watchdog looks, in milliseconds. */
const WATCHDOG_MS = 1000;

export interface InboxOptions {
  readonly self: PartyIndex;
  readonly parties: number;
  readonly heldBytesMax?: number;
  /** Absent: receives wait for ever. */
  readonly watchdog?: {
    readonly timer: Timer;
    /** A peer that sends nothing for so long while it is waited for is given up. */
    readonly silenceMs: number;
    /** Called with the PEER_TIMEOUT after all receives were rejected. */
    readonly onTimeout?: (error: TacitError) => void;
  };
}

/** The receiving half of a channel: one {@link PeerInbox} per sender and one watchdog for all of them. */
export class Inbox {
  readonly #peers: readonly (PeerInbox | undefined)[];
  readonly #watchdog: InboxOptions['watchdog'];
  #stopWatchdog: () => void = () => {};
  #error: Error | undefined;

  constructor(options: InboxOptions) {
    const { self, parties, heldBytesMax = HELD_BYTES_MAX } = options;
    this.#peers = Array.from({ length: parties }, (_, party) =>
      party === self ? undefined : new PeerInbox(partyName(party), heldBytesMax),
    );
    this.#watchdog = options.watchdog;
    this.#watch();
  }

  /** The first error, if any. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Messages of one sender; the sink of its decoder. */
  peer(party: PartyIndex): PeerInbox {
    const peer = this.#peers[party];
    invariant(peer, `there is no peer ${party}`);
    return peer;
  }

  /** Rejects all pending and later receives of all senders; only the first error counts. */
  fail(error: Error): void {
    this.#error ??= error;
    this.stop();
    for (const peer of this.#peers) peer?.fail(error);
  }

  /** Stops the watchdog. */
  stop(): void {
    this.#stopWatchdog();
    this.#stopWatchdog = () => {};
  }

  /** Throws PEER_PROTOCOL if a peer sent a step that nobody ever asked for. */
  checkClaimed(): void {
    for (const [party, peer] of this.#peers.entries()) {
      const step = peer?.unclaimedStep;
      if (step === undefined) continue;
      const name = partyName(party);
      throw new TacitError('PEER_PROTOCOL', `${name} sent step ${step}, which nobody awaits`);
    }
  }

  /** One coarse timer per channel: a timer per receive would cost more than a round's computation. */
  #watch(): void {
    const watchdog = this.#watchdog;
    if (!watchdog || this.#error) return;
    const period = Math.min(WATCHDOG_MS, watchdog.silenceMs);
    this.#stopWatchdog = watchdog.timer.start(period, () => {
      const silent = this.#silentPeer(Math.ceil(watchdog.silenceMs / period));
      if (silent === undefined) return this.#watch();
      const error = timeout(silent, this.peer(silent), watchdog.silenceMs);
      this.fail(error);
      watchdog.onTimeout?.(error);
    });
  }

  #silentPeer(limit: number): PartyIndex | undefined {
    let found: PartyIndex | undefined;
    for (const [party, peer] of this.#peers.entries()) {
      if (!peer) continue;
      peer.idleTicks = peer.waiting > 0 ? peer.idleTicks + 1 : 0;
      // One tick more than the limit: the first may have come right after the last frame.
      if (peer.idleTicks > limit) found ??= party;
    }
    return found;
  }
}

function timeout(party: PartyIndex, peer: PeerInbox, silenceMs: number): TacitError {
  const unclaimed = peer.unclaimedStep;
  const but = unclaimed === undefined ? '' : ` (it sent step ${unclaimed}, which nobody awaits)`;
  return new TacitError(
    'PEER_TIMEOUT',
    `${partyName(party)} sent nothing for ${silenceMs / 1000} s; step ${peer.oldestStep} is missing${but}`,
  );
}
