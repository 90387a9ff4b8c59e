import { expect, it } from 'vitest';
import { auditReceipts } from '../../src/audit/audit.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import type { TestTable } from '../oracle/tables.ts';
import { auditedConsortium } from './audited-consortium.ts';

const PLATFORM = { crypto: nodeCrypto, keys: nodeKeys };
/** The least change, other letter case or another character, no UTF-8, a quote. */
const REPLACEMENTS: readonly ((byte: number) => number)[] = [
  (byte) => byte ^ 1,
  (byte) => byte ^ 0x20,
  (byte) => byte ^ 0x80,
  () => 0x22,
];
/** Besides: another digit, a blank, a letter that hex has. */
const MORE: typeof REPLACEMENTS = [
  (byte) => (byte >= 0x30 && byte < 0x39 ? byte + 1 : 0x30),
  () => 0x20,
  () => 0x61,
];
const LONG = process.env['TACIT_LONG'] === '1';

/** As little as a receipt can say. */
const TABLE: TestTable = {
  definition: {
    name: 't',
    columns: [
      {
        name: 'a',
        type: { kind: 'integer', name: 'INTEGER' },
        nullable: false,
        bounds: { min: 0n, max: 9n },
      },
    ],
    keys: [],
  },
  parts: [{ owner: 'o', rows: 2, columns: [{ values: BigInt64Array.from([3n, 4n]) }] }],
};

/** How a byte is replaced: in two of the ways, in the long run in all. */
function replacements(at: number): typeof REPLACEMENTS {
  if (LONG) return [...REPLACEMENTS, ...MORE];
  return REPLACEMENTS.filter((_, k) => k === at % 4 || k === (at + 1 + (at >> 2)) % 4);
}

/** The receipt with every byte replaced, and every eighth one (every one in the long run) left out and doubled. */
function* alterations(receipt: Uint8Array): Generator<{ what: string; bytes: Uint8Array }> {
  for (const [at, byte] of receipt.entries()) {
    const others = new Set(replacements(at).map((make) => make(byte)));
    for (const other of others) {
      if (other === byte) continue;
      const bytes = receipt.slice();
      bytes[at] = other;
      yield { what: `byte ${at} as ${other}`, bytes };
    }
    if (at % 8 !== 0 && !LONG) continue;
    const [before, after] = [receipt.subarray(0, at), receipt.subarray(at)];
    yield { what: `no byte ${at}`, bytes: new Uint8Array([...before, ...after.subarray(1)]) };
    yield { what: `byte ${at} twice`, bytes: new Uint8Array([...before, byte, ...after]) };
  }
}

it('a receipt with any single byte replaced, left out or doubled is rejected', async () => {
  const consortium = await auditedConsortium([TABLE]);
  const receipt = await consortium.receiptOf('SELECT SUM(a * a) FROM t');
  /** Those of the files that only their place in the chain speaks against. */
  const accepted = (files: { what: string; bytes: Uint8Array }[]) =>
    auditReceipts(
      PLATFORM,
      files.map(({ what, bytes }) => ({ name: what, bytes })),
      consortium.pins,
    ).files.filter(({ findings }) =>
      findings.every(({ name, verdict }) => verdict !== 'fails' || name === 'chain'),
    );
  expect(accepted([{ what: 'the receipt', bytes: receipt }])).toHaveLength(1);
  const all = [...alterations(receipt), { what: 'nothing', bytes: new Uint8Array() }];
  expect(all.length).toBeGreaterThan((LONG ? 4 : 1) * receipt.length);
  expect(accepted(all).map(({ name }) => name)).toEqual([]);
}, 600_000);
