/** Exit codes of a shell for a process that a signal ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs `work`, then `cleanUp` whatever happened. A signal does not wait for the work: it cleans up and
 * returns the signal's exit code; what the work does afterwards no longer counts.
 */
export async function untilInterrupted(
  work: () => Promise<number>,
  cleanUp: () => Promise<void>,
): Promise<number> {
  const stopListening: (() => void)[] = [];
  const interrupted = new Promise<number>((resolve) => {
    for (const [signal, code] of Object.entries(SIGNALS)) {
      const listener = () => resolve(code);
      process.on(signal, listener);
      stopListening.push(() => process.removeListener(signal, listener));
    }
  });
  const working = work();
  working.catch(() => {});
  try {
    return await Promise.race([working, interrupted]);
  } finally {
    await cleanUp();
    for (const stop of stopListening) stop();
  }
}
