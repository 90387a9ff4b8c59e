import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LEAF_BYTES,
  type LeafPlace,
  leafHash,
  leafHolder,
  leafIndex,
  leafSalt,
  leavesOf,
  leavesOfUnit,
  MerkleList,
  partRoot,
} from '../../src/catalog/commitment.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';

const ENTRY = fc.uint8Array({ minLength: LEAF_BYTES, maxLength: LEAF_BYTES });
const LIST = fc.array(ENTRY, { maxLength: 70 });

/** The root of a list by the definition of its tree: the left side is the largest power of two below the length. */
function rootByDefinition(entries: readonly Uint8Array[]): Uint8Array {
  const [only] = entries;
  if (!only) return new Uint8Array(LEAF_BYTES);
  if (entries.length === 1) return only;
  const left = 2 ** Math.floor(Math.log2(entries.length - 1));
  const hash = createHash('sha256').update('tacit/node/1|');
  hash.update(rootByDefinition(entries.slice(0, left)));
  return hash.update(rootByDefinition(entries.slice(left))).digest();
}

function listOf(entries: readonly Uint8Array[]): MerkleList {
  const list = new MerkleList(nodeCrypto);
  for (const entry of entries) list.add(entry);
  return list;
}

/** The root of a part with these leaves. */
const rootOf = (entries: readonly Uint8Array[]) =>
  partRoot(nodeCrypto, { id: 'ab', rows: 5, leaves: leavesOf(listOf(entries)), extra: null });

describe('the Merkle list', () => {
  it('has the root that its tree defines, however it is filled', () => {
    fc.assert(
      fc.property(LIST, fc.nat(70), (entries, cut) => {
        const root = hex(rootByDefinition(entries));
        expect(hex(listOf(entries).root())).toBe(root);
        const list = new MerkleList(nodeCrypto);
        const head = entries.slice(0, cut);
        list.add(new Uint8Array(Buffer.concat(head)));
        expect(hex(list.root())).toBe(hex(rootByDefinition(head)));
        list.add(new Uint8Array(Buffer.concat(entries.slice(cut))));
        expect(hex(list.root())).toBe(root);
        expect(list.count).toBe(entries.length);
      }),
    );
  });

  it('binds every bit, the order and the length', () => {
    fc.assert(
      fc.property(LIST, fc.nat(), fc.nat(), fc.nat(255), (entries, a, b, bit) => {
        const root = rootOf(entries);
        expect(rootOf([...entries])).toBe(root);
        const seen = new Set([root, rootOf([...entries, new Uint8Array(LEAF_BYTES)])]);
        expect(seen.size).toBe(2);
        if (entries.length === 0) return;
        const [i, j] = [a % entries.length, b % entries.length];
        const flipped = entries.map((entry, k) => {
          return entry.map((byte, at) =>
            k === i && at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
          );
        });
        const swapped = entries.map((entry, k) => entries[k === i ? j : k === j ? i : k] ?? entry);
        for (const changed of [flipped, entries.slice(0, -1), entries.slice(1), swapped]) {
          const isSame = hex(Buffer.concat(changed)) === hex(Buffer.concat(entries));
          expect(rootOf(changed) === root).toBe(isSame);
        }
      }),
    );
  });

  it('does not take a node for an entry', () => {
    const entries = [1, 2, 3, 4].map((fill) => new Uint8Array(LEAF_BYTES).fill(fill));
    const nodes = [entries.slice(0, 2), entries.slice(2)].map(rootByDefinition);
    // One tree, another number of entries.
    expect(hex(listOf(nodes).root())).toBe(hex(listOf(entries).root()));
    expect(rootOf(nodes)).not.toBe(rootOf(entries));
  });
});

describe('the root of a part', () => {
  it('binds everything that it is about', () => {
    const base = { id: 'ab', rows: 5, leaves: { count: 6, root: '00' }, extra: null };
    const others = [
      base,
      { ...base, id: 'abc' },
      { ...base, rows: 6 },
      { ...base, leaves: { count: 7, root: '00' } },
      { ...base, leaves: { count: 6, root: '01' } },
      { ...base, extra: '' },
      { ...base, extra: '00' },
    ];
    const roots = others.map((commitment) => partRoot(nodeCrypto, commitment));
    expect(new Set(roots).size).toBe(others.length);
    expect(partRoot(nodeCrypto, { ...base })).toBe(roots[0]);
  });
});

describe('leaves', () => {
  const PLACE: LeafPlace = {
    ...{ part: 'ab', column: 1, form: 'field', limb: 1, holder: 2, block: 3 },
  };
  const changes: Partial<LeafPlace>[] = [
    {},
    { part: 'abc' },
    { column: 2 },
    { form: 'boolean' },
    { limb: 0 },
    { holder: 1 },
    { block: 4 },
    { column: 11, limb: 1 },
  ];

  it('have a place each, in one order', () => {
    for (const limbs of [0, 1, 2]) {
      const indexes = Array.from({ length: leavesOfUnit(limbs) }, (_, index) => index);
      expect(indexes.map((index) => leafIndex(leafHolder(index)))).toEqual(indexes);
    }
    expect(leafHolder(2)).toEqual({ form: 'boolean', limb: 0, holder: 2 });
    expect(leafHolder(7)).toEqual({ form: 'field', limb: 1, holder: 1 });
  });

  it('and their salts differ with every part of their place', () => {
    const seed = new Uint8Array(32).fill(1);
    const salts = changes.map((change) => leafSalt(nodeCrypto, seed, { ...PLACE, ...change }));
    expect(new Set(salts.map(hex)).size).toBe(changes.length);
    const other = leafSalt(nodeCrypto, new Uint8Array(32).fill(2), PLACE);
    expect(salts.map(hex)).not.toContain(hex(other));
    const [salt = seed] = salts;
    const hashes = changes.map((change) =>
      leafHash(nodeCrypto, { ...PLACE, ...change }, salt, [Uint8Array.of(1, 2, 3)]),
    );
    expect(new Set(hashes.map(hex)).size).toBe(changes.length);
  });

  it('are of the bytes, whatever the pieces, and of the salt', () => {
    const [salt, other] = [new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(50), (bytes, cut) => {
        const whole = hex(leafHash(nodeCrypto, PLACE, salt, [bytes]));
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
        expect(hex(leafHash(nodeCrypto, PLACE, salt, pieces))).toBe(whole);
        expect(hex(leafHash(nodeCrypto, PLACE, other, pieces))).not.toBe(whole);
        const expected = createHash('sha256').update('tacit/leaf/1|ab|1|field|1|2|3|').update(salt);
        expect(whole).toBe(expected.update(bytes).digest('hex'));
      }),
    );
  });
});
