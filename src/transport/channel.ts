/** 0-based party number inside a committee; Shamir's evaluation point is index + 1. */
export type PartyIndex = number;

/**
 * Labelled bytes between the parties of one query attempt. Every message has a step name that is unique per
 * direction; the sender of a message, its step and its exact length are known to the receiver
 * beforehand, and anything else is PEER_PROTOCOL. Messages longer than FRAME_PAYLOAD_MAX travel as
 * several frames of the same step.
 */
export interface Channel {
  readonly self: PartyIndex;
  readonly parties: number;
  /**
   * Queues a message. The bytes are read before `send` returns or belong to the channel from now on (a fresh
   * Buffer): the caller must not change `payload` if `owned`, and may reuse it if not.
   */
  send(to: PartyIndex, step: string, payload: Uint8Array, owned?: boolean): void;
  /**
   * Resolves when `length` bytes of the step have been written to `target()` at `offset`. `target` is called
   * for each piece, because a WebAssembly view may be replaced in between. Rejects with PEER_CLOSED,
   * PEER_TIMEOUT or PEER_PROTOCOL.
   */
  receive(
    from: PartyIndex,
    step: string,
    target: () => Uint8Array,
    offset: number,
    length: number,
  ): Promise<void>;
  /** msgpack frame bytes (headers included) sent to all peers so far. */
  readonly bytesSent: number;
  /** Fails all pending and later receives with the error and closes the streams. */
  abort(error: Error): void;
  /** Ends the streams after everything queued has left. */
  close(): Promise<void>;
}
