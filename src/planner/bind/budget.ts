import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { Scalar } from '../logical/scalar.ts';
import { sizeOf } from '../logical/size.ts';

/** Most nodes of one expression, with what it needs several times counted several times. */
export const EXPRESSION_MAX = 20_000;
/** Most nodes that binding one statement makes. */
export const STATEMENT_MAX = 200_000;

/** Most tables, common tables and derived tables that a statement reads; a common table counts each time it is read, with all that it reads. */
export const SOURCES_MAX = 64;

/** Bounds the work of planning: parties plan on the thread that serves their peers. */
export class Budget {
  private left = STATEMENT_MAX;
  private sources = SOURCES_MAX;

  /** Throws SQL_TOO_LARGE if the statement reads too much. */
  spendSource(at: Position): void {
    this.sources -= 1;
    if (this.sources >= 0) return;
    const message = `the statement reads more than ${SOURCES_MAX} tables, counting what common tables read each time; split it`;
    throw new TacitError('SQL_TOO_LARGE', message, at);
  }

  /** Throws SQL_TOO_LARGE if the expression, or all of them together, became too large. */
  spend(scalar: Scalar, at: Position): void {
    const size = sizeOf(scalar);
    const own = scalar.kind === 'steps' ? scalar.values.length : 1;
    this.left -= own;
    if (size <= EXPRESSION_MAX && this.left >= 0) return;
    throw new TacitError('SQL_TOO_LARGE', 'the expression is too large; simplify it', at);
  }
}
