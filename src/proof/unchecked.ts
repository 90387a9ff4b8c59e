import { TacitError } from '../errors/tacit-error.ts';
import type { Barrier, OpeningPermit, Witness } from '../protocol/witness.ts';

/** The witness of passive runs: it keeps nothing and lets everything pass. Parties are trusted to follow the protocol. */
export class UncheckedWitness implements Witness {
  readonly isChecked = false;

  async ands(): Promise<void> {}

  async products(): Promise<void> {}

  async innerProducts(): Promise<void> {}

  fork(lanes: number): readonly Witness[] {
    return Array.from({ length: lanes }, () => this);
  }

  async join(): Promise<void> {}

  async coin(name: string): Promise<never> {
    throw new TacitError('TACIT_INVARIANT', `internal error: coin ${name} in a passive run`);
  }

  async barrier(): Promise<Barrier> {
    return { permit: {} as OpeningPermit, rounds: 0 };
  }
}
