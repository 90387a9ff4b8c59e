import { TacitError } from '../../errors/tacit-error.ts';
import type { Expression, Query, SelectStatement } from '../../parser/syntax.ts';
import type { Node } from './binder.ts';

/** A condition on whether a subquery has certain rows. */
export interface Membership {
  readonly node: Node<'inQuery' | 'exists'>;
  /** Rows stay if it has none. */
  readonly negated: boolean;
}

/** The expression as a condition on a subquery's rows, if it is one. */
export function membershipOf(expression: Expression): Membership | undefined {
  switch (expression.kind) {
    case 'exists':
      return { node: expression, negated: false };
    case 'inQuery':
      return { node: expression, negated: expression.negated };
    case 'not': {
      const inner = membershipOf(expression.operand);
      return inner && { ...inner, negated: !inner.negated };
    }
    default:
      return undefined;
  }
}

/** The refusal of such a condition where it is no join. */
export function refuseMembership({ kind, at }: Node<'inQuery' | 'exists'>): never {
  const what = kind === 'exists' ? 'EXISTS' : 'IN (SELECT …)';
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `[NOT] ${what} is supported only as a condition of WHERE by itself, or joined to others by AND`,
    at,
  );
}

/** Whether the query gives a row for each row that its WHERE leaves, so that conditions may be moved out of it. */
export function isPlainSelect(
  query: Query,
): query is SelectStatement & { readonly kind: 'select' } {
  if (query.kind !== 'select' || query.from === undefined) return false;
  const { groupBy, having, limit, offset, items } = query;
  if (groupBy === 'all' || groupBy.length > 0 || having !== undefined) return false;
  return limit === undefined && offset === undefined && !items.some(combinesRows);
}

const OF_ROWS = new Set(['aggregate', 'countStar', 'quantile', 'window']);

/** Whether an expression has an aggregate or a window function of its own. */
function combinesRows(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('kind' in part && typeof part.kind === 'string') {
    if (OF_ROWS.has(part.kind)) return true;
    if (part.kind === 'select' || part.kind === 'setOperation') return false;
  }
  return Object.values(part).some(combinesRows);
}
