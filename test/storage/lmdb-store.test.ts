import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeCrypto as crypto } from '../../src/crypto/node.ts';
import { type LmdbStore, openLmdbStore } from '../../src/storage/lmdb-store.ts';
import {
  A,
  B,
  claims,
  FIRST,
  keyOf,
  OWNERS,
  partOf,
  shareStoreContract,
  upload,
} from '../contracts/share-store.ts';

const C = 'cccccccc00000003';
const opened: LmdbStore[] = [];
const paths: string[] = [];

async function openStore(path: string, role: 'writer' | 'reader' = 'writer'): Promise<LmdbStore> {
  const store = await openLmdbStore({ path, crypto, role });
  opened.push(store);
  return store;
}

async function newPath(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tacit-lmdb-'));
  paths.push(path);
  return path;
}

async function cleanUp(): Promise<void> {
  for (const store of opened.splice(0)) await store.close();
  for (const path of paths.splice(0)) await rm(path, { recursive: true });
}

shareStoreContract('LMDB', {
  open: async () => openStore(await newPath()),
  close: cleanUp,
});

describe('LMDB store', () => {
  afterEach(cleanUp);

  it('keeps committed parts when it opens again, and complete ones that may still be committed', async () => {
    const path = await newPath();
    const first = await openStore(path);
    await first.define(claims, OWNERS);
    await upload(first, partOf(A));
    await first.begin(partOf(B));
    const keys = Array.from({ length: 600 }, (_, block) => keyOf(B, { block }));
    await first.write(keys.map((key) => ({ key, bytes: new Uint8Array([4]) })));
    await first.commit(A);
    await first.close();

    const again = await openStore(path);
    expect(again.tables()).toEqual([]);
    expect([...again.read(keyOf(A), 1)]).toEqual([7]);
    for (const key of keys) expect(() => again.read(key, 1)).toThrow(/missing/);
    await expect(again.commit(B)).rejects.toMatchObject({ code: 'UPLOAD_INVALID' });
    await upload(again, partOf(B));
    await upload(again, partOf(C, 5, 'claims', 1));
    await again.close();

    const third = await openStore(path);
    expect(third.uploads().map(({ id }) => id)).toEqual([A, B, C]);
    expect((await third.commit(B))?.parts).toHaveLength(2);
    await third.close();

    const fourth = await openStore(path);
    expect(fourth.tables()[0]?.definition).toEqual(claims);
    // What competed for a filled slot can be committed no more.
    expect(fourth.uploads().map(({ id }) => id)).toEqual([A, B]);
    expect(() => fourth.read(keyOf(C), 1)).toThrow(/missing/);
  });

  it('a reader beside the writer sees each commit in its next call, without an event loop turn', async () => {
    const path = await newPath();
    const writer = await openStore(path);
    const reader = await openStore(path, 'reader');
    expect(reader.tables()).toEqual([]);
    for (const [i, id] of [A, B].entries()) {
      await writer.define({ ...claims, name: `t${i}` }, [FIRST]);
      await upload(writer, partOf(id, 5, `t${i}`, 0));
      await writer.write([{ key: keyOf(id), bytes: new Uint8Array(1_000_000).fill(i) }]);
      const version = await writer.commit(id);
      expect(reader.tables()[i]).toEqual(version);
      expect(reader.tables()).toBe(reader.tables());
      expect(reader.read(keyOf(id), 1_000_000)[999_999]).toBe(i);
    }
  });

  it('grows while it is being read', async () => {
    const path = await newPath();
    const writer = await openStore(path);
    const reader = await openStore(path, 'reader');
    await writer.define(claims, [FIRST]);
    await writer.begin(partOf(A));
    for (let block = 0; block < 64; block++) {
      await writer.write([
        { key: keyOf(A, { block }), bytes: new Uint8Array(524_288).fill(block) },
      ]);
      // A query begins by listing the tables, which is what renews the reader's view.
      reader.tables();
      expect(reader.read(keyOf(A, { block }), 524_288)[524_287]).toBe(block);
    }
    expect(reader.read(keyOf(A), 524_288)[0]).toBe(0);
  });
});
