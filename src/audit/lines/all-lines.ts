import type { Outcome } from '../finding.ts';
import type { Subject } from '../subject.ts';
import { analystLine } from './analyst.ts';
import { channelsLine } from './channels.ts';
import { checksLine } from './checks.ts';
import { committeeLine } from './committee.ts';
import { consortiumLine } from './consortium.ts';
import { errorBoundLine } from './error-bound.ts';
import { programLine } from './program.ts';
import { questionLine } from './question.ts';
import { resultLine } from './result.ts';
import { sessionLine } from './session.ts';
import { sharesLine } from './shares.ts';
import { signaturesLine } from './signatures.ts';
import { tablesLine } from './tables.ts';
import { tierLine } from './tier.ts';

/** What is audited of one receipt that could be read, in the order of the report. */
export const LINES: readonly (readonly [name: string, run: (subject: Subject) => Outcome])[] = [
  ['consortium', consortiumLine],
  ['committee', committeeLine],
  ['signatures', signaturesLine],
  ['analyst', analystLine],
  ['question', questionLine],
  ['session', sessionLine],
  ['tables', tablesLine],
  ['program', programLine],
  ['checks', checksLine],
  ['error bound', errorBoundLine],
  ['transcripts', channelsLine],
  ['shares', sharesLine],
  ['result', resultLine],
  ['tiers', tierLine],
];
