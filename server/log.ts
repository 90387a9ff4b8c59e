import { destination, type Logger, pino } from 'pino';
import { TacitError } from '../src/errors/tacit-error.ts';
import type { LogLevel } from './identity/party-directory.ts';

export type { Logger } from 'pino';

/** JSON lines on stderr: stdout belongs to results. Never log a value of a row, a share or a key. */
export function createLog(level: LogLevel, party: string): Logger {
  return pino({ level, base: { party } }, destination({ dest: 2, sync: true }));
}

/**
 * What a log may know of an error: the code and message of ours; of a foreign error only its type
 * and the places it came through, because its message might quote data.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (error instanceof TacitError && error.code !== 'TACIT_INVARIANT') {
    return { code: error.code, message: error.message };
  }
  if (!(error instanceof Error)) return { type: typeof error };
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const message = error instanceof TacitError ? error.message : undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { type: error.name, code, message, places: places.map((line) => line.trim()) };
}

/** The severity of a failed request: refusing a caller is business as usual. */
export function failureLevel(error: unknown): 'info' | 'warn' | 'error' {
  if (!(error instanceof TacitError) || error.blame === 'us') return 'error';
  return error.blame === 'caller' ? 'info' : 'warn';
}
