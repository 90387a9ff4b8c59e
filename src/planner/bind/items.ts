import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import { defaultName } from '../../parser/result-name.ts';
import type { SelectItem, Star } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import type { Binder } from './binder.ts';
import type { BoundItem } from './clauses.ts';
import { bindScalar } from './expression.ts';
import { checkQualifier, findColumn } from './scope.ts';

/** Binds an item of the SELECT list; `*` is all columns, those that USING merged once, and `t.*` all of a table. */
export function bindItem(item: SelectItem | Star, binder: Binder): BoundItem[] {
  const { at } = item;
  if ('kind' in item) return bindStar(item, binder);
  const { expression } = item;
  const scalar = foldScalar(bindScalar(binder, expression));
  const found =
    expression.kind === 'column' ? findColumn(binder.scope.relation, expression) : undefined;
  const name = item.alias ?? found?.name ?? defaultName(expression);
  return [{ name, scalar, label: label(expression), readsColumns: readsColumns(expression), at }];
}

function bindStar(star: Star, { scope }: Binder): BoundItem[] {
  const { relation } = scope;
  if (relation === undefined) {
    throw new TacitError('SQL_SYNTAX', '* needs a FROM clause', star.at);
  }
  checkQualifier(scope, star);
  const table = star.table?.toLowerCase();
  const shown = relation.columns.filter((column) =>
    table === undefined ? column.merged === undefined : column.table === table,
  );
  return shown.map(({ name, scalar }) => ({
    ...{ name, label: name, readsColumns: true, at: star.at },
    scalar: { ...scalar, at: star.at },
  }));
}

/** Whether the expression names a column anywhere, subqueries apart. */
function readsColumns(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('kind' in part && part.kind === 'column') return true;
  if ('kind' in part && (part.kind === 'select' || part.kind === 'setOperation')) return false;
  return Object.values(part).some(readsColumns);
}
