/**
 * The frame between parties: a msgpack map {step: str, seq: uint32, payload: bin32} with fixed-width
 * integers, so that its size depends only on the step's length and the payload's.
 */

/** Longest payload of one frame in bytes; longer messages are split. */
export const FRAME_PAYLOAD_MAX = 131072;
/** Longest step name in bytes (ASCII). */
export const STEP_BYTES_MAX = 31;

/** Bytes before the step's length: a map of three entries whose first key is `step`. */
export const KEY_STEP = [0x83, 0xa4, 0x73, 0x74, 0x65, 0x70];
/** Bytes between step and sequence number. */
export const KEY_SEQ = [0xa3, 0x73, 0x65, 0x71, 0xce];
/** Bytes between sequence number and payload length. */
export const KEY_PAYLOAD = [0xa7, 0x70, 0x61, 0x79, 0x6c, 0x6f, 0x61, 0x64, 0xc6];

/** Bytes of a frame header for a step name of `stepLength` ASCII characters (at most 31: a fixstr). */
export function headerBytes(stepLength: number): number {
  return KEY_STEP.length + 1 + stepLength + KEY_SEQ.length + 4 + KEY_PAYLOAD.length + 4;
}

/** Bytes on the wire of one message: payload plus the headers of all its frames; an empty message is one frame. */
export function messageBytes(step: string, payloadBytes: number): number {
  const frames = Math.max(1, Math.ceil(payloadBytes / FRAME_PAYLOAD_MAX));
  return payloadBytes + frames * headerBytes(step.length);
}

/** The header of one frame; the payload follows it unchanged. */
export function encodeHeader(step: string, seq: number, payloadBytes: number): Uint8Array {
  const out = new Uint8Array(headerBytes(step.length));
  const view = new DataView(out.buffer);
  let at = 0;
  out.set(KEY_STEP, at);
  at += KEY_STEP.length;
  out[at++] = 0xa0 | step.length;
  for (let i = 0; i < step.length; i++) out[at++] = step.charCodeAt(i);
  out.set(KEY_SEQ, at);
  at += KEY_SEQ.length;
  view.setUint32(at, seq);
  at += 4;
  out.set(KEY_PAYLOAD, at);
  at += KEY_PAYLOAD.length;
  view.setUint32(at, payloadBytes);
  return out;
}
