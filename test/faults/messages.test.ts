import { beforeAll, describe, expect, it } from 'vitest';
import { P } from '../../src/field/p61.ts';
import type { SentMessage, Tamper } from '../../src/transport/memory.ts';
import { codesOf, expectRefused, type Stage, stage } from './attack.ts';

/** Whole messages that do not fit the protocol: valid frames, wrong content, order or number. */
function first(
  match: RegExp,
  change: (message: SentMessage) => readonly SentMessage[],
  from = 0,
): Tamper {
  return {
    message: (m) =>
      m.from === from && m.to === (from + 2) % 3 && match.test(m.step) ? change(m) : [m],
  };
}

const resized = (bytes: number) => (m: SentMessage) => {
  const payload = new Uint8Array(Math.max(0, m.payload.length + bytes));
  payload.set(m.payload.subarray(0, payload.length));
  return [{ ...m, payload }];
};

/** The last element becomes p, the one 61-bit word that is not an element, or has a bit beyond 61. */
const lastElement = (value: bigint) => (m: SentMessage) => {
  const payload = m.payload.slice();
  new DataView(payload.buffer).setBigUint64(payload.length - 8, value, true);
  return [{ ...m, payload }];
};

const PROTOCOL: readonly { fault: string; tamper: Tamper; message: RegExp }[] = [
  {
    fault: 'step repeated after it was received',
    tamper: first(/a2$/, (m) => [m, { ...m, step: m.step.replace('a2', 'a1') }]),
    message: /party 1 sent step 0\.\d\/a1 again/,
  },
  {
    fault: 'step repeated at once',
    tamper: first(/a0$/, (m) => [m, m]),
    message: /party 1 sent step 0\.\d\/a0 again/,
  },
  {
    fault: 'a layer with a byte more',
    tamper: first(/a1$/, resized(1)),
    message: /party 1 sent a message of step 0\.\d\/a1 with more than the \d+ bytes expected/,
  },
  {
    fault: 'a layer with a byte less',
    tamper: first(/a1$/, resized(-1)),
    message: /party 1 sent a message of step 0\.\d\/a1 with fewer than the \d+ bytes expected/,
  },
  {
    fault: 'an empty layer',
    tamper: first(/a1$/, resized(-1e6)),
    message: /party 1 sent a message of step 0\.\d\/a1 with fewer/,
  },
  {
    fault: 'a barrier that another query passed',
    tamper: first(/barrier/, (m) => [{ ...m, payload: m.payload.map((byte) => byte ^ 1) }]),
    message: /party 1 and party 3 did not finish the same query/,
  },
  ...[
    { what: 'dealt injection', step: /i0u$/ },
    { what: 'product of an injection', step: /i0w$/ },
    { what: 'column of products', step: /m\d$/ },
    { what: 'dot products', step: /dot$/ },
    { what: 'zero test', step: /zero$/ },
  ].flatMap(({ what, step }) =>
    [P, P + 5n, 2n ** 61n, 2n ** 64n - 1n].map((value) => ({
      fault: `${what} with a word outside the field: ${value.toString(16)}`,
      tamper: first(step, lastElement(value)),
      message: /party 1 sent a number outside the field in step/,
    })),
  ),
];

function resizedTo(bytes: number): (m: SentMessage) => SentMessage[] {
  return (m) => [m, { ...m, step: 'flood', payload: new Uint8Array(bytes) }];
}

describe('messages that do not fit: the receiver refuses and names the sender', () => {
  let target: Stage;
  beforeAll(async () => {
    target = await stage();
  });

  it.each(PROTOCOL)('$fault', async ({ tamper, message }) => {
    const outcomes = await target.attack({ tamper });
    expect(codesOf(outcomes).slice(0, 2)).toEqual(['PEER_CLOSED', 'PEER_CLOSED']);
    expectRefused(outcomes, 'PEER_PROTOCOL', message);
    await target.recovers();
  });

  it('a step that nobody awaits, noticed when the stream ends', async () => {
    const tamper = first(/^0\.0\/a0$/, (m) => [m, { ...m, step: 'surprise' }]);
    const [, , third] = await target.attack({ tamper });
    const message = 'party 1 sent step surprise, which nobody awaits';
    expect(third).toEqual({ code: 'PEER_PROTOCOL', message });
    const told = await target.analyst({ tamper });
    expect(told).toEqual({ code: 'PEER_PROTOCOL', message: `party 3: ${message}` });
    await target.recovers();
  });

  it('a flood of bytes that nobody awaits', async () => {
    const tamper = first(/hello/, resizedTo(300_000));
    const outcomes = await target.attack({ tamper, heldBytesMax: 200_000 });
    expectRefused(outcomes, 'PEER_PROTOCOL', /party 1 sent more than 200000 bytes that nobody/);
    await target.recovers();
  });

  it.each([0, 1, 2])('the analyst is told who noticed whom: party %i sends p', async (from) => {
    const tamper = first(/dot$/, lastElement(P), from);
    const told = await target.analyst({ tamper });
    expect(told.code).toBe('PEER_PROTOCOL');
    const victim = ((from + 2) % 3) + 1;
    expect(told.message).toMatch(
      new RegExp(
        `^party ${victim}: party ${from + 1} sent a number outside the field in step 0\\.\\d/dot$`,
      ),
    );
    await target.recovers();
  });
});

describe('openings checked on arrival', () => {
  /** A product of a wide column: its slices are converted, and each conversion is opened. */
  const CONVERSION = 'SELECT SUM(c * a * b) FROM t WHERE id < 600';
  const flipped = (m: SentMessage) => {
    const payload = m.payload.slice();
    payload[3] = (payload[3] ?? 0) ^ 4;
    return [{ ...m, payload }];
  };

  let target: Stage;
  beforeAll(async () => {
    target = await stage();
  });

  it.each([
    { what: 'the bits for party 2', from: 0, to: 1 },
    { what: 'the digest for party 2', from: 2, to: 1 },
    { what: 'the bits for party 3', from: 1, to: 2 },
    { what: 'the digest for party 3', from: 0, to: 2 },
  ])('an altered conversion is withheld: $what', async ({ from, to }) => {
    const message = (m: SentMessage) =>
      m.from === from && m.to === to && /b\d+r$/.test(m.step) ? flipped(m) : [m];
    const outcomes = await target.attack({ tamper: { message } }, CONVERSION);
    expectRefused(outcomes, 'OPENING_INCONSISTENT', /two parties sent different bits in step 0\./);
    expect(codesOf(outcomes)[to]).toBe('OPENING_INCONSISTENT');
    const after = target.record.filter(({ step }) => /dot|barrier/.test(step));
    expect(after).toEqual([]);
    await target.recovers();
  });
});
