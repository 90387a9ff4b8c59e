import { expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateExchangeKeys } from '../../src/crypto/node-keys.ts';
import { directPlanner } from '../../src/engine/planner.ts';
import type { Prepared } from '../../src/engine/prepare.ts';
import { inProcessConsortium } from '../engine/consortium.ts';

const LIMITS = { running: 1, queued: 2, timeoutSeconds: 60 };
/** Four times what may run or wait, see PartyEngine. */
const MOST = 12;

it('statements of cancelled queries do not pile up before the planner', async () => {
  let [waiting, peak] = [0, 0];
  /** A planner that is busy with another statement; it may, but need not, be told that nobody waits any more. */
  const plan = (_question: unknown, _tables: unknown, signal?: AbortSignal): Promise<Prepared> => {
    waiting++;
    peak = Math.max(peak, waiting);
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        waiting--;
        reject(signal.reason);
      });
    });
  };
  const planner = { ...directPlanner(nodeCrypto), plan };
  const { engines } = await inProcessConsortium([], undefined, (parts) => ({
    ...parts,
    ...{ planner, limits: LIMITS },
  }));
  const [engine] = engines;
  if (engine === undefined) throw new TypeError('three parties');
  for (let k = 0; k < 100; k++) {
    const cancel = new AbortController();
    const request = {
      ...{ requestId: k.toString(16).padStart(32, '0'), analyst: 'a', sql: `SELECT ${k} AS n` },
      analystKey: generateExchangeKeys().publicKey,
    };
    const ended = engine.query(request, cancel.signal).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    cancel.abort();
    await ended;
  }
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThanOrEqual(MOST);
});
