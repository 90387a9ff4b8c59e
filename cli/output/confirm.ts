import { TacitError } from '../../src/errors/tacit-error.ts';

/** Asks a person; undefined where there is no terminal. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/** Whether a person says yes, or has said it with --yes; CONFIG_INVALID if nobody can be asked. */
export async function isConfirmed(question: string, yes: boolean, ask: Ask): Promise<boolean> {
  if (yes) return true;
  if (ask === undefined) {
    const message = 'nobody can be asked here: read what is above, then repeat with --yes';
    throw new TacitError('CONFIG_INVALID', message);
  }
  const answer = await ask(`${question} (yes/no) `);
  return /^y(es)?$/i.test(answer.trim());
}
