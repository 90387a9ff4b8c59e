import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { checkShape } from '../../src/program/checks.ts';
import { BARRIER_BYTES, STEP } from '../../src/program/steps.ts';
import type { CheckRecord } from '../../src/proof/check-record.ts';
import { compareEndings, type Ending } from '../../src/proof/final-barrier.ts';
import { type ChannelHead, Transcript } from '../../src/proof/transcript.ts';
import { memoryNetwork, type SentMessage, type Tamper } from '../../src/transport/memory.ts';

const PARTIES = [0, 1, 2];
const salt = (self: number) => (peer: number) =>
  new Uint8Array(32).fill(3 * Math.min(self, peer) + Math.max(self, peer));

interface Sent {
  readonly from: number;
  readonly to: number;
  readonly step: string;
  readonly bytes: readonly number[];
}

const MESSAGES: readonly Sent[] = [
  { from: 0, to: 1, step: 'a', bytes: [1, 2, 3] },
  { from: 0, to: 1, step: 'b', bytes: [4] },
  { from: 1, to: 0, step: 'a', bytes: [5, 6] },
  { from: 1, to: 2, step: 'a', bytes: [1, 2, 3] },
];

/** Three transcripts through which the messages went, received in the order of `receiving`. */
async function transcriptsOf(
  messages: readonly Sent[],
  receiving = messages,
  tamper: Tamper = {},
): Promise<Transcript[]> {
  const all = memoryNetwork(3, { tamper }).map((channel) => new Transcript(channel, nodeCrypto));
  for (const { from, to, step, bytes } of messages) {
    all[from]?.send(to, step, Uint8Array.from(bytes));
  }
  for (const { from, to, step, bytes } of receiving) {
    // In the middle of other bytes, which do not count.
    const target = new Uint8Array(bytes.length + 4).fill(9);
    await all[to]?.receive(from, step, () => target, 2, bytes.length);
  }
  return all;
}

const headsOf = (all: readonly Transcript[]) =>
  all.map((transcript, self) => transcript.heads(salt(self)));

const find = (heads: readonly (readonly ChannelHead[])[], by: number, from: number, to: number) =>
  heads[by]?.find((head) => head.from === from && head.to === to)?.head;

describe('the transcript of a channel', () => {
  it('is the same at both ends, in whatever order messages are received', async () => {
    for (const receiving of [MESSAGES, [...MESSAGES].reverse()]) {
      const heads = headsOf(await transcriptsOf(MESSAGES, receiving));
      for (const from of PARTIES) {
        for (const to of PARTIES.filter((party) => party !== from)) {
          expect(find(heads, from, from, to)).toEqual(find(heads, to, from, to));
        }
      }
    }
  });

  it('differs for every other content, step, direction and secret', async () => {
    const variants: (readonly Sent[])[] = [
      MESSAGES,
      MESSAGES.slice(1),
      MESSAGES.map((m, k) => (k === 0 ? { ...m, bytes: [1, 2, 4] } : m)),
      MESSAGES.map((m, k) => (k === 0 ? { ...m, bytes: [1, 2, 3, 0] } : m)),
      MESSAGES.map((m, k) => (k === 0 ? { ...m, step: 'c' } : m)),
      MESSAGES.map((m, k) => (k < 2 ? { ...m, bytes: MESSAGES[1 - k]?.bytes ?? [] } : m)),
    ];
    const heads = await Promise.all(
      variants.map(async (messages) => find(headsOf(await transcriptsOf(messages)), 0, 0, 1)),
    );
    const [first] = await transcriptsOf(MESSAGES);
    const other = first?.heads(() => new Uint8Array(32))[0]?.head;
    const back = find(headsOf(await transcriptsOf([])), 0, 1, 0);
    const there = find(headsOf(await transcriptsOf([])), 0, 0, 1);
    const all = [...heads, other, back, there].map((head) => head?.join());
    expect(new Set(all).size).toBe(all.length);
  });

  it('remembers what was sent before its bytes change, and passes everything else on', async () => {
    const [channel] = memoryNetwork(3);
    const transcript = new Transcript(channel as NonNullable<typeof channel>, nodeCrypto);
    const payload = Uint8Array.of(1, 2);
    transcript.send(1, 's', payload);
    const before = transcript.heads(salt(0));
    payload.fill(7);
    expect(transcript.heads(salt(0))).toEqual(before);
    expect([transcript.self, transcript.parties]).toEqual([0, 3]);
    expect(transcript.bytesSent).toBe(channel?.bytesSent);
    expect(() => transcript.send(1, 's', payload)).toThrow('a step names one message');
  });
});

const RECORD: CheckRecord = {
  batch: '0a0',
  shape: checkShape('and', 4096),
  heads: PARTIES.map((party) => new Uint8Array(32).fill(party)),
  reveals: PARTIES.map((party) => new Uint8Array(32).fill(party + 5)),
  opened: { x: [1n, 2n, 3n], y: [4n, 5n, 6n], h: [7n, 8n, 2n ** 63n] },
};

async function endings(
  tamper: Tamper = {},
  change: (ending: Ending, self: number) => Ending = (ending) => ending,
) {
  const all = await transcriptsOf(MESSAGES, MESSAGES, tamper);
  const queryId = new Uint8Array(32).fill(1);
  return Promise.allSettled(
    all.map((transcript, self) => {
      const ending = { queryId, records: [RECORD], heads: transcript.heads(salt(self)) };
      return compareEndings(transcript, nodeCrypto, change(ending, self));
    }),
  );
}

const failures = (settled: Awaited<ReturnType<typeof endings>>) =>
  settled.map((one) =>
    one.status === 'rejected' ? `${one.reason.code} ${one.reason.message}` : '',
  );

/** One byte of the last message from one party to another becomes another. */
const flipped = (from: number, to: number, at: number): Tamper => ({
  message: (m: SentMessage) => {
    if (m.from !== from || m.to !== to || m.step !== STEP.barrier) return [m];
    return [{ ...m, payload: m.payload.map((byte, k) => (k === at ? byte ^ 1 : byte)) }];
  },
});

describe('the last barrier', () => {
  it('gives all parties the heads of all channels', async () => {
    const settled = await endings();
    const heads = settled.map((one) => (one.status === 'fulfilled' ? one.value : []));
    expect(heads[0]?.map(({ from, to }) => [from, to])).toEqual([
      ...[
        [0, 1],
        [0, 2],
        [1, 0],
      ],
      ...[
        [1, 2],
        [2, 0],
        [2, 1],
      ],
    ]);
    expect(heads[1]).toEqual(heads[0]);
    expect(heads[2]).toEqual(heads[0]);
  });

  it('names the two ends of a channel on which a message was altered on its way', async () => {
    const tamper: Tamper = {
      message: (m) =>
        m.from === 1 && m.to === 2 && m.step === 'a'
          ? [{ ...m, payload: Uint8Array.of(0, 0, 0) }]
          : [m],
    };
    const expected =
      'TRANSCRIPT_MISMATCH party 2 and party 3 do not agree on what party 2 sent party 3';
    expect(failures(await endings(tamper))).toEqual([expected, expected, expected]);
  });

  it.each(Array.from({ length: BARRIER_BYTES }, (_, at) => at))(
    'is not passed by who hears byte %i altered, with the right name',
    async (at) => {
      const [first, second, third] = failures(await endings(flipped(0, 2, at)));
      expect([first, second]).toEqual(['', '']);
      if (at < 32) {
        expect(third).toBe('PEER_PROTOCOL party 1 and party 3 did not finish the same query');
      } else if (at < 64) {
        expect(third).toBe('TRANSCRIPT_MISMATCH party 1 and party 3 saw different checks pass');
      } else {
        // What party 1 says of its channels with party 2 and with party 3, there and back.
        const [a, b] =
          [
            [1, 2],
            [2, 1],
            [1, 3],
            [3, 1],
          ][Math.floor((at - 64) / 32)] ?? [];
        expect(third).toBe(
          `TRANSCRIPT_MISMATCH party ${a} and party ${b} do not agree on what party ${a} sent party ${b}`,
        );
      }
    },
  );

  it.each<[string, (record: CheckRecord) => readonly CheckRecord[]]>([
    ['no check', () => []],
    ['one more', (r) => [r, { ...r, batch: '0a1' }]],
    ['another batch', (r) => [{ ...r, batch: '0a1' }]],
    ['another size', (r) => [{ ...r, shape: checkShape('and', 4097) }]],
    ['another coin', (r) => [{ ...r, reveals: [...r.reveals].reverse() }]],
    ['another opening', (r) => [{ ...r, opened: { ...r.opened, h: [7n, 8n, 9n] } }]],
  ])('is passed by nobody if one party saw %s', async (_what, other) => {
    const settled = await endings({}, (ending, self) =>
      self === 0 ? { ...ending, records: other(RECORD) } : ending,
    );
    expect(failures(settled)).toEqual(
      ['party 2 and party 1', 'party 1 and party 2', 'party 1 and party 3'].map(
        (pair) => `TRANSCRIPT_MISMATCH ${pair} saw different checks pass`,
      ),
    );
  });
});
