import { TacitError } from '../errors/tacit-error.ts';
import { resultShareBytes } from '../program/measure.ts';
import type { Program } from '../program/program.ts';

/** Most bytes of result shares that a party releases. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Throws SQL_TOO_LARGE if the answer of a program is more than parties send and analysts read at once. */
export function requireAnswerFits({ results }: Pick<Program, 'results'>): void {
  const bytes = resultShareBytes(results);
  if (bytes <= ANSWER_BYTES_MAX) return;
  const { planes } = results;
  const shown =
    planes === undefined
      ? `${results.reveal.length} numbers`
      : `${planes.rows} places for rows of ${planes.planes.length} bits`;
  throw new TacitError(
    'SQL_TOO_LARGE',
    `the answer has ${shown}, which is ${Math.ceil(bytes / 2 ** 20)} MiB at each party; at most ` +
      `${ANSWER_BYTES_MAX / 2 ** 20} MiB are supported; select fewer columns, or add a LIMIT`,
  );
}
