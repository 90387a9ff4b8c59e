import { TacitError } from '../errors/tacit-error.ts';

/** One line of an audit: proven, refuted, or not proven either way. */
export interface Finding {
  /** What the line is about, in one word. */
  readonly name: string;
  readonly verdict: 'holds' | 'fails' | 'open';
  /** What was found, in plain words. */
  readonly text: string;
  /** What has to be true besides, where something does. */
  readonly assuming?: string;
}

/** What a line that does not fail says. */
export type Outcome = Omit<Finding, 'name' | 'verdict'> & { readonly verdict: 'holds' | 'open' };

export function holds(text: string, assuming?: string): Outcome {
  return { verdict: 'holds', text, ...(assuming === undefined ? {} : { assuming }) };
}

export function open(text: string): Outcome {
  return { verdict: 'open', text };
}

/** RECEIPT_INVALID: what a failing line throws. */
export function refuted(text: string): TacitError {
  return new TacitError('RECEIPT_INVALID', text);
}

/** Runs one line. Whatever goes wrong in it is its failure: receipts are strangers' files. */
export function findingOf(name: string, run: () => Outcome): Finding {
  try {
    return { name, ...run() };
  } catch (thrown) {
    const text =
      thrown instanceof TacitError ? thrown.message : 'cannot be checked: the receipt is malformed';
    return { name, verdict: 'fails', text };
  }
}
