import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import type { FieldEngine } from '../../src/field/instantiate.ts';
import type { Security } from '../../src/program/program.ts';
import { UncheckedWitness } from '../../src/proof/unchecked.ts';
import { GateTally } from '../../src/protocol/gate-log.ts';
import { Lane, type Party } from '../../src/protocol/party.ts';
import { outside, subsets } from '../../src/sharing/prss.ts';
import { type KeyRing, Streams, setName } from '../../src/sharing/streams.ts';
import { type MemoryOptions, memoryNetwork } from '../../src/transport/memory.ts';
import { CollectingWitness, expectTrue } from './collecting-witness.ts';

/** Key rings as a session would make them, dealt by the test for any (n, t). */
function dealKeys(n: number, t: number): KeyRing[] {
  const key = () => {
    const bytes = new Uint8Array(32);
    nodeCrypto.randomFill(bytes);
    return bytes;
  };
  const pairs = new Map<string, Uint8Array>();
  for (const pair of subsets(n, 2)) pairs.set(setName(pair), key());
  const sets = new Map<string, Uint8Array>();
  for (const size of [t, t - 1]) {
    for (const set of subsets(n, size)) sets.set(setName(outside(n, set)), key());
  }
  return Array.from({ length: n }, (_, self) => ({
    pair: Array.from({ length: n }, (_, peer) =>
      peer === self ? undefined : pairs.get(setName([self, peer])),
    ),
    sets: new Map([...sets].filter(([name]) => name.split(',').includes(String(self)))),
  }));
}

const engines: FieldEngine[] = [];

/** Fresh parties over an in-process network; `committee` defaults to the first 2t + 1. */
export async function makeParties(
  n: number,
  t: number,
  options: MemoryOptions & { readonly committee?: readonly number[] } = {},
): Promise<Party[]> {
  while (engines.length < n) engines.push(await loadKernels());
  const queryId = new Uint8Array(32);
  nodeCrypto.randomFill(queryId);
  const keys = dealKeys(n, t);
  const committee = options.committee ?? Array.from({ length: 2 * t + 1 }, (_, k) => k);
  return memoryNetwork(n, options).map((channel, self) => {
    const { kernels, arena } = engines[self] as FieldEngine;
    return {
      self,
      parties: n,
      threshold: t,
      committee,
      channel,
      streams: new Streams(nodeCrypto, keys[self] as KeyRing, queryId),
      crypto: nodeCrypto,
      kernels,
      arena,
      log: new GateTally(),
    };
  });
}

/**
 * Runs the same protocol at every party of the committee and returns the results in party order. Active: what the protocol
 * leaves to verify is collected, opened and compared in the clear.
 */
export async function atAll<T>(
  parties: readonly Party[],
  protocol: (lane: Lane) => Promise<T>,
  security: Security = 'passive',
): Promise<T[]> {
  const members = parties.filter((party) => party.committee.includes(party.self));
  if (security === 'passive') {
    const witness = new UncheckedWitness();
    return Promise.all(members.map((party) => protocol(new Lane(party, witness))));
  }
  const witnesses = members.map((party) => new CollectingWitness(party));
  const lanes = members.map((party, k) => new Lane(party, witnesses[k] as CollectingWitness));
  const results = await Promise.all(lanes.map(protocol));
  expectTrue(witnesses, members[0]?.committee ?? [], members[0]?.threshold ?? 0);
  return results;
}
