import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import {
  A,
  B,
  C,
  defined,
  FIRST,
  keyOf,
  partOf,
  proposalOf,
  publish,
  upload,
} from '../contracts/stored-table.ts';

describe('a part that was replaced', () => {
  it('cannot be taken away from queries that still read it', async () => {
    const store = new MemoryStore(nodeCrypto);
    await defined(store);
    const ids = [A, C, 'dddddddd00000004'];
    for (const id of ids) {
      await upload(store, partOf(id));
      await publish(store, proposalOf(store, FIRST, 'replace', [id]));
    }
    // A query agreed on version 1 before versions 2 and 3; its blocks wait for `collect`, after the time a query may take.
    expect(store.retired()).toEqual([A]);
    await store.discard(A).catch(() => undefined);
    expect(store.read(keyOf(A), 1)).toHaveLength(1);
    expect(store.retired()).toEqual([A]);
    await store.collect([A]);
    expect(() => store.read(keyOf(A), 1)).toThrow();
  });
});

describe('uploads that no version has', () => {
  it('are bounded, also if they are proposed again and again', async () => {
    const store = new MemoryStore(nodeCrypto);
    await defined(store);
    const begun = async (count: number) => {
      for (let k = 0; k < count; k++) {
        const id = k.toString(16).padStart(32, '0');
        await upload(store, partOf(id));
        const proposal = proposalOf(store, FIRST, 'append', [id]);
        // Ready for a version that is never signed.
        await store.promise({ proposal, ownerSignature: '' });
      }
    };
    await expect(begun(1000)).rejects.toMatchObject({ code: 'UPLOAD_CONFLICT' });
    await upload(store, partOf(B));
  });
});
