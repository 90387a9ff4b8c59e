import { expect, it } from 'vitest';
import type { StoreHarness } from './share-store.ts';
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
  SECOND,
  SIGNATURE,
  upload,
} from './stored-table.ts';

const invalid = expect.objectContaining({ code: 'UPLOAD_INVALID' });
const conflict = expect.objectContaining({ code: 'UPLOAD_CONFLICT' });

/** What every store promises of blocks that nobody needs any more; part of the share store contract. */
export function deletionContract(harness: StoreHarness): void {
  it('deletes blocks of parts that no kept version has, when it is told to', async () => {
    const store = await harness.open();
    await defined(store);
    for (const [operation, id] of [
      ['append', A],
      ['replace', C],
      ['append', 'dddddddd'],
    ] as const) {
      await upload(store, partOf(id));
      await publish(store, proposalOf(store, FIRST, operation, [id]));
    }
    expect(store.retired()).toEqual([A]);
    expect([...store.read(keyOf(A), 1)]).toEqual([7]);
    await store.collect([C]);
    expect([...store.read(keyOf(C), 1)]).toEqual([7]);
    await expect(store.begin(partOf(A))).rejects.toEqual(conflict);
    await store.collect(store.retired());
    expect(() => store.read(keyOf(A), 1)).toThrow(/missing/);
    expect(store.retired()).toEqual([]);
    expect(store.uploads().map(({ id }) => id)).toEqual([C, 'dddddddd']);
  });

  it('forgets an upload that no version has or was promised', async () => {
    const store = await harness.open();
    await defined(store);
    for (const id of [A, C]) await upload(store, partOf(id));
    await upload(store, partOf(B));
    const proposal = proposalOf(store, FIRST, 'append', [A]);
    await store.promise({ proposal, ownerSignature: SIGNATURE });
    await store.discard(C);
    expect(() => store.read(keyOf(C), 1)).toThrow(/missing/);
    await expect(store.discard(C)).rejects.toEqual(invalid);
    await expect(store.discard(A)).rejects.toEqual(conflict);
    // The number is decided: what was promised for it is free again.
    await publish(store, proposalOf(store, SECOND, 'append', [B]));
    await store.discard(A);
    await expect(store.discard(B)).rejects.toEqual(conflict);
    expect(store.retired()).toEqual([]);
    expect(store.uploads().map(({ id }) => id)).toEqual([B]);
    await upload(store, partOf(C));
  });
}
