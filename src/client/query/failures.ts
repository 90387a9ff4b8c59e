import type { ErrorCode } from '../../errors/registry.ts';
import { TacitError } from '../../errors/tacit-error.ts';

/** How one party failed. */
export interface Failure {
  readonly party: string;
  readonly error: unknown;
}

/** How a request ends that we cut short because others had failed. */
const CUT = 'CANCELLED';

/**
 * Codes that say why, before codes that only echo another party's failure: when one party stops, its
 * peers report a closed stream or a cancelled query.
 */
const ECHOES: readonly ErrorCode[] = [CUT, 'PEER_CLOSED', 'PEER_TIMEOUT'];

/** True if the failure only follows from something that went wrong elsewhere. */
export function isEcho(error: unknown): boolean {
  return error instanceof TacitError && ECHOES.includes(error.code);
}

/** The failure that tells the analyst most. The same refusal by all parties is shown once. */
export function worstOf(failures: readonly Failure[]): unknown {
  const told = [...failures].sort((a, b) => rank(a.error) - rank(b.error))[0];
  if (told === undefined || !(told.error instanceof TacitError)) return told?.error;
  const { code, message, position, blame } = told.error;
  if (blame === 'caller' || code === 'PARTY_UNREACHABLE') return told.error;
  const own = message.startsWith(told.party) ? message : `${told.party}: ${message}`;
  const text = isEcho(told.error) ? own + unanswered(failures) : own;
  return new TacitError(code, text, position, { cause: told.error });
}

/**
 * A party that waits for a silent one is silent itself, so its other peer may accuse it first. Whoever had said
 * nothing when the rest gave up is the one to look at.
 */
function unanswered(failures: readonly Failure[]): string {
  const silent = failures.filter(({ error }) => error instanceof TacitError && error.code === CUT);
  if (silent.length === 0 || silent.length === failures.length) return '';
  return `; ${silent.map(({ party }) => party).join(' and ')} had not answered by then`;
}

function rank(error: unknown): number {
  if (!(error instanceof TacitError)) return 0;
  if (error.code === 'PARTY_UNREACHABLE') return 1;
  const echo = ECHOES.indexOf(error.code);
  if (echo >= 0) return 100 - echo;
  return error.blame === 'caller' ? 2 : 3;
}
