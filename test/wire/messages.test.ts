import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { decodeBounded, encodeMessage, MESSAGE_DEPTH_MAX } from '../../src/wire/messages.ts';

const decode = (bytes: Uint8Array, max = 1e6) => decodeBounded(bytes, max, 'party 2');

describe('control messages', () => {
  it('round trip', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        // msgpack has one zero.
        fc.double({ noNaN: true }).map((x) => x + 0),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array().map((b) => Buffer.from(b)),
        fc.array(tie('value'), { maxLength: 20 }),
        fc.dictionary(
          fc.string().filter((k) => k !== '__proto__'),
          tie('value'),
          { noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, (v) => {
        expect(decode(encodeMessage(v))).toEqual(v);
      }),
    );
  });

  it('random bytes either decode or are refused with the code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'PEER_PROTOCOL' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  let deep: unknown = 1;
  for (let i = 0; i <= MESSAGE_DEPTH_MAX; i++) deep = [deep];
  it.each([
    ['too many bytes', encodeMessage('x'.repeat(99)), /at most 50 are allowed/],
    ['an array bomb', new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff, 0]), /ends too early/],
    ['a map bomb', new Uint8Array([0xdf, 0x7f, 0xff, 0xff, 0xff, 0]), /ends too early/],
    ['a string bomb', new Uint8Array([0xdb, 0xff, 0xff, 0xff, 0xff, 65]), /ends too early/],
    ['a cut message', encodeMessage({ a: 'bc' }).subarray(0, 5), /ends too early/],
    ['nothing', new Uint8Array(), /ends too early/],
    ['trailing bytes', new Uint8Array([1, 2]), /continues after its end at byte 1/],
    ['an extension', pack(new Date(0)), /extension/],
    ['a record definition', new Uint8Array([0xd4, 0x72, 0x40, 0x91, 0xa1, 97, 1]), /extension/],
    ['a number as key', new Uint8Array([0x81, 1, 1]), /not a string/],
    ['nesting', encodeMessage(deep), /deeper/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decode(bytes, 50)).toThrow(message);
    expect(() => decode(bytes, 50)).toThrow(/^party 2: /);
  });
});
