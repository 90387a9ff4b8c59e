import { TacitError } from '../errors/tacit-error.ts';
import type { GuardStage } from './program.ts';

/** Throws JOIN_BOUND_EXCEEDED for the first guard of which the bit is set, if there is one: later ones may stand on its wrong rows. */
export function requireGuards({ guards }: GuardStage, set: readonly boolean[]): void {
  const first = guards.find((_, k) => set[k]);
  if (first !== undefined) throw new TacitError('JOIN_BOUND_EXCEEDED', first.exceeded);
}
