import { beforeAll, describe, expect, it } from 'vitest';
import type { MemoryOptions, SentMessage, TraceEntry } from '../../src/transport/memory.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { Rng } from '../oracle/rng.ts';
import { rowTable } from '../security/row-table.ts';
import { askEach, codesOf, expectRefused, type Outcome, WATCHDOG } from './attack.ts';

/** Attacks 13 and 14 of PROTOCOLS 9, and those of A8, on queries about rows. */
const SQL = 'SELECT id, word FROM t ORDER BY k, id';
/** The sort; rows were shuffled by the stage before it, and are again by the sort itself. */
const SHUFFLES = ['2', '3'];
const SORT = 3;
const ROWS = 6;
const WORD = 8;

let network: MemoryOptions = {};
let consortium: Consortium;
let answer: string;

const rowsOf = async () => JSON.stringify((await consortium.query(SQL)).rows);

beforeAll(async () => {
  const table = rowTable('t', [ROWS], (n) => ({
    ...{ id: n, k: [9, 3, null, 3, 4000, 0][n] ?? null, x: n, word: n % 2 === 0 ? 'AK' : null },
  }));
  consortium = await inProcessConsortium([table], () => network);
  answer = await rowsOf();
});

type Change = (payload: Uint8Array, rng: Rng) => Uint8Array;

/** One message, or several of them that tell of the same rows. */
interface Target {
  readonly liar: number;
  readonly steps: RegExp;
}

interface Attacked {
  readonly outcomes: readonly Outcome[];
  /** What the honest parties sent. */
  readonly sent: readonly string[];
}

/** Asks the parties, of which one changes what it sends; every message of the target is changed in the same way. */
async function attack(
  { liar, steps }: Target,
  change: Change | undefined,
  seed = 1,
): Promise<Attacked> {
  const record: TraceEntry[] = [];
  let changed = 0;
  const message = (sent: SentMessage): SentMessage[] => {
    if (sent.from !== liar || !steps.test(sent.step)) return [sent];
    changed++;
    if (change === undefined) return [];
    return [{ ...sent, payload: change(sent.payload.slice(), new Rng(seed)) }];
  };
  network = { tamper: { message }, record, ...(change ? {} : { watchdog: WATCHDOG }) };
  const outcomes = await askEach(consortium, SQL);
  network = {};
  expect(changed).toBeGreaterThan(0);
  const honest = record.filter(({ from }) => from !== liar);
  return { outcomes, sent: honest.map(({ step }) => step) };
}

/** Nobody has an answer, and nobody has said anything about one. */
function expectNothing({ outcomes, sent }: Attacked): void {
  expect(codesOf(outcomes)).not.toContain('answered');
  expect(sent).not.toContain('barrier');
  expect(sent).not.toContain('commit');
}

const row = (payload: Uint8Array, k: number) => payload.slice(WORD * k, WORD * (k + 1));

/** What can be done to rows; every column of a message gets the same. */
const ROW_LIES: Readonly<Record<string, Change>> = {
  'two rows swapped': (payload, rng) => {
    const first = rng.below(ROWS - 1);
    const [a, b] = [row(payload, first), row(payload, first + 1)];
    payload.set(b, WORD * first);
    payload.set(a, WORD * (first + 1));
    return payload;
  },
  'another permutation': (payload) => {
    const last = row(payload, ROWS - 1);
    payload.copyWithin(WORD, 0);
    payload.set(last);
    return payload;
  },
  'a row twice': (payload, rng) => {
    const at = rng.below(ROWS - 1);
    payload.set(row(payload, at), WORD * (at + 1));
    return payload;
  },
  'a row of zeros': (payload, rng) => {
    const at = rng.below(ROWS);
    return payload.fill(0, WORD * at, WORD * (at + 1));
  },
  'a row replaced': (payload, rng) => {
    const at = WORD * rng.below(ROWS);
    for (let k = at; k < at + WORD; k++) payload[k] = rng.below(256);
    return payload;
  },
  'no row but zeros': (payload) => payload.fill(0),
};

const LENGTH_LIES: Readonly<Record<string, Change>> = {
  'a row dropped': (payload) => payload.slice(WORD),
  'a row added': (payload) => Uint8Array.from([...payload, ...row(payload, 0)]),
  'no rows': () => new Uint8Array(),
};

/** Who sends what of the rows of a shuffle: X2, Y1, C1, C2. */
const MOVES = [
  { what: 'X2', liar: 0, name: 'sx' },
  { what: 'Y1', liar: 1, name: 'sy' },
  { what: 'C1', liar: 1, name: 'sc' },
  { what: 'C2', liar: 2, name: 'sc' },
];

describe('attack 13, a shuffle', () => {
  const moveOf = (shuffle: string, { liar, name }: (typeof MOVES)[number]): Target => ({
    liar,
    steps: new RegExp(`^${shuffle}/${name}\\d+$`),
  });

  it.each(MOVES)('$what of party $liar: rows changed in all columns alike', async (move) => {
    for (const [k, [name, lie]] of Object.entries(ROW_LIES).entries()) {
      const shuffle = SHUFFLES[k % 2] ?? '';
      const attacked = await attack(moveOf(shuffle, move), lie, k);
      expectNothing(attacked);
      expectRefused(attacked.outcomes, 'CHECK_FAILED', /the check of shuffle/);
      // The rows are not even compared.
      const opened = attacked.sent.filter((step) => step.startsWith(`${SORT}/s0o`));
      expect(opened, name).toEqual([]);
    }
  });

  it.each(MOVES)('$what of party $liar: other numbers of rows', async (move) => {
    for (const lie of Object.values(LENGTH_LIES)) {
      const attacked = await attack(moveOf('3', move), lie);
      expectNothing(attacked);
      expectRefused(attacked.outcomes, 'PEER_PROTOCOL', /(more|fewer) than the \d+ bytes expected/);
    }
  });

  it.each([0, 1, 2])('wrong tags of party %i', async (liar) => {
    for (const [k, lie] of Object.values(ROW_LIES).entries()) {
      const shuffle = SHUFFLES[k % 2] ?? '';
      const attacked = await attack({ liar, steps: new RegExp(`^${shuffle}/st$`) }, lie, k);
      expectNothing(attacked);
      expectRefused(attacked.outcomes, 'CHECK_FAILED', /the check of shuffle/);
    }
  });

  it('A8: no coin and no share of the key before all rows have arrived everywhere', async () => {
    for (const { liar, name } of [...MOVES, { liar: 2, name: 'st' }]) {
      const attacked = await attack({ liar, steps: new RegExp(`^3/${name}\\d*$`) }, undefined);
      expectNothing(attacked);
      const told = attacked.sent.filter((step) => ['3/sk', 'vs3/c0', '3/sz'].includes(step));
      expect(told).toEqual([]);
    }
  });

  it('A8: zeros that are not zero, or are said to be other ones', async () => {
    for (const liar of [0, 1, 2]) {
      for (const at of [0, WORD]) {
        const change: Change = (payload) => {
          payload[at] = (payload[at] ?? 0) ^ 1;
          return payload;
        };
        const attacked = await attack({ liar, steps: /^3\/sz$/ }, change);
        expectNothing(attacked);
        expectRefused(attacked.outcomes, 'CHECK_FAILED', /the check of shuffle 3/);
      }
    }
  });
});

describe('attack 14, comparisons of a sort', () => {
  const flipped: Change = (payload, rng) => {
    const bit = rng.below(8);
    payload[0] = (payload[0] ?? 0) ^ (1 << bit);
    return payload;
  };

  it.each([0, 1, 2])('party %i: no outcome is opened that is not verified', async (liar) => {
    for (const [k, layer] of [0, 1, 2].entries()) {
      const steps = new RegExp(`^${SORT}\\.0/s0a${layer}$`);
      const attacked = await attack({ liar, steps }, flipped, k);
      expectNothing(attacked);
      const codes = codesOf(attacked.outcomes);
      expect(codes.includes('CHECK_FAILED') || codes.includes('OPENING_INCONSISTENT')).toBe(true);
      expect(attacked.sent).not.toContain(`${SORT}/s0o`);
    }
  });

  it.each([0, 1, 2])(
    'party %i: outcomes are compared before rows are put in order',
    async (liar) => {
      const attacked = await attack({ liar, steps: new RegExp(`^${SORT}/s0o$`) }, flipped);
      expectNothing(attacked);
      expectRefused(attacked.outcomes, 'OPENING_INCONSISTENT', /different shares of what step/);
    },
  );
});

it('the same parties answer the next query', async () => {
  expect(await rowsOf()).toBe(answer);
});
