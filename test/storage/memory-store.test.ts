import { nodeCrypto } from '../../src/crypto/node.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { commitmentsContract } from '../contracts/commitments.ts';
import { shareStoreContract } from '../contracts/share-store.ts';

const harness = { open: async () => new MemoryStore(nodeCrypto), close: async () => {} };
shareStoreContract('memory', harness);
commitmentsContract('memory', harness);
