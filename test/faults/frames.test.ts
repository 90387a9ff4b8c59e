import { beforeAll, describe, expect, it } from 'vitest';
import type { Tamper } from '../../src/transport/memory.ts';
import { expectRefused, type Stage, stage } from './attack.ts';

/** Frames of party 1 to party 3 arrive malformed. */
const [FROM, TO] = [0, 2];
const STEP_AT = 7;

function stepOf(frame: Uint8Array): string {
  const length = (frame[STEP_AT - 1] ?? 0) & 0x1f;
  return new TextDecoder().decode(frame.subarray(STEP_AT, STEP_AT + length));
}

/** Where the parts of a header begin. */
function layout(frame: Uint8Array) {
  const seqKey = STEP_AT + stepOf(frame).length;
  return { seqKey, seq: seqKey + 5, payloadKey: seqKey + 9, length: seqKey + 18 };
}

function frame(step: RegExp, change: (bytes: Uint8Array) => readonly Uint8Array[]): Tamper {
  return {
    frame: (from, to, bytes) =>
      from === FROM && to === TO && step.test(stepOf(bytes)) ? change(bytes) : [bytes],
  };
}

function patched(at: (where: ReturnType<typeof layout>) => number, ...bytes: number[]) {
  return (whole: Uint8Array) => {
    const out = whole.slice();
    out.set(bytes, at(layout(whole)));
    return [out];
  };
}

const LAYER = /a0$/;

const FAULTS: readonly { fault: string; tamper: Tamper; message: RegExp }[] = [
  {
    fault: 'truncated frame, the next one follows',
    tamper: frame(/^0\.0\/a0/, (bytes) => [bytes.subarray(0, bytes.length - 3)]),
    message: /party 1: frame \d+ has a wrong step key/,
  },
  {
    fault: 'truncated frame at the end of the stream',
    tamper: frame(/commit/, (bytes) => [bytes.subarray(0, bytes.length - 1)]),
    message: /party 1: the stream ended inside frame \d+/,
  },
  {
    fault: 'truncated header at the end of the stream',
    tamper: frame(/commit/, (bytes) => [bytes.subarray(0, 9)]),
    message: /party 1: the stream ended inside frame \d+/,
  },
  {
    fault: 'oversized frame: one byte more than allowed is announced',
    tamper: frame(
      LAYER,
      patched(({ length }) => length, 0, 2, 0, 1),
    ),
    message: /party 1: frame \d+ announces a payload of 131073 bytes, at most 131072/,
  },
  {
    fault: 'length bomb: 4 GiB are announced',
    tamper: frame(
      LAYER,
      patched(({ length }) => length, 255, 255, 255, 255),
    ),
    message: /party 1: frame \d+ announces a payload of 4294967295 bytes/,
  },
  {
    fault: 'msgpack bomb: a map of 2^32 - 1 entries',
    tamper: frame(LAYER, (bytes) => [Uint8Array.of(0xdf, 255, 255, 255, 255), bytes]),
    message: /party 1: frame \d+ has a wrong step key/,
  },
  {
    fault: 'msgpack extension instead of bytes',
    tamper: frame(
      LAYER,
      patched(({ length }) => length - 1, 0xc9),
    ),
    message: /party 1: frame \d+ has a wrong payload key/,
  },
  {
    fault: 'step name that is not printable',
    tamper: frame(
      LAYER,
      patched(() => STEP_AT, 7),
    ),
    message: /party 1: frame \d+ has a step that is not printable/,
  },
  {
    fault: 'empty step name',
    tamper: frame(
      LAYER,
      patched(() => STEP_AT - 1, 0xa0),
    ),
    message: /party 1: frame \d+ has a step that is not 1 to 31 characters/,
  },
  {
    fault: 'wrong sequence number',
    tamper: frame(
      LAYER,
      patched(({ seq }) => seq, 0, 0, 0, 77),
    ),
    message: /party 1: frame \d+ carries sequence number 77/,
  },
  {
    fault: 'the same frame twice',
    tamper: frame(LAYER, (bytes) => [bytes, bytes]),
    message: /party 1: frame \d+ carries sequence number/,
  },
  {
    fault: 'bytes between two frames',
    tamper: frame(LAYER, (bytes) => [bytes, Uint8Array.of(0)]),
    message: /party 1: frame \d+ has a wrong step key/,
  },
];

describe('malformed frames: the receiver refuses and names the sender', () => {
  let target: Stage;
  beforeAll(async () => {
    target = await stage();
  });

  it.each(FAULTS)('$fault', async ({ tamper, message }) => {
    const outcomes = await target.attack({ tamper });
    expectRefused([outcomes[TO] ?? { code: '', message: '' }], 'PEER_PROTOCOL', message);
    const told = await target.analyst({ tamper });
    expect(told.code).toBe('PEER_PROTOCOL');
    expect(told.message).toMatch(/^party 3: party 1/);
    await target.recovers();
  });
});
