import { afterEach, describe, expect, it } from 'vitest';
import type { TableDefinition } from '../../src/catalog/table.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { BlockKey, PendingPart, ShareStore } from '../../src/storage/share-store.ts';
import { blocksOf } from '../../src/storage/upload-rules.ts';

/** What the suite needs from an implementation. */
export interface StoreHarness {
  open(): Promise<ShareStore>;
  close(): Promise<void>;
}

export const claims: TableDefinition = {
  name: 'Claims',
  columns: [
    {
      name: 'id',
      type: { kind: 'integer', name: 'BIGINT' },
      nullable: false,
      bounds: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
      multiplicity: 1,
    },
    {
      name: 'state',
      type: { kind: 'varchar' },
      nullable: true,
      bounds: { min: 0n, max: 1n },
      dictionary: ['aä', 'b"'],
    },
    {
      name: 'amount',
      type: { kind: 'decimal', precision: 18, scale: 2 },
      nullable: false,
      bounds: { min: 0n, max: 10n ** 18n - 1n },
    },
  ],
  keys: [{ columns: ['id'], multiplicity: 1 }],
};

export const A = 'aaaaaaaa00000001';
export const B = 'bbbbbbbb00000002';
/** The owners of a table with two slots; part B goes into the second one. */
export const OWNERS = ['hospital a', 'hospital b'] as const;
export const [FIRST] = OWNERS;
export const partOf = (
  id: string,
  rows = 5,
  table = 'claims',
  slot = id === B ? 1 : 0,
): PendingPart => ({ id, table, slot, owner: OWNERS[slot] ?? 'nobody', rows });

export function keyOf(part: string, change: Partial<BlockKey> = {}): BlockKey {
  return { part, column: 0, form: 'boolean', limb: 0, block: 0, ...change };
}

/** Begins an upload and sends all of its blocks, a byte each. */
export async function upload(store: ShareStore, part: PendingPart): Promise<void> {
  await store.begin(part);
  const keys = [...blocksOf(claims, part)];
  await store.write(keys.map((key) => ({ key, bytes: new Uint8Array([7]) })));
}

const code = (name: string) => ({ code: name });

/** What every {@link ShareStore} promises; each implementation calls this. */
export function shareStoreContract(name: string, harness: StoreHarness): void {
  describe(`share store contract: ${name}`, () => {
    afterEach(() => harness.close());

    it('shows a table when its last slot is filled, parts in order of the slots', async () => {
      const store = await harness.open();
      await store.define(claims, OWNERS);
      await upload(store, partOf(B, 7));
      await upload(store, partOf(A));
      expect(await store.commit(B)).toBeUndefined();
      expect(store.tables()).toEqual([]);
      const version = await store.commit(A);
      expect(version?.definition).toEqual(claims);
      expect(version?.parts).toEqual([
        { id: A, owner: 'hospital a', rows: 5 },
        { id: B, owner: 'hospital b', rows: 7 },
      ]);
      expect(version?.digest).toMatch(/^[0-9a-f]{64}$/);
      expect(store.tables()).toEqual([version]);
      expect(await store.commit(B)).toEqual(version);
    });

    it('gives blocks back byte for byte, of any size', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST]);
      await upload(store, partOf(A));
      const keys = [
        keyOf(A),
        keyOf(A, { block: 1 }),
        keyOf(A, { column: 300 }),
        keyOf(A, { form: 'field' }),
        keyOf(A, { form: 'field', limb: 1 }),
        keyOf(A, { block: 70_000 }),
      ];
      const sizes = [1, 64, 0, 524_288, 1_100_000, 16];
      const blocks = keys.map((key, i) => ({
        key,
        bytes: Uint8Array.from({ length: sizes[i]! }, (_, at) => (at * 7 + i) & 0xff),
      }));
      await store.write(blocks.slice(0, 3));
      await store.write(blocks.slice(3));
      for (const { key, bytes } of blocks) {
        const got = store.read(key, bytes.length);
        const copy = new Uint8Array(bytes.length);
        copy.set(got);
        expect(Buffer.compare(copy, bytes)).toBe(0);
      }
      await store.commit(A);
      expect(store.read(keys[3]!, 524_288)[524_287]).toBe(blocks[3]!.bytes[524_287]);
    });

    it('a missing block or one of another length is STORAGE_CORRUPT', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST]);
      await store.begin(partOf(A));
      await store.write([{ key: keyOf(A), bytes: new Uint8Array(16) }]);
      expect(() => store.read(keyOf(A), 32)).toThrow(/16 bytes instead of 32/);
      expect(() => store.read(keyOf(A, { block: 1 }), 16)).toThrow(
        /block 1 of column 0 \(boolean, limb 0\) of part aaaaaaaa00000001 is missing/,
      );
      expect(() => store.read(keyOf(A, { form: 'field' }), 16)).toThrow(/missing/);
    });

    it('a restarted upload begins empty; a later block replaces an earlier one', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST]);
      await store.begin(partOf(A));
      await store.begin(partOf(B, 5, 'claims', 0));
      const both = [keyOf(A), keyOf(A, { block: 9 }), keyOf(B)];
      await store.write(both.map((key) => ({ key, bytes: new Uint8Array([1]) })));
      await store.begin(partOf(A, 9));
      expect(() => store.read(keyOf(A), 1)).toThrow(/missing/);
      expect(() => store.read(keyOf(A, { block: 9 }), 1)).toThrow(/missing/);
      expect([...store.read(keyOf(B), 1)]).toEqual([1]);
      await store.write([{ key: keyOf(A), bytes: new Uint8Array([2]) }]);
      await store.write([{ key: keyOf(A), bytes: new Uint8Array([3, 3]) }]);
      expect([...store.read(keyOf(A), 2)]).toEqual([3, 3]);
      await upload(store, partOf(A, 9));
      expect((await store.commit(A))?.parts[0]?.rows).toBe(9);
    });

    it('defining the same table again changes nothing, another one is UPLOAD_CONFLICT', async () => {
      const store = await harness.open();
      await store.define(claims, OWNERS);
      await store.define(structuredClone(claims), [...OWNERS]);
      const conflict = code('UPLOAD_CONFLICT');
      const [a, b] = OWNERS;
      for (const owners of [[a], [b, a], [a, a], [a, 'hospital c'], [a, b, b]]) {
        await expect(store.define(claims, owners)).rejects.toMatchObject(conflict);
      }
      const [first, ...rest] = claims.columns;
      const wider = { ...first!, bounds: { min: 0n, max: 5n } };
      const other = { ...claims, columns: [wider, ...rest] };
      await expect(store.define(other, OWNERS)).rejects.toMatchObject(conflict);
      const shouting = { ...claims, name: 'CLAIMS' };
      await expect(store.define(shouting, OWNERS)).rejects.toMatchObject(conflict);
      const invalid = code('UPLOAD_INVALID');
      await expect(store.define({ ...claims, name: 'x' }, [])).rejects.toMatchObject(invalid);
      await expect(store.define({ ...claims, name: '' }, OWNERS)).rejects.toMatchObject(invalid);
    });

    it('refuses uploads that fit nowhere', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST]);
      const invalid = code('UPLOAD_INVALID');
      const conflict = code('UPLOAD_CONFLICT');
      await expect(store.begin(partOf(A, 5, 'other'))).rejects.toMatchObject(invalid);
      for (const id of ['', 'short', 'UPPER000', '../../etc', `${A}\0`, 'a'.repeat(65)]) {
        await expect(store.begin(partOf(id))).rejects.toMatchObject(invalid);
        await expect(store.commit(id)).rejects.toMatchObject(invalid);
      }
      for (const rows of [-1, 0.5, Number.NaN, 2 ** 28 + 1]) {
        await expect(store.begin(partOf(A, rows))).rejects.toMatchObject(invalid);
      }
      const block = (key: BlockKey) => store.write([{ key, bytes: new Uint8Array(1) }]);
      await expect(block(keyOf(A))).rejects.toMatchObject(invalid);
      await upload(store, partOf(A));
      await upload(store, partOf(B, 5, 'claims', 0));
      const places = [{ column: -1 }, { column: 70_000 }, { block: 0.5 }, { limb: 1 }];
      for (const place of places) {
        await expect(block(keyOf(A, place))).rejects.toMatchObject(invalid);
      }
      await store.commit(A);
      await expect(block(keyOf(A))).rejects.toMatchObject(invalid);
      await expect(store.begin(partOf(A))).rejects.toMatchObject(conflict);
      await expect(store.begin(partOf('cccccccc'))).rejects.toMatchObject(conflict);
      await expect(store.commit(B)).rejects.toMatchObject(conflict);
    });

    it('fills a slot once, by its owner only', async () => {
      const store = await harness.open();
      await store.define(claims, OWNERS);
      const invalid = code('UPLOAD_INVALID');
      const conflict = (id: string) => ({
        code: 'UPLOAD_CONFLICT',
        message: expect.stringMatching(`slot 0 .*"hospital a".* is published already.*${id}`),
      });
      for (const slot of [-1, 1, 2, 0.5]) {
        const misplaced = { ...partOf(A), slot };
        await expect(store.begin(misplaced)).rejects.toMatchObject(invalid);
      }
      await expect(store.begin({ ...partOf(A), owner: 'x' })).rejects.toMatchObject(invalid);
      const again = partOf('cccccccc', 5);
      await upload(store, partOf(A));
      await upload(store, again);
      expect(await store.commit(A)).toBeUndefined();
      expect(await store.commit(A)).toBeUndefined();
      // The same owner with as many rows, begun before and after: never counted again.
      await expect(store.commit(again.id)).rejects.toMatchObject(conflict(A));
      await expect(store.begin(again)).rejects.toMatchObject(conflict(A));
      await expect(store.begin(partOf('dddddddd', 6))).rejects.toMatchObject(conflict(A));
      expect(store.tables()).toEqual([]);
      await upload(store, partOf(B));
      expect((await store.commit(B))?.parts.map(({ id }) => id)).toEqual([A, B]);
    });

    it('one owner may have several slots', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST, FIRST]);
      const [first, second] = [partOf(A), { ...partOf(B, 5, 'claims', 0), slot: 1 }];
      await upload(store, second);
      await store.commit(B);
      await upload(store, first);
      expect((await store.commit(A))?.parts.map(({ id }) => id)).toEqual([A, B]);
    });

    it('the owners of the slots enter the digest', async () => {
      const digests: (string | undefined)[] = [];
      for (const owners of [OWNERS, [FIRST, FIRST]]) {
        const store = await harness.open();
        await store.define(claims, owners);
        for (const [slot, owner] of owners.entries()) {
          await store.begin({ ...partOf(slot === 0 ? A : B, 0), slot, owner });
          await store.commit(slot === 0 ? A : B);
        }
        digests.push(store.tables()[0]?.digest);
      }
      expect(new Set(digests).size).toBe(2);
    });

    it('no block lands after the commit, also when both are under way', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST]);
      await upload(store, partOf(A));
      const write = (value: number) =>
        store.write([{ key: keyOf(A), bytes: new Uint8Array([value]) }]);
      const before = write(8);
      const commit = store.commit(A);
      const after = write(9);
      await expect(after).rejects.toMatchObject(code('UPLOAD_INVALID'));
      await Promise.all([before, commit]);
      expect([...store.read(keyOf(A), 1)]).toEqual([8]);
    });

    it('commits a part only when every one of its blocks has arrived', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST]);
      const part = partOf(A, BLOCK_ROWS + 1);
      const keys = [...blocksOf(claims, part)];
      // Two blocks: id has 64 bits in two limbs, state one limb, amount 60 bits.
      expect(keys).toHaveLength(2 * (3 + 2 + 3));
      for (const [i, { column, form, limb, block }] of keys.entries()) {
        await store.begin(part);
        const others = keys.filter((_, k) => k !== i);
        await store.write(others.map((key) => ({ key, bytes: new Uint8Array([7]) })));
        await expect(store.commit(A)).rejects.toMatchObject({
          code: 'UPLOAD_INVALID',
          message: expect.stringContaining(
            `block ${block} of column ${column} (${form}, limb ${limb}) has not arrived`,
          ),
        });
        expect(store.tables()).toEqual([]);
        expect(store.uploads()).toEqual([{ ...part, committed: false }]);
      }
      await store.write([{ key: keys.at(-1)!, bytes: new Uint8Array([7]) }]);
      expect((await store.commit(A))?.parts).toHaveLength(1);
      expect(store.uploads()).toEqual([{ ...part, committed: true }]);
    });

    it('a batch with a bad block writes nothing', async () => {
      const store = await harness.open();
      await store.define(claims, [FIRST]);
      await store.begin(partOf(A));
      const good = { key: keyOf(A), bytes: new Uint8Array(1) };
      const bad = { key: keyOf(B), bytes: new Uint8Array(1) };
      await expect(store.write([good, bad])).rejects.toMatchObject(code('UPLOAD_INVALID'));
      expect(() => store.read(keyOf(A), 1)).toThrow(/missing/);
    });

    it('tables of different names are listed by name; equal content has an equal digest', async () => {
      const store = await harness.open();
      for (const [i, table] of ['zeta', 'Alpha', 'mid'].entries()) {
        await store.define({ ...claims, name: table }, [FIRST]);
        await store.begin(partOf(`0000000${i}`, 0, table));
        await store.commit(`0000000${i}`);
      }
      expect(store.tables().map(({ definition }) => definition.name)).toEqual([
        'Alpha',
        'mid',
        'zeta',
      ]);
      expect(new Set(store.tables().map(({ digest }) => digest)).size).toBe(3);
    });
  });
}
