import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { Scalar } from '../logical/scalar.ts';
import { sizeOf } from '../logical/size.ts';

/** Most nodes of one expression, with what it needs several times counted several times. */
export const EXPRESSION_MAX = 20_000;
/** Most nodes that binding one statement makes. */
export const STATEMENT_MAX = 200_000;

/** Bounds the work of planning: parties plan on the thread that serves their peers. */
export class Budget {
  private left = STATEMENT_MAX;

  /** Throws SQL_TOO_LARGE if the expression, or all of them together, became too large. */
  spend(scalar: Scalar, at: Position): void {
    const size = sizeOf(scalar);
    const own = scalar.kind === 'steps' ? scalar.values.length : 1;
    this.left -= own;
    if (size <= EXPRESSION_MAX && this.left >= 0) return;
    throw new TacitError('SQL_TOO_LARGE', 'the expression is too large; simplify it', at);
  }
}
