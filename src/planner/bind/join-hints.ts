import { TacitError } from '../../errors/tacit-error.ts';
import type { FromItem, JoinHint, SelectStatement } from '../../parser/syntax.ts';
import { declaredMultiplicity } from '../logical/multiplicity.ts';
import type { JoinPlan } from '../logical/plan.ts';

/** More than any join has. */
const PAIRS_UNKNOWN = 2n ** 53n;

/** Refuses hints for tables that no join of the SELECT adds. */
export function requireJoined({ hints = [], from, at }: SelectStatement): void {
  const added = from === undefined ? [] : namesAdded(from, false);
  const unknown = hints.find(({ table }) => table !== undefined && !added.includes(table));
  if (unknown === undefined) return;
  const known = added.length === 0 ? 'there is none' : `tables that joins add: ${added.join(', ')}`;
  const message = `the hint JOIN_ROWS names ${unknown.table}, which no join of this SELECT adds; ${known}`;
  throw new TacitError('SQL_UNKNOWN_TABLE', message, at);
}

/** Lower-case names on the right of joins; all of them if the item is `right` itself. */
function namesAdded(from: FromItem, right: boolean): string[] {
  if ('join' in from) return [...namesAdded(from.left, right), ...namesAdded(from.right, true)];
  const name = from.alias ?? ('name' in from ? from.name : undefined);
  return right && name !== undefined ? [name.toLowerCase()] : [];
}

/**
 * The join under the hint for it, which is that of a table it adds or else that of all joins. A join that is a look-up needs none; what
 * becomes of one without an equality is not known yet.
 */
export function withHint(
  plan: JoinPlan,
  hints: readonly JoinHint[],
  tables: readonly (string | undefined)[],
): JoinPlan {
  const own = hints.find(({ table }) => table !== undefined && tables.includes(table));
  const hint = own ?? hints.find(({ table }) => table === undefined);
  if (hint === undefined || isLookup(plan)) return plan;
  if (hint.pairs !== 'disclosed') return { ...plan, pairsMax: BigInt(hint.pairs) };
  return { ...plan, pairsMax: PAIRS_UNKNOWN, disclosesPairs: true };
}

/** Whether one side has at most one row for each row of the other, by what is declared. */
export function isLookup({ join, left, right, keys }: JoinPlan): boolean {
  if (keys.length === 0) return false;
  const [lefts, rights] = [keys.map((key) => key.left), keys.map((key) => key.right)];
  if (declaredMultiplicity(right, rights) === 1n) return join !== 'right';
  return (join === 'inner' || join === 'right') && declaredMultiplicity(left, lefts) === 1n;
}
