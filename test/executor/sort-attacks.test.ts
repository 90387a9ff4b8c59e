import { describe, expect, it } from 'vitest';
import { STEP } from '../../src/program/steps.ts';
import type { SentMessage, TraceEntry } from '../../src/transport/memory.ts';
import { runParties, storesWith } from '../program/run-parties.ts';
import { sortingProgram } from './sorting.ts';

const ROWS = 600;
/** Index of the sort stage. */
const SORT = 1;
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

/** A sort in which party `liar` flips a bit of every message of a step: the error, and what the others sent. */
async function attack(liar: number, step: string, lies: (message: SentMessage) => boolean) {
  const record: TraceEntry[] = [];
  const values = range(ROWS).map((k) => BigInt((k * 7919) % 1024));
  const program = sortingProgram(values, 30, [{ key: range(20), method: 'quick' }]);
  const message = (sent: SentMessage): SentMessage[] => {
    if (sent.from !== liar || sent.step !== step || !lies(sent)) return [sent];
    const payload = sent.payload.slice();
    payload[0] = (payload[0] ?? 0) ^ 4;
    return [{ ...sent, payload }];
  };
  const network = { tamper: { message }, record };
  const code = await runParties(program, await storesWith(), network).then(
    () => 'an answer',
    (error) => error.code,
  );
  const honest = new Set(record.filter(({ from }) => from !== liar).map((entry) => entry.step));
  return { code, sent: (wanted: string) => honest.has(wanted) };
}

describe('a sort with one liar', () => {
  it.each([0, 1, 2])('party %i: no level is opened whose comparisons are wrong', async (liar) => {
    for (const level of [0, 1]) {
      const step = STEP.sortAnd(SORT, 0, level, 2);
      const { code, sent } = await attack(liar, step, () => true);
      // What the receiver got is not what the sender believes, so shares of the check may not fit either.
      expect(['CHECK_FAILED', 'OPENING_INCONSISTENT']).toContain(code);
      expect(sent(step)).toBe(true);
      expect(sent(STEP.sortOpen(SORT, level))).toBe(false);
      expect(sent(STEP.sortOpen(SORT, 0))).toBe(level > 0);
    }
  });

  it.each([0, 1, 2])(
    'party %i: opened bits are compared before anything depends on them',
    async (liar) => {
      const step = STEP.sortOpen(SORT, 0);
      for (const isHash of [false, true]) {
        const lies = ({ payload }: SentMessage) => (payload.length === 32) === isHash;
        const { code, sent } = await attack(liar, step, lies);
        expect(code).toBe('OPENING_INCONSISTENT');
        expect(sent(step)).toBe(true);
        // One honest party may not know yet, but has not got what it needs to go on.
        expect(sent(STEP.sortOpen(SORT, 1))).toBe(false);
      }
    },
  );
});
