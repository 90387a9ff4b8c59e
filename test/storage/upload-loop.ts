import { writeSync } from 'node:fs';
import { nodeCrypto as crypto } from '../../src/crypto/node.ts';
import { openLmdbStore } from '../../src/storage/lmdb-store.ts';
import {
  COMMITMENT,
  defined,
  FIRST,
  partOf,
  proposalOf,
  publish,
} from '../contracts/stored-table.ts';
import { BLOCKS, partId, ROWS, shared, unitOf } from './upload-shape.ts';

/**
 * Runs in a child process that the test kills: publishes version after version, each replacing the rows of the one
 * before, and prints one line for each acknowledgement, synchronously, so that nothing acknowledged is lost with the
 * process. It goes on where its predecessor was killed.
 */
const path = process.argv[2] ?? '';
const store = await openLmdbStore({ path, crypto, role: 'writer' });
writeSync(1, 'ready\n');
await defined(store, shared);
for (;;) {
  const number = (store.tables()[0]?.number ?? 0) + 1;
  const id = partId(number);
  const { held } = await store.begin(partOf(id, ROWS, shared));
  for (let block = held; block < BLOCKS; block++) {
    await store.write(id, block, [unitOf(id, block)]);
    writeSync(1, `block ${number} ${block}\n`);
  }
  await store.commit(id, COMMITMENT);
  writeSync(1, `part ${number}\n`);
  await publish(store, proposalOf(store, FIRST, 'replace', [id], shared));
  writeSync(1, `version ${number}\n`);
  await store.collect(store.retired());
}
