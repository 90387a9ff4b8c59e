import { Packr, Unpackr } from 'msgpackr';
import type { ErrorCode } from '../errors/registry.ts';
import { TacitError } from '../errors/tacit-error.ts';

/** Deepest nesting of maps and arrays in a control message. */
export const MESSAGE_DEPTH_MAX = 16;

/** Plain msgpack only: no shared record structures, no extension types. */
const OPTIONS = { useRecords: false, moreTypes: false, int64AsType: 'bigint' } as const;
const packr = new Packr(OPTIONS);
const unpackr = new Unpackr(OPTIONS);

/** msgpack of a small control message: maps with string keys, arrays, strings, numbers, booleans, null, bytes. */
export function encodeMessage(value: unknown): Uint8Array {
  return packr.pack(value);
}

/**
 * Decodes one untrusted msgpack value of at most `maxBytes`. Its structure is checked before it is decoded:
 * lengths inside the message, no extension types, maps with string keys only, depth at most
 * MESSAGE_DEPTH_MAX, nothing after the value. `sender` is named in the error, `code` of which the caller
 * chooses (a peer's message or a client's request).
 */
export function decodeBounded(
  bytes: Uint8Array,
  maxBytes: number,
  sender: string,
  code: ErrorCode = 'PEER_PROTOCOL',
): unknown {
  const refuse = (reason: string): never => {
    throw new TacitError(code, `${sender}: the message ${reason}`);
  };
  if (bytes.length > maxBytes) refuse(`has ${bytes.length} bytes, at most ${maxBytes} are allowed`);
  const end = skipValue(bytes, 0, 0, refuse);
  if (end !== bytes.length) refuse(`continues after its end at byte ${end}`);
  try {
    return unpackr.unpack(bytes);
  } catch {
    return refuse('cannot be decoded');
  }
}

type Refuse = (reason: string) => never;

/** Bytes after the type byte of values that have neither elements nor a length: nil, booleans, floats, ints. */
const FIXED_SIZE: ReadonlyMap<number, number> = new Map([
  ...[0xc0, 0xc2, 0xc3].map((type) => [type, 0] as const),
  ...[0xcc, 0xd0].map((type) => [type, 1] as const),
  ...[0xcd, 0xd1].map((type) => [type, 2] as const),
  ...[0xca, 0xce, 0xd2].map((type) => [type, 4] as const),
  ...[0xcb, 0xcf, 0xd3].map((type) => [type, 8] as const),
]);
/** Types with an explicit length: its size in bytes and what it counts. */
const COUNTED: ReadonlyMap<number, { size: 1 | 2 | 4; of: 'bytes' | 'items' | 'entries' }> =
  new Map([
    [0xc4, { size: 1, of: 'bytes' }],
    [0xc5, { size: 2, of: 'bytes' }],
    [0xc6, { size: 4, of: 'bytes' }],
    [0xd9, { size: 1, of: 'bytes' }],
    [0xda, { size: 2, of: 'bytes' }],
    [0xdb, { size: 4, of: 'bytes' }],
    [0xdc, { size: 2, of: 'items' }],
    [0xdd, { size: 4, of: 'items' }],
    [0xde, { size: 2, of: 'entries' }],
    [0xdf, { size: 4, of: 'entries' }],
  ]);

/** Walks over one value and returns the position after it. */
function skipValue(bytes: Uint8Array, at: number, depth: number, refuse: Refuse): number {
  const type = bytes[at] ?? refuse('ends too early');
  at++;
  if (type <= 0x7f || type >= 0xe0) return at;
  if (type <= 0x8f) return skipMany(bytes, at, type & 0x0f, true, depth, refuse);
  if (type <= 0x9f) return skipMany(bytes, at, type & 0x0f, false, depth, refuse);
  if (type <= 0xbf) return skipBytes(bytes, at, type & 0x1f, refuse);
  const fixed = FIXED_SIZE.get(type);
  if (fixed !== undefined) return skipBytes(bytes, at, fixed, refuse);
  const counted = COUNTED.get(type);
  if (counted === undefined) return refuse('contains an extension type');
  const start = skipBytes(bytes, at, counted.size, refuse);
  let count = 0;
  for (; at < start; at++) count = count * 256 + bytes[at]!;
  if (counted.of === 'bytes') return skipBytes(bytes, start, count, refuse);
  return skipMany(bytes, start, count, counted.of === 'entries', depth, refuse);
}

function skipMany(
  bytes: Uint8Array,
  at: number,
  count: number,
  keyed: boolean,
  depth: number,
  refuse: Refuse,
): number {
  if (depth === MESSAGE_DEPTH_MAX) refuse(`is nested deeper than ${MESSAGE_DEPTH_MAX}`);
  // Every item takes a byte at least: a length bomb fails here, before it is walked.
  if (count > bytes.length - at) refuse('ends too early');
  for (let i = 0; i < count; i++) {
    if (keyed) {
      const key = bytes[at] ?? refuse('ends too early');
      if ((key & 0xe0) !== 0xa0 && (key < 0xd9 || key > 0xdb)) {
        refuse('has a map key that is not a string');
      }
      at = skipValue(bytes, at, depth + 1, refuse);
    }
    at = skipValue(bytes, at, depth + 1, refuse);
  }
  return at;
}

function skipBytes(bytes: Uint8Array, at: number, count: number, refuse: Refuse): number {
  return count > bytes.length - at ? refuse('ends too early') : at + count;
}
