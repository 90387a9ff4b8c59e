import { parentPort, workerData } from 'node:worker_threads';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import { createLog, describeError } from '../log.ts';
import { runEngineThread } from './engine-thread.ts';
import { type FromEngine, toPlain } from './messages.ts';

// Entry of the engine thread: `workerData.dir` is the party's directory.
invariant(parentPort !== null, 'this module runs in a worker thread');
const port = parentPort;
try {
  await runEngineThread(String(workerData.dir), port);
} catch (error) {
  if (!(error instanceof TacitError)) {
    const about = { error: describeError(error) };
    createLog('error', String(workerData.dir)).fatal(about, 'the engine cannot start');
  }
  port.postMessage({ kind: 'refused', error: toPlain(error) } satisfies FromEngine);
  port.close();
}
