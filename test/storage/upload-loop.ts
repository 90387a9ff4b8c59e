import { writeSync } from 'node:fs';
import { nodeCrypto as crypto } from '../../src/crypto/node.ts';
import { openLmdbStore } from '../../src/storage/lmdb-store.ts';
import { OWNERS, partOf } from '../contracts/share-store.ts';
import {
  BLOCK_BYTES,
  blockKeys,
  definition,
  fillOf,
  isCommitted,
  partIds,
  ROWS,
  tableName,
} from './upload-shape.ts';

/**
 * Runs in a child process that the test kills: publishes table after table and prints one line for each
 * acknowledgement, synchronously, so that nothing acknowledged is lost with the process.
 */
const path = process.argv[2] ?? '';
const store = await openLmdbStore({ path, crypto, role: 'writer' });
writeSync(1, 'ready\n');
for (let table = store.tables().length; ; table++) {
  await store.define({ ...definition, name: tableName(table) }, OWNERS);
  for (const [slot, id] of partIds(table).entries()) {
    if (await isCommitted(store, id)) continue;
    await store.begin(partOf(id, ROWS, tableName(table), slot));
    for (const [block, key] of blockKeys(id).entries()) {
      const bytes = new Uint8Array(BLOCK_BYTES).fill(fillOf(id, block));
      await store.write([{ key, bytes }]);
    }
    await store.commit(id);
    writeSync(1, `${id}\n`);
  }
}
