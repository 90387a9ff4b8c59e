import fc from 'fast-check';
import { unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import type { BlockMessage } from '../../src/sharing/upload.ts';
import {
  blockMessageBytes,
  decodeBlocks,
  encodeBlocks,
  UPLOAD_BODY_OVERHEAD_BYTES,
} from '../../src/sharing/upload-codec.ts';

const UINT32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const COMPONENT = fc.oneof(
  fc.record({ seed: fc.uint8Array({ minLength: 32, maxLength: 32 }) }),
  fc.record({ bytes: fc.uint8Array({ maxLength: 300 }) }),
);
const MESSAGE: fc.Arbitrary<BlockMessage> = fc.record({
  column: UINT32,
  block: UINT32,
  rows: UINT32,
  boolean: fc.record({ left: COMPONENT, right: COMPONENT }),
  field: fc.array(COMPONENT, { maxLength: 2 }),
});
const BODY = fc.array(MESSAGE, { maxLength: 5 });

const INVALID = expect.objectContaining({ code: 'UPLOAD_INVALID' });

describe('encodeBlocks', () => {
  it('is inverted by decodeBlocks, of the announced size, and msgpack', () => {
    fc.assert(
      fc.property(BODY, (messages) => {
        const bytes = encodeBlocks(messages);
        const sizes = messages.map(blockMessageBytes);
        expect(bytes.length).toBe(sizes.reduce((a, b) => a + b, UPLOAD_BODY_OVERHEAD_BYTES));
        expect(decodeBlocks(bytes)).toEqual(messages);
        const buffersAsBytes = (_: string, value: unknown) =>
          value instanceof Uint8Array ? [...value] : value;
        expect(JSON.stringify(unpack(bytes), buffersAsBytes)).toBe(
          JSON.stringify(messages, buffersAsBytes),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe('decodeBlocks', () => {
  it('refuses every truncation and every appended byte', () => {
    fc.assert(
      fc.property(BODY, fc.nat(), (messages, cut) => {
        const bytes = encodeBlocks(messages);
        expect(() => decodeBlocks(bytes.subarray(0, cut % bytes.length))).toThrow(INVALID);
        const longer = new Uint8Array(bytes.length + 1);
        longer.set(bytes);
        expect(() => decodeBlocks(longer)).toThrow(INVALID);
      }),
      { numRuns: 100 },
    );
  });

  it('never throws anything but UPLOAD_INVALID on changed bytes', () => {
    fc.assert(
      fc.property(BODY, fc.nat(), fc.nat(255), (messages, at, byte) => {
        const bytes = encodeBlocks(messages);
        bytes[at % bytes.length] = byte;
        try {
          decodeBlocks(bytes);
        } catch (error) {
          expect(error).toEqual(INVALID);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is not impressed by length bombs', () => {
    const [message] = fc.sample(MESSAGE, 1);
    if (!message) throw new Error('a sample');
    const bomb = encodeBlocks([message]);
    bomb.fill(0xff, 1, 5);
    expect(() => decodeBlocks(bomb)).toThrow(INVALID);
    expect(() => decodeBlocks(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toThrow(INVALID);
    expect(() => decodeBlocks(Uint8Array.of(0xc6, 0xff, 0xff, 0xff, 0xff))).toThrow(INVALID);
    expect(() => decodeBlocks(new Uint8Array(0))).toThrow(INVALID);
  });
});
