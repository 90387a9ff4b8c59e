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

/** True if the failure may only follow from something that went wrong elsewhere. */
export function isEcho({ error, party }: Failure): boolean {
  if (!(error instanceof TacitError)) return false;
  // A party that does not answer us is silent itself.
  if (error.code === 'PEER_TIMEOUT' && error.message.startsWith(party)) return false;
  return ECHOES.includes(error.code);
}

/** The failure that tells the analyst most. The same refusal by all parties is shown once. */
export function worstOf(failures: readonly Failure[]): unknown {
  const told = [...failures].sort((a, b) => rank(a) - rank(b))[0];
  if (told === undefined || !(told.error instanceof TacitError)) return told?.error;
  const { code, message, position, blame } = told.error;
  if (blame === 'caller' || code === 'PARTY_UNREACHABLE') return told.error;
  const own = message.startsWith(told.party) ? message : `${told.party}: ${message}`;
  const text = isEcho(told) ? own + unanswered(failures) : own;
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

function rank(failure: Failure): number {
  const { error } = failure;
  if (!(error instanceof TacitError)) return 0;
  if (isEcho(failure)) return 100 - ECHOES.indexOf(error.code);
  if (error.code === 'PARTY_UNREACHABLE' || error.code === 'PEER_TIMEOUT') return 1;
  return error.blame === 'caller' ? 2 : 3;
}
