import { beforeAll, expect, it } from 'vitest';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import { dropRows, publishRows } from '../../src/client/publish/publisher.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import {
  defineInProcess,
  desksOf,
  publishable,
  publishInProcess,
  sessionOf,
  sharedDefinition,
} from '../oracle/publish.ts';
import { randomTable } from '../oracle/tables.ts';

let context: UploadContext;
beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

it('an owner does not take the version of another table for one of its own', async () => {
  const stores = [0, 1, 2].map(() => new MemoryStore(nodeCrypto));
  const table = randomTable(31, { rows: 20, owners: 2 });
  const [first, second] = table.parts;
  if (!first || !second) throw new TypeError('two owners');
  await publishInProcess(context, [table], stores);
  const other = { ...table, definition: { ...table.definition, name: 'u' } };
  await defineInProcess(context, sharedDefinition(other), stores);
  const desks = desksOf(context, stores, [first.owner, second.owner]);
  // Three versions of the other table, all of the second owner: its number is the higher one.
  for (let k = 0; k < 3; k++) {
    const part = publishable({ ...second });
    const session = sessionOf(second.owner, desks);
    await publishRows(session, context, { table: 'u', operation: 'replace', part });
  }
  // Party 3 shows it, with all signatures, as the newest version of the first table.
  const lying = (inner: PartyUploads, party: number): PartyUploads =>
    party === 2 ? { ...inner, state: () => inner.state('u') } : inner;
  // Either the rows are gone, or the owner is told that they are not.
  await expect(dropRows(sessionOf(first.owner, desks, lying), 't')).rejects.toMatchObject({
    code: 'PEER_PROTOCOL',
  });
});
