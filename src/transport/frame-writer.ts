import { invariant } from '../errors/tacit-error.ts';
import { encodeHeader, FRAME_PAYLOAD_MAX, messageBytes, STEP_BYTES_MAX } from '../wire/frame.ts';

const STEP = new RegExp(`^[ -~]{1,${STEP_BYTES_MAX}}$`);

/** The sending half of one ordered pair: splits messages into numbered frames and counts their bytes. */
export class FrameWriter {
  readonly #write: (header: Uint8Array, payload: Uint8Array) => void;
  readonly #steps = new Set<string>();
  #seq = 0;
  /** Frame bytes of the messages claimed so far, headers included. */
  bytes = 0;

  /** `write` gets each frame as header and payload; both stay unchanged from then on. */
  constructor(write: (header: Uint8Array, payload: Uint8Array) => void) {
    this.#write = write;
  }

  /** Counts one message of the protocol and uses its step name up. */
  claim(step: string, payloadBytes: number): void {
    invariant(STEP.test(step), `step ${step} is not 1 to ${STEP_BYTES_MAX} printable characters`);
    invariant(!this.#steps.has(step), `step ${step} is sent twice`);
    this.#steps.add(step);
    this.bytes += messageBytes(step, payloadBytes);
  }

  /** Writes one message as frames; `payload` must stay unchanged. */
  write(step: string, payload: Uint8Array): void {
    for (let at = 0; at === 0 || at < payload.length; at += FRAME_PAYLOAD_MAX) {
      const size = Math.min(FRAME_PAYLOAD_MAX, payload.length - at);
      const piece = size === payload.length ? payload : payload.subarray(at, at + size);
      this.#write(encodeHeader(step, this.#seq++, size), piece);
    }
  }
}
