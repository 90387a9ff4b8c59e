import { afterAll, beforeAll, expect, it } from 'vitest';
import { numbers, Trial } from '../processes/trial.ts';
import { DelayProxy } from './delay-proxy.ts';
import { DELAY_MS, FAR, ROWS, SQL } from './far.ts';

const proxies: DelayProxy[] = [];
let trial: Trial;

beforeAll(async () => {
  const through = async (port: number) => {
    const proxy = await DelayProxy.start(port, DELAY_MS);
    proxies.push(proxy);
    return proxy.port;
  };
  trial = await Trial.start({ silenceSeconds: 30, exchangeThrough: through });
  await trial.publish(numbers('far', ROWS));
}, 120_000);

afterAll(async () => {
  await trial?.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
});

it('rounds times the time of one predict how long a query takes, within a fifth', async () => {
  // The connections between the parties are warm and the plan is known: what is left is the protocol.
  await trial.query(SQL, { network: FAR });
  const started = performance.now();
  const { stats } = await trial.query(SQL, { network: FAR });
  const seconds = (performance.now() - started) / 1000;
  const predicted = stats.rounds * (FAR.roundTripSeconds / 2);
  process.stdout.write(
    `${stats.rounds} rounds: predicted ${predicted.toFixed(2)} s, took ${seconds.toFixed(2)} s\n`,
  );
  expect(seconds / predicted).toBeGreaterThan(0.8);
  expect(seconds / predicted).toBeLessThan(1.2);
}, 120_000);
