/** What a consortium allows plans to take; all parties must plan alike. */
export interface PlanLimits {
  /** Most rows that a join may have by what is declared or hinted. */
  readonly joinRows: number;
}

export const PLAN_LIMITS: PlanLimits = { joinRows: 2 ** 22 };
/** A relation of more rows is beyond what parties have memory for. */
export const JOIN_ROWS_TOP = 2 ** 24;
