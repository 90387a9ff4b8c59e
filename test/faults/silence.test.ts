import { beforeAll, describe, expect, it } from 'vitest';
import type { SentMessage } from '../../src/transport/memory.ts';
import { codesOf, expectRefused, type Stage, stage, WATCHDOG } from './attack.ts';

/** Whatever a peer does not send, somebody gives up in time and says what is missing from whom. */
describe('a message that never comes', () => {
  let target: Stage;
  beforeAll(async () => {
    target = await stage();
  });

  const without = (step: RegExp) => ({
    message: (m: SentMessage) => (m.from === 1 && m.to === 0 && step.test(m.step) ? [] : [m]),
  });

  it.each([
    { step: /hello/, missing: /step hello is missing/ },
    { step: /echo/, missing: /step echo is missing/ },
    { step: /^0\.0\/a3$/, missing: /step 0\.0\/a3 is missing/ },
    { step: /i0w$/, missing: /step 0\.\d\/i0w is missing/ },
    { step: /zero/, missing: /step zero is missing/ },
    { step: /barrier/, missing: /step barrier is missing/ },
  ])('$step is PEER_TIMEOUT', async ({ step, missing }) => {
    const tamper = without(step);
    const outcomes = await target.attack({ tamper, watchdog: WATCHDOG });
    expect(codesOf(outcomes)).not.toContain('answered');
    expectRefused(outcomes, 'PEER_TIMEOUT', missing);
    expectRefused(outcomes, 'PEER_TIMEOUT', /party 2 sent nothing for 0\.2 s/);
    const told = await target.analyst({ tamper, watchdog: WATCHDOG });
    expect(told.code).toBe('PEER_TIMEOUT');
    await target.recovers();
  });

  it('a lost commitment is noticed without the clock: the stream ends', async () => {
    const outcomes = await target.attack({ tamper: without(/commit/) });
    expectRefused([outcomes[0] ?? { code: '', message: '' }], 'PEER_CLOSED', /before step commit/);
    await target.recovers();
  });

  it('a renamed step is a timeout that says what came instead', async () => {
    const message = (m: SentMessage) =>
      m.from === 1 && m.to === 0 && m.step === '0.0/dot' ? [{ ...m, step: '0.0/dash' }] : [m];
    const outcomes = await target.attack({ tamper: { message }, watchdog: WATCHDOG });
    expectRefused(outcomes, 'PEER_TIMEOUT', /it sent step 0\.0\/dash, which nobody awaits/);
    await target.recovers();
  });
});
