import fc from 'fast-check';
import { unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../../src/wire/decoder.ts';
import {
  encodeHeader,
  FRAME_PAYLOAD_MAX,
  headerBytes,
  messageBytes,
} from '../../src/wire/frame.ts';

interface Frame {
  step: string;
  payload: number[];
}

/** Feeds the pieces and returns the frames, or throws as the decoder does. */
function decode(pieces: Uint8Array[], end = true): Frame[] {
  const frames: Frame[] = [];
  let current: Frame | undefined;
  const decoder = new FrameDecoder(
    {
      onFrame: (step) => {
        expect(current).toBeUndefined();
        current = { step, payload: [] };
      },
      onPayload: (piece) => {
        expect(piece.length).toBeGreaterThan(0);
        current?.payload.push(...piece);
      },
      onFrameEnd: () => {
        frames.push(current!);
        current = undefined;
      },
    },
    'party 2',
  );
  for (const piece of pieces) decoder.push(piece);
  if (end) decoder.end();
  return frames;
}

function encode(frames: Frame[]): Uint8Array {
  return Buffer.concat(
    frames.flatMap(({ step, payload }, seq) => [
      encodeHeader(step, seq, payload.length),
      Uint8Array.from(payload),
    ]),
  );
}

const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 31 });
const frame = fc.record({
  step: printable,
  payload: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }),
});

describe('frame decoder', () => {
  it('returns what was encoded, cut into any pieces', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 50 })),
        (frames, cuts) => {
          const bytes = encode(frames);
          const pieces: Uint8Array[] = [];
          let at = 0;
          for (const cut of [...cuts, bytes.length]) {
            pieces.push(bytes.subarray(at, at + cut));
            at = Math.min(bytes.length, at + cut);
          }
          expect(decode(pieces)).toEqual(frames);
        },
      ),
    );
  });

  it('delivers payload without copying it', () => {
    const bytes = encode([{ step: 'a', payload: [1, 2, 3] }]);
    let seen: Uint8Array | undefined;
    const sink = { onFrame() {}, onFrameEnd() {}, onPayload: (p: Uint8Array) => (seen = p) };
    new FrameDecoder(sink, 'party 2').push(bytes);
    expect(seen?.buffer).toBe(bytes.buffer);
  });

  it('frames are msgpack maps {step, seq, payload}, sized as announced', () => {
    fc.assert(
      fc.property(frame, fc.integer({ min: 0, max: 2 ** 32 - 1 }), ({ step, payload }, seq) => {
        const header = encodeHeader(step, seq, payload.length);
        const bytes = Buffer.concat([header, Uint8Array.from(payload)]);
        expect(unpack(bytes)).toEqual({ step, seq, payload: Buffer.from(payload) });
        expect(header.length).toBe(headerBytes(step.length));
        expect(bytes.length).toBe(messageBytes(step, payload.length));
      }),
    );
  });

  it('refuses every change of a header byte, at once', () => {
    const bytes = encode([{ step: 'ab', payload: [7] }]);
    for (let at = 0; at < headerBytes(2); at++) {
      for (let value = 0; value < 256; value++) {
        if (value === bytes[at]) continue;
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        const inStep = at === 7 || at === 8;
        if (inStep && value >= 0x20 && value <= 0x7e) continue;
        let error: unknown;
        try {
          decode([changed]);
        } catch (caught) {
          error = caught;
        }
        expect(error, `byte ${at} = ${value}`).toMatchObject({ code: 'PEER_PROTOCOL' });
      }
    }
  });

  it.each([
    ['a length bomb', encodeHeader('s', 0, FRAME_PAYLOAD_MAX + 1), /announces .* 131073 bytes/],
    ['a gap in the sequence', encodeHeader('s', 1, 0), /frame 0 carries sequence number 1/],
    ['a repeated frame', Buffer.concat([0, 0].map(() => encodeHeader('s', 0, 0))), /frame 1 carr/],
    ['an empty step', encodeHeader('', 0, 0), /1 to 31 characters/],
    ['a control character', encodeHeader('\n', 0, 0), /printable/],
    ['a wrong key', new Uint8Array([0x83, 0xa4, 0x53]), /step key/],
    ['not msgpack', new Uint8Array([0x47]), /step key/],
    ['a cut header', encodeHeader('s', 0, 0).subarray(0, 9), /ended inside frame 0/],
    ['a cut payload', encodeHeader('s', 0, 2), /ended inside frame 0/],
  ])('names %s', (_, bytes, message) => {
    expect(() => decode([bytes])).toThrow(message);
    expect(() => decode([bytes])).toThrow(/^party 2: /);
  });

  it('the longest payload passes', () => {
    const payload = new Uint8Array(FRAME_PAYLOAD_MAX);
    let bytes = 0;
    const sink = {
      onFrame() {},
      onFrameEnd() {},
      onPayload: (p: Uint8Array) => (bytes += p.length),
    };
    const decoder = new FrameDecoder(sink, 'party 2');
    decoder.push(encodeHeader('s', 0, payload.length));
    decoder.push(payload);
    decoder.end();
    expect(bytes).toBe(FRAME_PAYLOAD_MAX);
  });
});
