import { parentPort, workerData } from 'node:worker_threads';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import type { PartyDirectory } from '../identity/party-directory.ts';
import { createLog, describeError } from '../log.ts';
import { runEngineThread } from './engine-thread.ts';
import { type FromEngine, toPlain } from './messages.ts';

// Entry of the engine thread: `workerData` is what the main thread read from the party's directory.
invariant(parentPort !== null, 'this module runs in a worker thread');
const port = parentPort;
const directory: PartyDirectory = workerData;
try {
  await runEngineThread(directory, port);
} catch (error) {
  if (!(error instanceof TacitError)) {
    const about = { error: describeError(error) };
    createLog('error', directory.identity.name).fatal(about, 'the engine cannot start');
  }
  port.postMessage({ kind: 'refused', error: toPlain(error) } satisfies FromEngine);
  port.close();
}
