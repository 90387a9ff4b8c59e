import type { TableVersion } from '../../src/catalog/table.ts';
import type { Outline, Question } from '../../src/engine/planner.ts';
import type { Prepared } from '../../src/engine/prepare.ts';
import type { LogLevel } from '../identity/party-directory.ts';
import type { PlainError } from './messages.ts';

/** What the planner thread knows of its party. */
export interface PlannerData {
  readonly party: string;
  readonly log: LogLevel;
}

/** From the engine thread to the planner thread. */
export type ToPlanner =
  | { readonly kind: 'outline'; readonly call: number; readonly sql: string }
  | {
      readonly kind: 'plan';
      readonly call: number;
      readonly question: Question;
      readonly tables: readonly TableVersion[];
    };

/** From the planner thread back. */
export type FromPlanner =
  | { readonly kind: 'ready' }
  | { readonly kind: 'outline'; readonly call: number; readonly outline: Outline }
  | { readonly kind: 'plan'; readonly call: number; readonly prepared: Prepared }
  | { readonly kind: 'failure'; readonly call: number; readonly error: PlainError };
