import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { localCompute } from '../../src/proof/local-compute.ts';
import { batchComputeContract } from '../contracts/batch-compute.ts';

const factory = localCompute(loadKernels, nodeCrypto);
batchComputeContract('in this thread', () => factory);
