import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { prepare } from '../../src/engine/prepare.ts';
import { LAN, type NetworkProfile } from '../../src/planner/network.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { publishInProcess } from '../oracle/publish.ts';
import { numbers, Trial } from '../processes/trial.ts';
import { DelayProxy } from './delay-proxy.ts';

/** Added to every message between two parties, so that a round trip takes twice as long. */
const DELAY_MS = 50;
const FAR: NetworkProfile = {
  name: 'far',
  roundTripSeconds: (2 * DELAY_MS) / 1000,
  bytesPerSecond: 12_500_000,
};
const ROWS = 20_000;
const SQL = 'SELECT AVG(b), MAX(a), SUM(a * b) FROM far WHERE a + b > 700 AND a * 3 < b';

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

it('the plan for a far network has fewer rounds than the one for a near network', async () => {
  const stores = Array.from({ length: 3 }, () => new MemoryStore(nodeCrypto));
  await publishInProcess(
    { crypto: nodeCrypto, ...(await loadKernels()) },
    [numbers('far', ROWS)],
    stores,
  );
  const catalog = { tables: stores[0]?.tables() ?? [] };
  const roundsFor = (network: NetworkProfile) =>
    prepare(SQL, catalog, network, nodeCrypto).measurement.total.rounds;
  expect(roundsFor(FAR)).toBeLessThan(roundsFor(LAN));
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
