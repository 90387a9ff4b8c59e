import { TacitError } from '../errors/tacit-error.ts';
import type { GuardStage } from './program.ts';

/** Throws JOIN_BOUND_EXCEEDED for the guards of which the bit is set; nothing if there are none. */
export function requireGuards({ guards }: GuardStage, set: readonly boolean[]): void {
  const exceeded = guards.filter((_, k) => set[k]).map((guard) => guard.exceeded);
  if (exceeded.length === 0) return;
  throw new TacitError('JOIN_BOUND_EXCEEDED', [...new Set(exceeded)].join('; '));
}
