import { parentPort, workerData } from 'node:worker_threads';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import type { BatchCompute } from '../../src/proof/batch-compute.ts';
import { localCompute } from '../../src/proof/local-compute.ts';
import { createLog, describeError } from '../log.ts';
import { toPlain } from './messages.ts';
import type { FromVerifier, ToVerifier, VerifierData } from './verifier-messages.ts';

// Entry of the verifier thread: the local work on batches, in the order in which the engine thread asks for it.
invariant(parentPort !== null, 'this module runs in a worker thread');
const port = parentPort;
const about: VerifierData = workerData;
const log = createLog(about.log, about.party);
const compute = localCompute(loadKernels, nodeCrypto);
const open = new Map<number, BatchCompute>();

port.on('message', (message: ToVerifier) => {
  if (message.kind === 'release') release(message.batch);
  else void answer(message);
});
port.postMessage({ kind: 'ready' } satisfies FromVerifier);

type Call = Exclude<ToVerifier, { kind: 'release' }>;

async function answer(message: Call): Promise<void> {
  const { call } = message;
  try {
    port.postMessage(await work(message));
  } catch (error) {
    if (!(error instanceof TacitError)) log.error({ error: describeError(error) }, 'no check');
    port.postMessage({ kind: 'failure', call, error: toPlain(error) } satisfies FromVerifier);
  }
}

async function work(message: Call): Promise<FromVerifier> {
  const { batch, call } = message;
  if (message.kind === 'open') {
    const opened = await compute(message.self, message.work);
    open.set(batch, opened);
    return { kind: 'opened', call, peakBytes: opened.peakBytes };
  }
  const opened = open.get(batch);
  invariant(opened !== undefined, 'a batch is worked on between its opening and its release');
  if (message.kind === 'start') {
    const { claim, corners } = await opened.start(message.coin);
    return { kind: 'started', call, peakBytes: opened.peakBytes, claim, corners };
  }
  const sums = await opened.fold(message.values);
  return { kind: 'folded', call, peakBytes: opened.peakBytes, sums };
}

function release(batch: number): void {
  open.get(batch)?.release();
  open.delete(batch);
}
