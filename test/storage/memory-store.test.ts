import { nodeCrypto } from '../../src/crypto/node.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { shareStoreContract } from '../contracts/share-store.ts';

shareStoreContract('memory', {
  open: async () => new MemoryStore(nodeCrypto),
  close: async () => {},
});
