import fc from 'fast-check';
import { unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import type { CommittedBlock, UploadBody } from '../../src/sharing/upload.ts';
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
const MESSAGE: fc.Arbitrary<CommittedBlock> = fc.record({
  column: UINT32,
  block: UINT32,
  rows: UINT32,
  boolean: fc.record({ left: COMPONENT, right: COMPONENT }),
  field: fc.array(COMPONENT, { maxLength: 2 }),
  leaves: fc.uint8Array({ maxLength: 300 }),
});
const SALT = fc.uint8Array({ minLength: 32, maxLength: 32 });
const BODY: fc.Arbitrary<UploadBody> = fc.record({
  salts: fc.record({ left: SALT, right: SALT, field: SALT }),
  blocks: fc.array(MESSAGE, { maxLength: 5 }),
});

const INVALID = expect.objectContaining({ code: 'UPLOAD_INVALID' });

describe('encodeBlocks', () => {
  it('is inverted by decodeBlocks, of the announced size, and msgpack', () => {
    fc.assert(
      fc.property(BODY, (body) => {
        const bytes = encodeBlocks(body);
        const sizes = body.blocks.map(blockMessageBytes);
        expect(bytes.length).toBe(sizes.reduce((a, b) => a + b, UPLOAD_BODY_OVERHEAD_BYTES));
        expect(decodeBlocks(bytes)).toEqual(body);
        const buffersAsBytes = (_: string, value: unknown) =>
          value instanceof Uint8Array ? [...value] : value;
        expect(JSON.stringify(unpack(bytes), buffersAsBytes)).toBe(
          JSON.stringify(body, buffersAsBytes),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe('decodeBlocks', () => {
  it('refuses every truncation and every appended byte', () => {
    fc.assert(
      fc.property(BODY, fc.nat(), (body, cut) => {
        const bytes = encodeBlocks(body);
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
      fc.property(BODY, fc.nat(), fc.nat(255), (body, at, byte) => {
        const bytes = encodeBlocks(body);
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

  it('refuses salts of another length', () => {
    const salt = new Uint8Array(32);
    const whole = encodeBlocks({ salts: { left: salt, right: salt, field: salt }, blocks: [] });
    // Well-formed but for the first salt, which has one byte less.
    const length = 1 + 1 + 'salts'.length + 1 + 1 + 'left'.length + 4;
    expect(whole[length]).toBe(32);
    const short = Uint8Array.from([
      ...whole.subarray(0, length),
      31,
      ...whole.subarray(length + 2),
    ]);
    expect(() => decodeBlocks(short)).toThrow(/byte 49 of/);
  });

  it('is not impressed by length bombs', () => {
    const salt = new Uint8Array(32);
    const salts = { left: salt, right: salt, field: salt };
    const bomb = encodeBlocks({ salts, blocks: fc.sample(MESSAGE, 1) });
    const none = encodeBlocks({ salts, blocks: [] });
    // The number of blocks is the last thing before the first of them.
    bomb.fill(0xff, none.length - 4, none.length);
    expect(() => decodeBlocks(bomb)).toThrow(INVALID);
    expect(() => decodeBlocks(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toThrow(INVALID);
    expect(() => decodeBlocks(Uint8Array.of(0xc6, 0xff, 0xff, 0xff, 0xff))).toThrow(INVALID);
    expect(() => decodeBlocks(new Uint8Array(0))).toThrow(INVALID);
  });
});
