import { describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { type Parties, runQuery } from '../../src/client/query/run-query.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { Streams } from '../../src/sharing/streams.ts';
import { connectionOf, inProcessConsortium } from '../engine/consortium.ts';
import { plainTable, variedRow } from './plain-table.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte);

describe('Streams', () => {
  const make = (queryId = key(9), pair = key(1)) =>
    new Streams(nodeCrypto, { pair: [undefined, pair], sets: new Map([['0,1', key(2)]]) }, queryId);
  const bytes = (stream: { fill(view: Uint8Array): void }) => {
    const out = new Uint8Array(32);
    stream.fill(out);
    return hex(out);
  };

  it('hands out each label once per pair and per set', () => {
    const streams = make();
    const all = [
      bytes(streams.pair(1, 'a')),
      bytes(streams.pair(1, 'b')),
      bytes(streams.set([0, 1], 'a')),
      bytes(streams.set([0, 1], 'b')),
    ];
    expect(new Set(all).size).toBe(4);
    const reused = { code: 'STREAM_REUSED' };
    expect(() => streams.pair(1, 'a')).toThrow(expect.objectContaining(reused));
    expect(() => streams.set([1, 0], 'b')).toThrow(expect.objectContaining(reused));
    expect(bytes(streams.pair(1, 'c'))).not.toBe(all[0]);
  });

  it('gives other streams under another query id or another key', () => {
    const all = [make(), make(key(8)), make(key(9), key(3))].map((s) => bytes(s.pair(1, 'a')));
    expect(new Set(all).size).toBe(3);
    expect(bytes(make().pair(1, 'a'))).toBe(all[0]);
  });

  it('has no stream for a party or set without a key', () => {
    expect(() => make().pair(0, 'a')).toThrow(/no key for pair 0/);
    expect(() => make().set([0, 2], 'a')).toThrow(/no key for set 0,2/);
  });
});

interface Derived {
  readonly party: number;
  readonly info: string;
  readonly salt: string;
  readonly key: string;
}

/** Every derivation of one party, and every key it starts a stream with. */
function watched(party: number, derived: Derived[], started: Derived[]): CryptoProvider {
  return {
    ...nodeCrypto,
    hkdf: (secret, salt, info, length) => {
      const out = nodeCrypto.hkdf(secret, salt, info, length);
      // Salts of stored leaves belong to a part, for as long as it is stored, and start no stream.
      if (info.startsWith('tacit/leaf-salt/')) return out;
      derived.push({ party, info, salt: hex(salt), key: hex(out) });
      return out;
    },
    stream: (streamKey) => {
      started.push({ party, info: '', salt: '', key: hex(streamKey) });
      return nodeCrypto.stream(streamKey);
    },
  };
}

function holders(entries: readonly Derived[]): Map<string, number[]> {
  const map = new Map<string, number[]>();
  for (const { key: name, party } of entries) map.set(name, [...(map.get(name) ?? []), party]);
  return map;
}

describe('keys of whole queries', () => {
  const QUERIES = [
    "SELECT word, SUM(a * b), SUM(c) FROM t WHERE a < 700 AND word <> 'AK' GROUP BY word",
    'SELECT SUM(a * b * a), COUNT(*) FROM t WHERE flag OR b > 3',
    'SELECT word, COUNT(*) FROM t GROUP BY word',
  ];

  it.each(QUERIES)(
    'each is derived once, at exactly the parties it belongs to: %s',
    async (sql) => {
      const derived: Derived[] = [];
      const started: Derived[] = [];
      const consortium = await inProcessConsortium(
        [plainTable([300, 20, 70], variedRow)],
        () => ({}),
        (parts) => ({ ...parts, crypto: watched(parts.self, derived, started) }),
      );
      await consortium.query(sql);
      await consortium.query(sql);

      expect(new Set(derived.map(({ salt }) => salt)).size).toBe(2);
      expect(started.length).toBeGreaterThan(6);
      const byKey = holders(derived);
      for (const [name, parties] of byKey) {
        const info = derived.find((entry) => entry.key === name)?.info ?? '';
        expect(new Set(parties).size, `derived twice at one party: ${info}`).toBe(parties.length);
        // Coins are public: they come after what they challenge.
        const everyone =
          info === 'tacit/set|0,1,2' ||
          info === 'tacit/stream|reveal' ||
          info.startsWith('tacit/check|');
        expect(parties.length, info).toBe(everyone ? 3 : 2);
      }
      const labels = derived.map(
        ({ party, salt, info, key: k }) => `${party} ${salt} ${info} ${k}`,
      );
      expect(new Set(labels).size).toBe(labels.length);
      const streams = holders(started);
      for (const [name, parties] of streams) {
        expect(new Set(parties).size).toBe(parties.length);
        expect(byKey.get(name)?.toSorted()).toEqual(parties.toSorted());
      }
      const perParty = [0, 1, 2].map((party) => started.filter((s) => s.party === party).length);
      expect(new Set(perParty).size).toBe(1);
    },
  );
});

describe('keys of queries that run at a time', () => {
  it('are never shared: ten queries of three analysts', async () => {
    const derived: Derived[] = [];
    const started: Derived[] = [];
    const { engines } = await inProcessConsortium(
      [plainTable([90, 40], variedRow)],
      () => ({}),
      (parts) => ({ ...parts, crypto: watched(parts.self, derived, started) }),
    );
    // All ask the same, so that nothing but the sessions tells their keys apart.
    const sql = 'SELECT SUM(a * b), COUNT(*) FROM t WHERE a < 700';
    const answers = await Promise.all(
      ['x', 'y', 'z', 'x', 'y', 'z', 'x', 'y', 'z', 'x'].map(async (analyst) => {
        const parties = engines.map((engine, k) => connectionOf(engine, k, analyst));
        const all = parties as unknown as Parties;
        return (await runQuery(all, { sql }, nodePlatform)).rows;
      }),
    );
    for (const rows of answers) expect(rows).toEqual(answers[0]);
    expect(new Set(derived.map(({ salt }) => salt)).size).toBe(10);
    expect(started.length).toBeGreaterThan(100);
    for (const keys of [derived, started]) {
      const perParty = keys.map(({ key: name, party }) => `${party} ${name}`);
      expect(new Set(perParty).size).toBe(perParty.length);
    }
  });
});
