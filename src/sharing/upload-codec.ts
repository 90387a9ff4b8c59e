import { SALT_BYTES } from '../catalog/commitment.ts';
import { TacitError } from '../errors/tacit-error.ts';
import type { CommittedBlock, ComponentMessage, UploadBody } from './upload.ts';

/**
 * The body of an upload request: msgpack of an {@link UploadBody}. Every integer is a
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

const BODY_KEYS = ['salts', 'blocks'] as const;
const SALT_KEYS = ['left', 'right', 'field'] as const;
const MESSAGE_KEYS = ['column', 'block', 'rows', 'boolean', 'field', 'leaves'] as const;
const BOOLEAN_KEYS = ['left', 'right'] as const;
const LIMBS_MAX = 2;
const UINT32_BYTES = 5;
const BIN32_BYTES = 5;

/** Exact number of bytes that a message takes in a body. */
export function blockMessageBytes(message: CommittedBlock): number {
  const keys = keyBytes([...MESSAGE_KEYS, ...BOOLEAN_KEYS]);
  const parts = [message.boolean.left, message.boolean.right, ...message.field];
  const components = parts.reduce((sum, part) => sum + componentSize(part), 0);
  return 3 + keys + 3 * UINT32_BYTES + components + BIN32_BYTES + message.leaves.length;
}

/** Bytes of a body around its messages. */
export const UPLOAD_BODY_OVERHEAD_BYTES =
  2 + keyBytes([...BODY_KEYS, ...SALT_KEYS]) + 3 * (BIN32_BYTES + SALT_BYTES) + UINT32_BYTES;

function keyBytes(keys: readonly string[]): number {
  return keys.reduce((sum, key) => sum + 1 + key.length, 0);
}

/** Packs one request body. */
export function encodeBlocks({ blocks, salts }: UploadBody): Uint8Array {
  const bytes = blocks.reduce(
    (sum, message) => sum + blockMessageBytes(message),
    UPLOAD_BODY_OVERHEAD_BYTES,
  );
  const writer = new Writer(bytes);
  writer.byte(FIXMAP | BODY_KEYS.length);
  writer.key('salts');
  writer.byte(FIXMAP | SALT_KEYS.length);
  for (const key of SALT_KEYS) {
    writer.key(key);
    writer.bin(salts[key]);
  }
  writer.key('blocks');
  writer.uint32(ARRAY32, blocks.length);
  for (const message of blocks) {
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
    writer.key('leaves');
    writer.bin(message.leaves);
  }
  return writer.bytes;
}

/** Unpacks a request body; UPLOAD_INVALID if it is anything but the form above, to the last byte. */
export function decodeBlocks(bytes: Uint8Array): UploadBody {
  const reader = new Reader(bytes);
  reader.byte(FIXMAP | BODY_KEYS.length);
  reader.key('salts');
  reader.byte(FIXMAP | SALT_KEYS.length);
  const [left, right, field] = [reader.salt('left'), reader.salt('right'), reader.salt('field')];
  reader.key('blocks');
  const count = reader.uint32(ARRAY32);
  const blocks: CommittedBlock[] = [];
  // No `new Array(count)`: a false count ends at the first byte that is missing.
  for (let k = 0; k < count; k++) blocks.push(readMessage(reader));
  reader.end();
  return { salts: { left, right, field }, blocks };
}

function readMessage(reader: Reader): CommittedBlock {
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
  reader.key('leaves');
  const leaves = reader.bin();
  return { column, block, rows, boolean: { left, right }, field, leaves };
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
    this.bin(content);
  }

  bin(content: Uint8Array): void {
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
    const content = this.bin();
    return isSeed ? { seed: content } : { bytes: content };
  }

  bin(): Uint8Array {
    const length = this.uint32(BIN32);
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.#invalid();
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return content;
  }

  salt(key: string): Uint8Array {
    this.key(key);
    const content = this.bin();
    if (content.length !== SALT_BYTES) throw this.#invalid();
    return content;
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
