import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../src/errors/tacit-error.ts';
import { runEngineThread } from './engine-thread.ts';
import type { FromEngine } from './messages.ts';
import { toPlain } from './messages.ts';

// Entry of the engine thread: `workerData.dir` is the party's directory.
invariant(parentPort !== null, 'this module runs in a worker thread');
const port = parentPort;
try {
  await runEngineThread(String(workerData.dir), port);
} catch (error) {
  port.postMessage({ kind: 'refused', error: toPlain(error) } satisfies FromEngine);
  port.close();
}
