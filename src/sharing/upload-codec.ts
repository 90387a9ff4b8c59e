import { TacitError } from '../errors/tacit-error.ts';
import type { BlockMessage, ComponentMessage } from './upload.ts';

/**
 * The body of an upload request: msgpack of an array of {@link BlockMessage}. Every integer is a
 * uint32 and every string of bytes a bin32, so that the size depends only on the messages' shape.
 * The decoder accepts exactly this form and returns views of the input: no length it reads makes it
 * allocate, so a length bomb is just a wrong byte.
 */
const ARRAY32 = 0xdd;
const UINT32 = 0xce;
const BIN32 = 0xc6;
const FIXMAP = 0x80;
const FIXARRAY = 0x90;
const FIXSTR = 0xa0;

const MESSAGE_KEYS = ['column', 'block', 'rows', 'boolean', 'field'] as const;
const BOOLEAN_KEYS = ['left', 'right'] as const;
const LIMBS_MAX = 2;
const UINT32_BYTES = 5;
const BIN32_BYTES = 5;

/** Exact number of bytes that a message takes in a body. */
export function blockMessageBytes(message: BlockMessage): number {
  const keys = [...MESSAGE_KEYS, ...BOOLEAN_KEYS].reduce((sum, key) => sum + 1 + key.length, 0);
  const parts = [message.boolean.left, message.boolean.right, ...message.field];
  const components = parts.reduce((sum, part) => sum + componentSize(part), 0);
  return 3 + keys + 3 * UINT32_BYTES + components;
}

/** Bytes of a body around its messages. */
export const UPLOAD_BODY_OVERHEAD_BYTES = 5;

/** Packs messages into one request body. */
export function encodeBlocks(messages: readonly BlockMessage[]): Uint8Array {
  const bytes = messages.reduce(
    (sum, message) => sum + blockMessageBytes(message),
    UPLOAD_BODY_OVERHEAD_BYTES,
  );
  const writer = new Writer(bytes);
  writer.uint32(ARRAY32, messages.length);
  for (const message of messages) {
    writer.byte(FIXMAP | MESSAGE_KEYS.length);
    for (const key of ['column', 'block', 'rows'] as const) {
      writer.key(key);
      writer.uint32(UINT32, message[key]);
    }
    writer.key('boolean');
    writer.byte(FIXMAP | BOOLEAN_KEYS.length);
    for (const key of BOOLEAN_KEYS) {
      writer.key(key);
      writer.component(message.boolean[key]);
    }
    writer.key('field');
    writer.byte(FIXARRAY | message.field.length);
    for (const share of message.field) writer.component(share);
  }
  return writer.bytes;
}

/** Unpacks a request body; UPLOAD_INVALID if it is anything but the form above, to the last byte. */
export function decodeBlocks(bytes: Uint8Array): BlockMessage[] {
  const reader = new Reader(bytes);
  const count = reader.uint32(ARRAY32);
  const messages: BlockMessage[] = [];
  // No `new Array(count)`: a false count ends at the first byte that is missing.
  for (let k = 0; k < count; k++) messages.push(readMessage(reader));
  reader.end();
  return messages;
}

function readMessage(reader: Reader): BlockMessage {
  reader.byte(FIXMAP | MESSAGE_KEYS.length);
  const column = reader.keyed('column');
  const block = reader.keyed('block');
  const rows = reader.keyed('rows');
  reader.key('boolean');
  reader.byte(FIXMAP | BOOLEAN_KEYS.length);
  reader.key('left');
  const left = reader.component();
  reader.key('right');
  const right = reader.component();
  reader.key('field');
  const limbs = reader.fixarray(LIMBS_MAX);
  const field: ComponentMessage[] = [];
  for (let k = 0; k < limbs; k++) field.push(reader.component());
  return { column, block, rows, boolean: { left, right }, field };
}

function componentSize(component: ComponentMessage): number {
  const [key, content] = entryOf(component);
  return 1 + 1 + key.length + BIN32_BYTES + content.length;
}

function entryOf(component: ComponentMessage): ['seed' | 'bytes', Uint8Array] {
  return 'seed' in component ? ['seed', component.seed] : ['bytes', component.bytes];
}

class Writer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  byte(value: number): void {
    this.bytes[this.#at++] = value;
  }

  uint32(tag: number, value: number): void {
    this.byte(tag);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  key(name: string): void {
    this.byte(FIXSTR | name.length);
    for (let k = 0; k < name.length; k++) this.byte(name.charCodeAt(k));
  }

  component(component: ComponentMessage): void {
    const [key, content] = entryOf(component);
    this.byte(FIXMAP | 1);
    this.key(key);
    this.uint32(BIN32, content.length);
    this.bytes.set(content, this.#at);
    this.#at += content.length;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(expected: number): void {
    if (this.#bytes[this.#at++] !== expected) throw this.#invalid();
  }

  uint32(tag: number): number {
    this.byte(tag);
    if (this.#at + 4 > this.#bytes.length) throw this.#invalid();
    const value = this.#view.getUint32(this.#at);
    this.#at += 4;
    return value;
  }

  key(name: string): void {
    this.byte(FIXSTR | name.length);
    for (let k = 0; k < name.length; k++) this.byte(name.charCodeAt(k));
  }

  keyed(name: string): number {
    this.key(name);
    return this.uint32(UINT32);
  }

  fixarray(longest: number): number {
    const length = (this.#bytes[this.#at++] ?? 0) - FIXARRAY;
    if (length < 0 || length > longest) throw this.#invalid();
    return length;
  }

  component(): ComponentMessage {
    this.byte(FIXMAP | 1);
    const isSeed = this.#bytes[this.#at] === (FIXSTR | 'seed'.length);
    this.key(isSeed ? 'seed' : 'bytes');
    const length = this.uint32(BIN32);
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.#invalid();
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return isSeed ? { seed: content } : { bytes: content };
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#invalid();
  }

  #invalid(): TacitError {
    return new TacitError(
      'UPLOAD_INVALID',
      `the upload is not an array of block messages (byte ${this.#at} of ${this.#bytes.length})`,
    );
  }
}
