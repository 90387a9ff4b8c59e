import { invariant, TacitError } from '../errors/tacit-error.ts';
import type { FrameSink } from '../wire/decoder.ts';
import { FRAME_PAYLOAD_MAX } from '../wire/frame.ts';

/** Charged against the bound for each held message besides its payload. */
const HELD_OVERHEAD = 256;

/** One message, from its first frame or its receive (whichever is first) to its last byte. */
interface Message {
  readonly step: string;
  receiver: Receiver | undefined;
  /** Copied payload while nobody has asked for it yet. */
  readonly held: Uint8Array[];
  /** Payload bytes of all frames whose header has arrived. */
  announced: number;
  /** Payload bytes that have arrived. */
  arrived: number;
  frames: number;
  /** A frame shorter than FRAME_PAYLOAD_MAX has come: it is the last one. */
  short: boolean;
}

interface Receiver {
  readonly target: () => Uint8Array;
  readonly offset: number;
  readonly length: number;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * All messages of one sender. Frames of several messages may be interleaved; a receive may come before or
 * after them. Payload goes straight to the receiver's target if it is known, otherwise it is held, up to a
 * bound. What the receiver did not ask for exactly so is PEER_PROTOCOL.
 */
export class PeerInbox implements FrameSink {
  readonly #sender: string;
  readonly #heldMax: number;
  readonly #messages = new Map<string, Message>();
  readonly #done = new Set<string>();
  #current: Message | undefined;
  #heldBytes = 0;
  #error: Error | undefined;
  #ended = false;
  #waiting = 0;
  /** Watchdog ticks since the last sign of life while somebody waits. */
  idleTicks = 0;

  constructor(sender: string, heldBytesMax: number) {
    this.#sender = sender;
    this.#heldMax = heldBytesMax;
  }

  /** Receives that are not complete. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The longest-waiting receive's step. */
  get oldestStep(): string | undefined {
    for (const message of this.#messages.values()) if (message.receiver) return message.step;
    return undefined;
  }

  /** A step that arrived but that nobody has asked for. */
  get unclaimedStep(): string | undefined {
    for (const message of this.#messages.values()) if (!message.receiver) return message.step;
    return undefined;
  }

  /** See Channel.receive. */
  receive(step: string, target: () => Uint8Array, offset: number, length: number): Promise<void> {
    invariant(
      Number.isSafeInteger(offset) &&
        Number.isSafeInteger(length) &&
        offset >= 0 &&
        length >= 0 &&
        offset + length <= target().length,
      `receive of step ${step}: ${length} bytes at ${offset} exceed the target`,
    );
    if (this.#error) return rejected(this.#error);
    let message = this.#messages.get(step);
    invariant(!message?.receiver && !this.#done.has(step), `step ${step} is awaited twice`);
    if (!message && this.#ended) return rejected(this.#closed(step));
    if (message) {
      this.#checkHeld(message, length);
      if (this.#error) return rejected(this.#error);
    } else {
      message = newMessage(step);
      this.#messages.set(step, message);
    }
    const receiver = newReceiver(target, offset, length);
    message.receiver = receiver;
    this.#waiting++;
    this.#release(message, receiver);
    if (this.#ended && message.arrived < length) this.fail(this.#closed(step));
    return receiver.promise;
  }

  onFrame(step: string, payloadBytes: number): void {
    if (this.#error) throw this.#error;
    if (this.#done.has(step)) this.#refuse(`step ${step} again`);
    let message = this.#messages.get(step);
    if (!message) {
      message = newMessage(step);
      this.#messages.set(step, message);
      this.#hold(HELD_OVERHEAD);
    }
    if (message.short) this.#refuse(`step ${step} again`);
    if (message.receiver) this.#checkFrame(message, message.receiver, payloadBytes);
    else this.#hold(payloadBytes);
    message.frames++;
    message.announced += payloadBytes;
    message.short = payloadBytes < FRAME_PAYLOAD_MAX;
    this.#current = message;
    this.idleTicks = 0;
  }

  onPayload(piece: Uint8Array): void {
    const message = this.#current;
    if (this.#error) throw this.#error;
    invariant(message, 'payload outside a frame');
    if (message.receiver) this.#copy(message.receiver, message.arrived, piece);
    else message.held.push(new Uint8Array(piece));
    message.arrived += piece.length;
    this.idleTicks = 0;
  }

  onFrameEnd(): void {
    const message = this.#current;
    invariant(message, 'end outside a frame');
    this.#current = undefined;
    this.#finish(message);
  }

  /** The sender ended its stream after a whole frame: nothing more will come. */
  end(): void {
    this.#ended = true;
    const step = this.oldestStep;
    if (step !== undefined) this.fail(this.#closed(step));
  }

  /** Rejects all pending and later receives; only the first error counts. */
  fail(error: Error): void {
    if (this.#error) return;
    this.#error = error;
    this.#waiting = 0;
    for (const { receiver } of this.#messages.values()) {
      if (!receiver) continue;
      // Whoever waits for several receives sees the first rejection only.
      receiver.promise.catch(() => {});
      receiver.reject(error);
    }
    this.#messages.clear();
    this.#heldBytes = 0;
  }

  #closed(step: string): TacitError {
    const unclaimed = this.unclaimedStep;
    if (unclaimed === undefined) {
      const message = `${this.#sender} ended its stream before step ${step}`;
      return new TacitError('PEER_CLOSED', message);
    }
    const message = `${this.#sender} sent step ${unclaimed} instead of step ${step}`;
    return new TacitError('PEER_PROTOCOL', message);
  }

  #refuse(what: string): never {
    throw new TacitError('PEER_PROTOCOL', `${this.#sender} sent ${what}`);
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#heldBytes <= this.#heldMax) return;
    this.#refuse(`more than ${this.#heldMax} bytes that nobody awaits yet`);
  }

  #checkFrame(message: Message, { length }: Receiver, payloadBytes: number): void {
    const expected = Math.min(FRAME_PAYLOAD_MAX, length - message.announced);
    if (payloadBytes === expected) return;
    this.#refuse(wrongLength(message.step, message.announced + payloadBytes, length));
  }

  /** The frames held so far must be a beginning of a message of `length` bytes. */
  #checkHeld(message: Message, length: number): void {
    const { announced, short, step } = message;
    if (announced === length || (announced < length && !short)) return;
    const what = wrongLength(step, announced, length);
    this.fail(new TacitError('PEER_PROTOCOL', `${this.#sender} sent ${what}`));
  }

  #release(message: Message, receiver: Receiver): void {
    if (message.frames === 0) return;
    let at = 0;
    for (const piece of message.held) {
      this.#copy(receiver, at, piece);
      at += piece.length;
    }
    message.held.length = 0;
    this.#heldBytes -= message.announced + HELD_OVERHEAD;
    if (message !== this.#current) this.#finish(message);
  }

  #finish(message: Message): void {
    const { receiver, step } = message;
    if (!receiver || message.frames === 0 || message.arrived < receiver.length) return;
    this.#messages.delete(step);
    this.#done.add(step);
    this.#waiting--;
    receiver.resolve();
  }

  #copy(receiver: Receiver, at: number, piece: Uint8Array): void {
    const target = receiver.target();
    const start = receiver.offset + at;
    invariant(start + piece.length <= target.length, 'receive target became too small');
    target.set(piece, start);
  }
}

function wrongLength(step: string, got: number, expected: number): string {
  const relation = got > expected ? 'more' : 'fewer';
  return `a message of step ${step} with ${relation} than the ${expected} bytes expected`;
}

function newMessage(step: string): Message {
  return {
    step,
    receiver: undefined,
    held: [],
    announced: 0,
    arrived: 0,
    frames: 0,
    short: false,
  };
}

function newReceiver(target: () => Uint8Array, offset: number, length: number): Receiver {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { target, offset, length, promise, resolve, reject };
}

function rejected(error: Error): Promise<void> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}
