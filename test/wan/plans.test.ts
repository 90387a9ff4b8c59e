import { expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { prepare } from '../../src/engine/prepare.ts';
import { LAN, type NetworkProfile } from '../../src/planner/network.ts';
import { numbers } from '../processes/trial.ts';
import { FAR, ROWS, SQL } from './far.ts';

it('the plan for a far network has fewer rounds and more gates than the one for a near network', () => {
  const { definition, parts } = numbers('far', ROWS);
  const held = parts.map(({ owner, rows }, k) => ({ id: `0${k}`, owner, rows, root: '00' }));
  const catalog = { tables: [{ definition, parts: held, number: 1, digest: '00' }] };
  const costFor = (network: NetworkProfile) =>
    prepare(SQL, catalog, network, nodeCrypto).measurement.total;
  const [near, far] = [costFor(LAN), costFor(FAR)];
  expect(far.rounds).toBeLessThan(near.rounds);
  expect(far.andGates).toBeGreaterThan(near.andGates);
});
