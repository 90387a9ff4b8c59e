import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeCrypto as crypto } from '../../src/crypto/node.ts';
import { type LmdbStore, openLmdbStore } from '../../src/storage/lmdb-store.ts';
import { unitCount } from '../../src/storage/upload-rules.ts';
import { commitmentsContract } from '../contracts/commitments.ts';
import { shareStoreContract } from '../contracts/share-store.ts';
import {
  A,
  B,
  C,
  COMMITMENT,
  claims,
  defined,
  FIRST,
  fill,
  keyOf,
  partOf,
  proposalOf,
  publish,
  SECOND,
  shared,
  unitOf,
  upload,
} from '../contracts/stored-table.ts';

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

const harness = { open: async () => openStore(await newPath()), close: cleanUp };
shareStoreContract('LMDB', harness);
commitmentsContract('LMDB', harness);

describe('LMDB store', () => {
  afterEach(cleanUp);

  it('keeps definitions, uploads under way, bindings and versions when it opens again', async () => {
    const path = await newPath();
    const first = await openStore(path);
    await defined(first);
    await upload(first, partOf(A));
    await publish(first, proposalOf(first, FIRST, 'append', [A]));
    await first.begin(partOf(C, 200_000));
    await first.write(C, 0, [unitOf(C, 0), unitOf(C, 1), unitOf(C, 2), unitOf(C, 3)]);
    await upload(first, partOf(B));
    const proposal = proposalOf(first, SECOND, 'append', [B]);
    const signed = { proposal, ownerSignature: 'ab'.repeat(64) };
    await first.promise(signed);
    await first.bind({ ...signed, ready: [], signatures: [] });
    const before = [first.definitions(), first.uploads(), first.state('claims'), first.tables()];
    await first.close();

    const again = await openStore(path);
    const after = [again.definitions(), again.uploads(), again.state('claims'), again.tables()];
    expect(after).toEqual(before);
    expect((await again.begin(partOf(C, 200_000))).held).toBe(4);
    expect([...again.read(keyOf(C, { block: 1 }), 1)]).toEqual([7]);
    await fill(again, partOf(C, 200_000), 4);
    await again.commit(C, COMMITMENT);
    expect(again.uploads().find(({ id }) => id === C)?.held).toBe(unitCount(claims, 200_000));
    await publish(again, proposal);
    expect(again.tables().map(({ number }) => number)).toEqual([2, 1]);
  });

  it('deletes when it opens what no kept version has, and nothing before', async () => {
    const path = await newPath();
    const first = await openStore(path);
    await defined(first);
    for (const id of [A, C, 'dddddddd']) {
      await upload(first, partOf(id));
      await publish(first, proposalOf(first, FIRST, 'replace', [id]));
    }
    expect([...first.read(keyOf(A), 1)]).toEqual([7]);
    await first.close();
    const again = await openStore(path);
    expect(() => again.read(keyOf(A), 1)).toThrow(/missing/);
    expect([...again.read(keyOf(C), 1)]).toEqual([7]);
    expect(again.retired()).toEqual([]);
    expect(again.uploads().map(({ id }) => id)).toEqual([C, 'dddddddd']);
  });

  it('a reader beside the writer sees each version in its next call, without an event loop turn', async () => {
    const path = await newPath();
    const writer = await openStore(path);
    const reader = await openStore(path, 'reader');
    expect(reader.tables()).toEqual([]);
    for (const [i, id] of [A, C].entries()) {
      const definition = shared(`t${i}`, [FIRST]);
      await defined(writer, definition);
      const part = partOf(id, 5, definition);
      await writer.begin(part);
      await writer.write(id, 0, [unitOf(id, 0, 1_000_000, i), unitOf(id, 1), unitOf(id, 2)]);
      await writer.commit(id, COMMITMENT);
      await publish(writer, proposalOf(writer, FIRST, 'append', [id], definition));
      expect(reader.tables()).toEqual(writer.tables());
      expect(reader.tables()).toHaveLength(i + 1);
      expect(reader.tables()).toBe(reader.tables());
      expect(reader.read(keyOf(id), 1_000_000)[999_999]).toBe(i);
    }
  });

  it('grows while it is being read', async () => {
    const path = await newPath();
    const writer = await openStore(path);
    const reader = await openStore(path, 'reader');
    await defined(writer);
    await writer.begin(partOf(A, 64 * 65_536));
    for (let block = 0; block < 64; block++) {
      const units = [0, 1, 2].map((k) => unitOf(A, 3 * block + k, k === 0 ? 262_144 : 1, block));
      await writer.write(A, 3 * block, units);
      // A query begins by listing the tables, which is what renews the reader's view.
      reader.tables();
      expect(reader.read(keyOf(A, { block }), 262_144)[262_143]).toBe(block);
    }
    expect(reader.read(keyOf(A), 262_144)[0]).toBe(0);
  });

  it('refuses what another release has stored', async () => {
    const path = await newPath();
    const first = await openStore(path);
    await defined(first);
    await first.close();
    const root = open({ path, maxDbs: 4 });
    const tables = root.openDB<Uint8Array, string>('tables', { encoding: 'binary' });
    await tables.put('old', Buffer.from([0x80]));
    await root.close();
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message: expect.stringContaining('another release'),
    });
  });
});
