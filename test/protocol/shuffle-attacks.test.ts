import { describe, expect, it } from 'vitest';
import { openBits } from '../../src/protocol/open-bits.ts';
import type { SentMessage, TraceEntry } from '../../src/transport/memory.ts';
import type { Timer } from '../../src/transport/timer.ts';
import { SeededRandom } from '../proof/batches.ts';
import { fromPlanes, toPlanes } from './replicated-bits.ts';
import { atThree, type Protocol, shuffling, succeeded } from './shuffling.ts';

const WIDTH = 70;
/** Words of a row, and its tag. */
const COLUMNS = [0, 1, 2];
const OPENED = 'opened';

/** Nothing but the clock ends a shuffle whose messages do not come. */
const REAL_TIMER: Timer = {
  start: (ms, fn) => {
    const handle = setTimeout(fn, ms);
    return () => clearTimeout(handle);
  },
};

/** Shuffles and opens a plane, as sorts do. */
function shuffleAndOpen(rows: number): Protocol<Uint8Array> {
  return async (lane, planes) => {
    const end = await shuffling(rows)(lane, planes);
    const { arena } = lane.party;
    const [first] = end.planes;
    const put = (bytes: Uint8Array = new Uint8Array()) => {
      const address = arena.alloc(bytes.length);
      arena.u8.set(bytes, address);
      return address;
    };
    const shared = { left: put(first?.left), right: put(first?.right) };
    const { permit } = await lane.witness.barrier();
    return openBits(lane, OPENED, permit, [shared], rows);
  };
}

/** Changes a payload in place, or returns another one. */
type Change = (payload: Uint8Array, message: SentMessage) => Uint8Array;

/** What a shuffle under attack came to; `changed`: messages that the liar sent and that differ from what it should have sent. */
async function attack(rows: number, liar: number, change: Change) {
  const record: TraceEntry[] = [];
  const changed: string[] = [];
  const message = (sent: SentMessage): SentMessage[] => {
    if (sent.from !== liar) return [sent];
    const payload = change(sent.payload.slice(), sent);
    if (Buffer.compare(payload, sent.payload) !== 0) changed.push(sent.step);
    return [{ ...sent, payload }];
  };
  const random = new SeededRandom('rows');
  const values = Array.from({ length: rows }, () => BigInt(random.below(2 ** 31)));
  const { ends } = await atThree(toPlanes(values, WIDTH), 'active', shuffleAndOpen(rows), {
    tamper: { message },
    record,
  });
  const honest = ends.filter((_, party) => party !== liar);
  const codes = ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'opened'));
  const opened = record.filter(({ from, step }) => from !== liar && step === OPENED).length;
  return { changed, honest, codes, opened };
}

const onStep =
  (step: string, change: (payload: Uint8Array) => Uint8Array): Change =>
  (payload, message) =>
    message.step === step ? change(payload) : payload;

const flip = (at: number, mask: number) => (payload: Uint8Array) => {
  payload[at % payload.length] = (payload[at % payload.length] ?? 0) ^ mask;
  return payload;
};

/** Ways to alter a column of rows. */
const COLUMN_LIES: Record<string, (random: SeededRandom) => (payload: Uint8Array) => Uint8Array> = {
  'one bit': (random) => {
    const [at, bit] = [random.below(1 << 20), random.below(8)];
    return flip(at, 1 << bit);
  },
  zeros: () => (payload) => payload.fill(0),
  'other bytes': (random) => (payload) => random.bytes(payload.length),
  'a row twice': () => (payload) => payload.copyWithin(0, 8, 16),
  'rows in another order': () => (payload) => {
    const first = payload.slice(0, 8);
    payload.copyWithin(0, 8);
    payload.set(first, payload.length - 8);
    return payload;
  },
};

/** The messages of rows and tags, by sender. */
const MOVES = [
  ...[0, 1, 2].map((liar) => ({ liar, step: '7/st' })),
  ...COLUMNS.flatMap((k) => [
    { liar: 0, step: `7/sx${k}` },
    { liar: 1, step: `7/sy${k}` },
    { liar: 1, step: `7/sc${k}` },
    { liar: 2, step: `7/sc${k}` },
  ]),
];

describe('a shuffle with one liar', () => {
  it.each(MOVES)(
    'party $liar in step $step: no honest party opens anything',
    async ({ liar, step }) => {
      for (const [name, lie] of Object.entries(COLUMN_LIES)) {
        const random = new SeededRandom(`${liar}${step}${name}`);
        for (const rows of [2, 3, 65]) {
          const { changed, codes, honest, opened } = await attack(
            rows,
            liar,
            onStep(step, lie(random)),
          );
          expect(changed).toEqual([step]);
          expect(
            honest.map(({ status }) => status),
            name,
          ).toEqual(['rejected', 'rejected']);
          expect(codes).toContain('CHECK_FAILED');
          expect(opened).toBe(0);
        }
      }
    },
  );
});

describe('every message of a shuffle', () => {
  it('is refused by its receiver if one bit of it is changed', async () => {
    const rows = 3;
    const record: TraceEntry[] = [];
    const planes = toPlanes([1n, 2n, 3n], WIDTH);
    await atThree(planes, 'active', shuffling(rows), { record });
    // Tags, four messages a column, key and its hash, three messages of the coin, sums.
    expect(record).toHaveLength(3 + 4 * COLUMNS.length + 6 + 3 * 6 + 6);
    for (const seed of ['a', 'b', 'c']) {
      const random = new SeededRandom(seed);
      for (const { from, to, step, bytes } of record) {
        const lie = flip(random.below(bytes), 1 << random.below(8));
        const { codes, changed } = await attack(rows, from, (payload, sent) =>
          sent.step === step && sent.to === to && sent.payload.length === bytes
            ? lie(payload)
            : payload,
        );
        expect(changed).toEqual([step]);
        expect(['CHECK_FAILED', 'OPENING_INCONSISTENT', 'COIN_INVALID'], step).toContain(codes[to]);
      }
    }
  });

  it('has arrived everywhere before anyone tells its share of the key', async () => {
    for (const { liar, step } of MOVES) {
      const record: TraceEntry[] = [];
      const withheld = (sent: SentMessage) =>
        sent.from === liar && sent.step === step ? [] : [sent];
      const { ends } = await atThree(toPlanes([1n, 2n], WIDTH), 'active', shuffling(2), {
        tamper: { message: withheld },
        record,
        watchdog: { timer: REAL_TIMER, silenceMs: 40 },
      });
      expect(ends.map(({ status }) => status)).not.toContain('fulfilled');
      const told = record.filter((sent) => ['7/sk', 'vs7/c0'].includes(sent.step));
      expect(told).toEqual([]);
    }
  });
});

/**
 * A liar adds an error to a row before an order that it does not know, and takes it back afterwards at the row where it guesses
 * that the first one went. If its guess is right nothing is wrong at the end, so whether the shuffle fails must not depend on it.
 */
const SELECTIVE = [
  { liar: 0, from: 'st', to: 'sx' },
  { liar: 1, from: 'st', to: 'sy' },
  { liar: 1, from: 'st', to: 'sc' },
  { liar: 1, from: 'sy', to: 'sc' },
  { liar: 2, from: 'st', to: 'sc' },
];

describe('errors that are taken back', () => {
  const guess = (rows: number, from: string, to: string, column: string, seed: string): Change => {
    const random = new SeededRandom(seed);
    const error = random.bytes(8);
    const [row, place] = [random.below(rows), random.below(rows)];
    const add = (payload: Uint8Array, at: number) => {
      error.forEach((byte, k) => {
        payload[8 * at + k] = (payload[8 * at + k] ?? 0) ^ byte;
      });
      return payload;
    };
    return (payload, { step }) => {
      if (step === from || step === from + column) return add(payload, row);
      return step === to + column ? add(payload, place) : payload;
    };
  };

  it.each(SELECTIVE)('party $liar: $from and $to fail, guessed right or not', async (attempt) => {
    const { liar, from, to } = attempt;
    // Of a single row the guess is always right, of four rows one in four times.
    for (const [rows, tries] of [
      [1, 5],
      [4, 20],
    ] as const) {
      for (let k = 0; k < tries; k++) {
        const column = from === 'st' ? `${COLUMNS.length - 1}` : `${k % COLUMNS.length}`;
        const change = guess(rows, `7/${from}`, `7/${to}`, column, `${liar}${from}${to}${k}`);
        const { changed, codes, honest, opened } = await attack(rows, liar, change);
        expect(changed).toHaveLength(2);
        expect(honest.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
        expect(codes).toContain('CHECK_FAILED');
        expect(opened).toBe(0);
      }
    }
  });

  it('a shuffle that nobody checks would show who guessed right', async () => {
    const rows = 4;
    const values = [10n, 20n, 30n, 40n];
    let intact = 0;
    for (let k = 0; k < 40; k++) {
      const change = guess(rows, '7/sy', '7/sc', '0', `${k}`);
      const message = (sent: SentMessage): SentMessage[] =>
        sent.from === 1 ? [{ ...sent, payload: change(sent.payload.slice(), sent) }] : [sent];
      const network = { tamper: { message } };
      const { ends } = await atThree(toPlanes(values, 64), 'passive', shuffling(rows), network);
      // Parties 2 and 3 no longer hold the same component: what the analyst would be told is what party 3 holds.
      const [first, , third] = succeeded(ends);
      const planes = (first?.planes ?? []).map(({ left, right }, bit) =>
        left.map((byte, at) => byte ^ (right[at] ?? 0) ^ (third?.planes[bit]?.left[at] ?? 0)),
      );
      const shuffled = fromPlanes(planes, rows).sort((a, b) => (a < b ? -1 : 1));
      if (shuffled.every((value, row) => value === values[row])) intact++;
    }
    expect(intact).toBeGreaterThan(1);
    expect(intact).toBeLessThan(25);
  });
});
