import { TacitError } from '../src/errors/tacit-error.ts';
import { type PlainError, toPlain } from './engine/messages.ts';
import { createLog, describeError } from './log.ts';
import { type RunningParty, startParty } from './party.ts';

/** What a party process tells the process that forked it. */
export type FromParty =
  | { readonly kind: 'ports'; readonly control: number; readonly exchange: number }
  | { readonly kind: 'refused'; readonly error: PlainError };

/** What it is told. */
export type ToParty = { readonly kind: 'addresses'; readonly exchange: readonly string[] };

/** Longest orderly shutdown before the process just ends. */
const SHUTDOWN_MS = 3000;

/**
 * Runs a party until SIGTERM, SIGINT or, when it was forked, until its parent is gone: a crashed parent must not
 * leave parties behind. Resolves once it listens.
 */
export async function serveParty(dir: string): Promise<void> {
  const parent = process.send === undefined ? undefined : process.send.bind(process);
  // From the first moment on: the parent may be gone before this party listens.
  if (parent) process.once('disconnect', () => process.exit(0));
  // While the modules were loading, nobody listened.
  if (parent && !process.connected) process.exit(0);
  let party: RunningParty;
  try {
    party = await startParty(dir);
  } catch (error) {
    // A parent shows what is for people; what is ours to mend needs the places it came through.
    if (parent === undefined || !(error instanceof TacitError)) {
      createLog('error', dir).fatal({ error: describeError(error) }, 'the party cannot start');
    }
    process.exitCode = 1;
    if (parent === undefined) return;
    parent({ kind: 'refused', error: toPlain(error) } satisfies FromParty);
    process.disconnect();
    return;
  }
  const { log } = party;
  let stopping = false;
  const stop = (reason: string, code: number) => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'party stops');
    setTimeout(() => process.exit(code), SHUTDOWN_MS).unref();
    void party.close().finally(() => process.exit(code));
  };
  process.once('SIGTERM', () => stop('SIGTERM', 0));
  process.once('SIGINT', () => stop('SIGINT', 0));
  void party.engineEnded.then(() => stop('the engine thread ended', 1));
  if (parent === undefined) return;
  process.removeAllListeners('disconnect');
  process.once('disconnect', () => stop('the parent process is gone', 0));
  process.on('message', (message: ToParty) => {
    if (message.kind === 'addresses') party.setAddresses(message.exchange);
  });
  const { controlPort, exchangePort } = party;
  parent({ kind: 'ports', control: controlPort, exchange: exchangePort } satisfies FromParty);
}
