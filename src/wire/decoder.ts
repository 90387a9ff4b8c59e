import { invariant, TacitError } from '../errors/tacit-error.ts';
import { FRAME_PAYLOAD_MAX, KEY_PAYLOAD, KEY_SEQ, KEY_STEP, STEP_BYTES_MAX } from './frame.ts';

/** Receives what a {@link FrameDecoder} has checked. A method may throw; the decoder is then dead. */
export interface FrameSink {
  /** A valid header: `payloadBytes` (0 to FRAME_PAYLOAD_MAX) of the step follow. */
  onFrame(step: string, payloadBytes: number): void;
  /** The next bytes of the payload, never empty; a view that is valid only during the call. */
  onPayload(piece: Uint8Array): void;
  /** The whole payload was delivered. */
  onFrameEnd(): void;
}

const STEP_AT = KEY_STEP.length + 1;

/**
 * Decoder of one sender's stream of frames, fed with pieces of any size. Every header byte is checked as
 * it arrives (exact msgpack prefix, printable step, the next sequence number, bounded length), so that a
 * hostile stream never makes us allocate. Throws PEER_PROTOCOL that names `sender`.
 */
export class FrameDecoder {
  readonly #sink: FrameSink;
  readonly #sender: string;
  #seq = 0;
  /** Position inside the header. */
  #at = 0;
  #stepLength = 0;
  #step = '';
  /** The 32-bit number being read: sequence number, then payload length. */
  #number = 0;
  /** Payload bytes of the current frame still to come; -1 inside a header. */
  #missing = -1;
  #failed = false;

  constructor(sink: FrameSink, sender: string) {
    this.#sink = sink;
    this.#sender = sender;
  }

  /** Consumes the next bytes of the stream; payload goes to the sink as views of `bytes`. */
  push(bytes: Uint8Array): void {
    invariant(!this.#failed, 'frame decoder used after an error');
    this.#failed = true;
    let at = 0;
    while (at < bytes.length) {
      if (this.#missing < 0) {
        this.#header(bytes[at++]!);
      } else {
        const end = Math.min(bytes.length, at + this.#missing);
        this.#missing -= end - at;
        const whole = at === 0 && end === bytes.length;
        this.#sink.onPayload(whole ? bytes : bytes.subarray(at, end));
        at = end;
        if (this.#missing === 0) this.#finish();
      }
    }
    this.#failed = false;
  }

  /** The sender ended its stream; throws if that cut a frame. */
  end(): void {
    if (!this.#failed && (this.#at > 0 || this.#missing >= 0)) {
      this.#fail(`the stream ended inside frame ${this.#seq}`);
    }
  }

  #header(byte: number): void {
    const at = this.#at++;
    const seqKeyAt = STEP_AT + this.#stepLength;
    const seqAt = seqKeyAt + KEY_SEQ.length;
    const payloadKeyAt = seqAt + 4;
    const lengthAt = payloadKeyAt + KEY_PAYLOAD.length;
    if (at < KEY_STEP.length) this.#expect(byte, KEY_STEP[at]!, 'step key');
    else if (at === KEY_STEP.length) this.#startStep(byte);
    else if (at < seqKeyAt) this.#stepByte(byte);
    else if (at < seqAt) this.#expect(byte, KEY_SEQ[at - seqKeyAt]!, 'sequence key');
    else if (at < payloadKeyAt) this.#seqByte(byte, at === payloadKeyAt - 1);
    else if (at < lengthAt) this.#expect(byte, KEY_PAYLOAD[at - payloadKeyAt]!, 'payload key');
    else this.#lengthByte(byte, at === lengthAt + 3);
  }

  #expect(byte: number, wanted: number, what: string): void {
    if (byte !== wanted) this.#fail(`frame ${this.#seq} has a wrong ${what}`);
  }

  #startStep(byte: number): void {
    const length = byte & 0x1f;
    if ((byte & 0xe0) !== 0xa0 || length === 0) {
      this.#fail(`frame ${this.#seq} has a step that is not 1 to ${STEP_BYTES_MAX} characters`);
    }
    this.#stepLength = length;
    this.#step = '';
  }

  #stepByte(byte: number): void {
    if (byte < 0x20 || byte > 0x7e) {
      this.#fail(`frame ${this.#seq} has a step that is not printable ASCII`);
    }
    this.#step += String.fromCharCode(byte);
  }

  #seqByte(byte: number, last: boolean): void {
    this.#number = this.#number * 256 + byte;
    if (!last) return;
    if (this.#number !== this.#seq) {
      this.#fail(`frame ${this.#seq} carries sequence number ${this.#number}`);
    }
    this.#number = 0;
  }

  #lengthByte(byte: number, last: boolean): void {
    this.#number = this.#number * 256 + byte;
    if (!last) return;
    const length = this.#number;
    this.#number = 0;
    this.#at = 0;
    this.#stepLength = 0;
    if (length > FRAME_PAYLOAD_MAX) {
      const limit = `at most ${FRAME_PAYLOAD_MAX} are allowed`;
      this.#fail(`frame ${this.#seq} announces a payload of ${length} bytes, ${limit}`);
    }
    this.#missing = length;
    this.#sink.onFrame(this.#step, length);
    if (length === 0) this.#finish();
  }

  #finish(): void {
    this.#missing = -1;
    this.#seq++;
    this.#sink.onFrameEnd();
  }

  #fail(reason: string): never {
    this.#failed = true;
    throw new TacitError('PEER_PROTOCOL', `${this.#sender}: ${reason}`);
  }
}
