import type { Worker } from 'node:worker_threads';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** Longest start of a thread, generous for a busy machine. */
const START_MS = 60_000;

/**
 * The first message of a thread that was just started, `what` being its name. Rejects if the thread fails or ends before, or
 * is silent for too long; then it is ended. `ended` resolves when it has ended.
 */
export function firstMessage<T>(worker: Worker, ended: Promise<number>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      const seconds = START_MS / 1000;
      reject(new TacitError('TACIT_INVARIANT', `the ${what} did not start within ${seconds} s`));
      void worker.terminate();
    }, START_MS);
    worker.once('message', resolve);
    worker.once('message', () => clearTimeout(late));
    void ended.then(() => reject(threadEnded(what)));
    void ended.finally(() => clearTimeout(late));
    // Also for later: what nobody in the thread caught ends the thread, and `ended` tells.
    worker.on('error', reject);
  });
}

/** For calls that wait for a thread that is no more. */
export function threadEnded(what: string): TacitError {
  return new TacitError('TACIT_INVARIANT', `internal error: the ${what} thread of a party ended`);
}
