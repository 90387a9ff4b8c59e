import { beforeAll, describe, expect, it } from 'vitest';
import type { SentMessage, Tamper } from '../../src/transport/memory.ts';
import { type Stage, stage } from './attack.ts';

/** One bit of one message is another one when it arrives; its sender does not know. */
const onTheWay = (step: RegExp, from: number, to: number): Tamper => ({
  message: (m: SentMessage) => {
    if (m.from !== from || m.to !== to || !step.test(m.step)) return [m];
    const payload = m.payload.slice();
    payload[0] = (payload[0] ?? 0) ^ 1;
    return [{ ...m, payload }];
  },
});

/**
 * Passive parties verify no gate, so whatever happens to a message on its way must be noticed when both ends of its channel are
 * compared, before anything is revealed.
 */
describe('a message that is altered between two honest parties', () => {
  let target: Stage;
  beforeAll(async () => {
    target = await stage((parts) => ({ ...parts, security: 'passive' }));
  });

  it.each([
    { what: 'AND layer', step: /^0\.0\/a1$/, from: 0, to: 2 },
    { what: 'AND layer', step: /^0\.0\/a1$/, from: 1, to: 0 },
    { what: 'dealing of an injection', step: /^0\.0\/i\d+u$/, from: 2, to: 1 },
    { what: 'product of an injection', step: /^0\.0\/i\d+w$/, from: 1, to: 0 },
    { what: 'dot products', step: /dot$/, from: 2, to: 1 },
  ])('stops the query at all parties, and names the two: $what', async ({ step, from, to }) => {
    const outcomes = await target.attack({ tamper: onTheWay(step, from, to) });
    const altered = target.record.filter(
      (m) => m.from === from && m.to === to && step.test(m.step),
    );
    expect(altered.length).toBeGreaterThan(0);
    const sender = `party ${from + 1}`;
    const receiver = `party ${to + 1}`;
    const refused = {
      code: 'TRANSCRIPT_MISMATCH',
      message: `${sender} and ${receiver} do not agree on what ${sender} sent ${receiver}`,
    };
    expect(outcomes).toEqual([refused, refused, refused]);
    await target.recovers();
  });
});
