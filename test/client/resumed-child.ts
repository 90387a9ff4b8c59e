import { writeSync } from 'node:fs';
import { openStores, publishResumable, rows } from './resumed-rows.ts';

/** Runs in a process that the test kills: publishes, and prints each acknowledgement, owner and parties in one. */
const dir = process.argv[2] ?? '';
const stores = await openStores(dir);
writeSync(1, 'ready\n');
await publishResumable(dir, stores, rows(), (done) => {
  writeSync(1, `${done}\n`);
});
