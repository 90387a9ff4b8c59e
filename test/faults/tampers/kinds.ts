import type { ErrorCode } from '../../../src/errors/registry.ts';

/** What a message carries, and with it what a lying sender can make of it without being malformed. */
export type Content = 'bits' | 'elements' | 'opaque';

/** What a check says. */
export interface Catch {
  readonly code: ErrorCode;
  readonly message: RegExp;
}

/** A kind of message between parties: every step of the protocol has exactly one. */
export interface Kind {
  readonly name: string;
  readonly steps: RegExp;
  readonly content: Content;
  /** The checks that must catch a lie in it. Anything else is an abort by accident and counted apart. */
  readonly caughtBy: readonly Catch[];
  /** Shares or bits of data, however few: here accidents must be rare. */
  readonly bulk: boolean;
  /** No party can tell; the analyst, who has the answers of all, must. */
  readonly atAnalyst?: true;
}

const kind = (
  name: string,
  steps: RegExp,
  content: Content,
  caughtBy: readonly Catch[],
  bulk = content !== 'opaque',
): Kind => ({ name, steps, content, caughtBy, bulk });

/**
 * The check of the batch: its last equation; or, since a liar who goes on computing with what it should have sent holds
 * shares of another value than the others, the degree of what is opened at its end.
 */
const CHECK: readonly Catch[] = [
  { code: 'CHECK_FAILED', message: /the check of batch \S+ \(.*\) failed/ },
  { code: 'OPENING_INCONSISTENT', message: /opened at the end of the check of batch/ },
];
/** Some products go straight into a masked opening, which is checked on arrival, before the batch is. */
const OPENING: readonly Catch[] = [
  {
    code: 'OPENING_INCONSISTENT',
    message: /opened in step|different bits in step|different shares of what step/,
  },
];
/** The check of a shuffle, whose messages are all there before its key is. */
const SHUFFLE: readonly Catch[] = [
  { code: 'CHECK_FAILED', message: /the check of shuffle \S+ failed/ },
];

/** Rows are shuffled before their gates are checked, and a shuffle notices shares of different values. */
const SHUFFLED: readonly Catch[] = [...CHECK, ...SHUFFLE];

const COIN: readonly Catch[] = [{ code: 'COIN_INVALID', message: /coin/ }];
const SESSION: readonly Catch[] = [
  { code: 'PEER_PROTOCOL', message: /not signed by its identity key|heard different greetings/ },
  { code: 'PLAN_MISMATCH', message: /compiled another program/ },
];
const BARRIER: readonly Catch[] = [
  { code: 'PEER_PROTOCOL', message: /did not finish the same query/ },
  { code: 'TRANSCRIPT_MISMATCH', message: /./ },
];

/** The two peers of the liar sign different bodies. */
const RECEIPT: readonly Catch[] = [
  { code: 'RECEIPT_INVALID', message: /signed different receipts/ },
];

/** In the order of a query's life. */
export const KINDS: readonly Kind[] = [
  kind('hello', /^hello$/, 'opaque', SESSION),
  kind('echo', /^echo$/, 'opaque', SESSION),
  kind('AND layer of a chunk', /^\d+\.\d+\/a\d+$/, 'bits', SHUFFLED),
  kind('AND layer of a conversion', /^\d+\.\d+\/b\d+a\d+$/, 'bits', CHECK),
  kind('opening of a conversion', /^\d+\.\d+\/b\d+r$/, 'bits', OPENING),
  kind('dealing of an injection', /^\d+\.\d+\/i\d+u$/, 'elements', [...CHECK, ...OPENING]),
  kind('product of an injection', /^\d+\.\d+\/i\d+w$/, 'elements', [...CHECK, ...OPENING]),
  kind('products', /^\d+\.\d+\/m\d+$/, 'elements', CHECK),
  kind('dot products', /^\d+\.\d+\/dot$/, 'elements', [...CHECK, ...OPENING]),
  kind('AND layer that folds a chunk', /^\d+\.\d+\/f\d+a\d+$/, 'bits', CHECK),
  kind('AND layer of a halving', /^\d+\/f\d+\.\d+a\d+$/, 'bits', CHECK),
  kind('masked limbs', /^\d+\/n\d+m$/, 'elements', OPENING),
  kind('AND layer of carries', /^\d+\/n\d+a\d+$/, 'bits', CHECK),
  kind('dealing of carries', /^\d+\/n\d+u$/, 'elements', [...CHECK, ...OPENING]),
  kind('product of carries', /^\d+\/n\d+w$/, 'elements', [...CHECK, ...OPENING]),
  kind('masked scalars', /^\d+\/m$/, 'elements', OPENING),
  kind('AND layer of scalars', /^\d+\/a\d+$/, 'bits', CHECK),
  kind('AND layer of a comparison of rows', /^\d+\.\d+\/p\d+$/, 'bits', CHECK),
  kind('AND layer of a count', /^\d+\/c\d+$/, 'bits', CHECK),
  kind('zero test', /^zero$/, 'elements', CHECK),
  kind('AND layer of a scan', /^\d+\.\d+\/r\d+a\d+$/, 'bits', SHUFFLED),
  kind('tags of a shuffle', /^\d+\/st$/, 'bits', SHUFFLE),
  kind('column after the first permutation', /^\d+\/sy\d+$/, 'bits', SHUFFLE),
  kind('column after the second permutation', /^\d+\/sx\d+$/, 'bits', SHUFFLE),
  kind('column after the last permutation', /^\d+\/sc\d+$/, 'bits', SHUFFLE),
  kind('head of the coins of a shuffle', /^vs\d+\/h$/, 'opaque', COIN),
  kind('echo of the heads of a shuffle', /^vs\d+\/e$/, 'opaque', COIN),
  kind('key of a shuffle', /^\d+\/sk$/, 'bits', OPENING),
  kind('coin of a shuffle', /^vs\d+\/c\d+$/, 'opaque', COIN),
  kind('zeros of a shuffle', /^\d+\/sz$/, 'bits', SHUFFLE),
  kind('AND layer of the comparisons of a sort', /^\d+\.\d+\/s\d+a\d+$/, 'bits', CHECK),
  kind('outcomes of the comparisons of a sort', /^\d+\/s\d+o$/, 'bits', OPENING),
  kind('AND layer of a sorting network', /^\d+\/x\d+a\d+$/, 'bits', SHUFFLED),
  kind('destinations of shuffled rows', /^\d+\/ro$/, 'bits', OPENING),
  kind('bits of a guard', /^\d+\/g$/, 'bits', OPENING),
  kind('head of coins', /^v[^s].*\/h$/, 'opaque', COIN),
  kind('echo of heads', /^v[^s].*\/e$/, 'opaque', COIN),
  kind('coin', /^v[^s].*\/c\d+$/, 'opaque', COIN),
  kind('level of a check of AND gates', /^v[^/]*a\d+\/l\d+$/, 'bits', CHECK),
  kind('level of a check of products', /^v[^/]*p\d+\/l\d+$/, 'elements', CHECK),
  kind('last level of a check of AND gates', /^v[^/]*a\d+\/m$/, 'bits', CHECK),
  kind('last level of a check of products', /^v[^/]*p\d+\/m$/, 'elements', CHECK),
  kind('opening of a check of AND gates', /^v[^/]*a\d+\/o$/, 'bits', CHECK),
  kind('opening of a check of products', /^v[^/]*p\d+\/o$/, 'elements', CHECK),
  kind('barrier', /^barrier$/, 'opaque', BARRIER),
  { ...kind('commitment to result shares', /^commit$/, 'opaque', RECEIPT), atAnalyst: true },
];

/** The kind of a step; a step without one fails the test. */
export function kindOf(step: string): Kind {
  const found = KINDS.filter(({ steps }) => steps.test(step));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`step ${step} has ${found.length} kinds: ${found.map((k) => k.name).join()}`);
  }
  return only;
}
