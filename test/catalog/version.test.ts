import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionDigest, signedMessage, versionDigest } from '../../src/catalog/digest.ts';
import type { SharedDefinition, TableDefinition } from '../../src/catalog/table.ts';
import {
  newestCommon,
  partsAfter,
  type VersionId,
  type VersionProposal,
} from '../../src/catalog/version.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';

const id = (number: number, digest = `d${number}`, table = 't'): VersionId => {
  return { table, number, digest };
};

describe('newestCommon', () => {
  it('is the newest version that every list has, by number and digest', () => {
    expect(newestCommon([[id(2), id(1)], [id(1)], [id(1), id(2)]], 'T')).toEqual(id(1));
    expect(newestCommon([[id(3), id(2)], [id(2), id(3)], [id(3)]], 't')).toEqual(id(3));
    expect(newestCommon([[id(3)], [id(3, 'x')], [id(3)]], 't')).toBeUndefined();
    expect(newestCommon([[id(1)], [], [id(1)]], 't')).toBeUndefined();
    expect(newestCommon([[id(1, 'd', 'u')], [id(1, 'd', 'U')]], 'u')).toEqual(id(1, 'd', 'u'));
    expect(newestCommon([[id(1)], [id(1, 'd1', 'u')]], 't')).toBeUndefined();
    expect(newestCommon([], 't')).toBeUndefined();
  });

  it('is what a search through all lists finds', () => {
    const list = fc.uniqueArray(fc.nat(6), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (lists) => {
        const common = [6, 5, 4, 3, 2, 1, 0].find((n) => lists.every((l) => l.includes(n)));
        const found = newestCommon(
          lists.map((numbers) => numbers.map((n) => id(n))),
          't',
        );
        expect(found?.number).toBe(common);
      }),
    );
  });
});

describe('partsAfter', () => {
  const part = (name: string, owner: string) => ({ id: name, owner, rows: 1, root: '00' });
  const base = [part('1', 'a'), part('2', 'b'), part('3', 'a')];
  const idsAfter = (...args: ['append' | 'replace' | 'drop', string, string[]]) => {
    const [operation, owner, added] = args;
    const parts = partsAfter(
      base,
      operation,
      owner,
      added.map((name) => part(name, owner)),
    );
    return parts.map((one) => one.id).join('');
  };

  it("changes only what is the owner's", () => {
    expect(idsAfter('append', 'a', ['4', '5'])).toBe('12345');
    expect(idsAfter('replace', 'a', ['4'])).toBe('24');
    expect(idsAfter('replace', 'c', ['4'])).toBe('1234');
    expect(idsAfter('drop', 'a', [])).toBe('2');
    expect(idsAfter('drop', 'c', [])).toBe('123');
  });
});

const column = {
  name: 'c',
  type: { kind: 'boolean' },
  nullable: false,
  bounds: { min: 0n, max: 1n },
} as const;
const table: TableDefinition = { name: 't', columns: [column], keys: [] };
const shared: SharedDefinition = { table, owners: ['a', 'b'] };

describe('digests', () => {
  it('of definitions cover everything, and not how it is written', () => {
    const digest = (definition: SharedDefinition) => definitionDigest(nodeCrypto, definition);
    const changes: Partial<typeof column & { reveal: 'rows'; bytes: number; multiplicity: 2 }>[] = [
      { name: 'c' },
      { reveal: 'rows' },
      { multiplicity: 2 },
      { bytes: 1 },
    ];
    const all = [
      ...changes.map((change) => ({
        ...shared,
        table: { ...table, columns: [{ ...column, ...change }] },
      })),
      { ...shared, owners: ['a'] },
      { ...shared, table: { ...table, name: 'T' } },
      { ...shared, table: { ...table, keys: [{ columns: ['c'], multiplicity: 1 }] } },
    ].map(digest);
    expect(new Set(all).size).toBe(all.length);
    const { bounds, ...rest } = column;
    const same = { bounds, reveal: 'aggregate', ...rest } as const;
    expect(digest({ owners: ['b', 'a'], table: { keys: [], columns: [same], name: 't' } })).toBe(
      all[0],
    );
  });

  it('of versions cover every field', () => {
    const proposal: VersionProposal = {
      ...{ table: 't', definition: 'd', number: 1, base: 'b', operation: 'append', owner: 'a' },
      parts: [{ id: '1', owner: 'a', rows: 1, root: '00' }],
    };
    const changes: Partial<VersionProposal>[] = [
      {},
      { table: 'u' },
      { definition: 'e' },
      { number: 2 },
      { base: 'c' },
      { operation: 'replace' },
      { owner: 'b' },
      { parts: [] },
      { parts: [{ id: '1', owner: 'a', rows: 2, root: '00' }] },
      { parts: [{ id: '1', owner: 'a', rows: 1, root: '01' }] },
    ];
    const all = changes.map((change) => versionDigest(nodeCrypto, { ...proposal, ...change }));
    expect(new Set(all).size).toBe(changes.length);
  });

  it('are signed for one purpose and one consortium', () => {
    const messages = [
      signedMessage('tacit/ready', new Uint8Array(32), 'd'),
      signedMessage('tacit/version', new Uint8Array(32), 'd'),
      signedMessage('tacit/version', new Uint8Array(32).fill(1), 'd'),
      signedMessage('tacit/version', new Uint8Array(32), 'e'),
    ].map((bytes) => Buffer.from(bytes).toString());
    expect(new Set(messages).size).toBe(4);
  });
});
