import type { ColumnId } from '../../catalog/table.ts';
import { type LogicalPlan, relationColumns } from '../logical/plan.ts';
import { type Changed, changeNodes } from '../logical/plan-columns.ts';
import type { Rule } from './rule.ts';

/** Columns of a derived table, and window functions, that nothing above reads are not computed. */
export const dropUnreadColumns: Rule = {
  name: 'dropUnreadColumns',
  apply: (plan) => changeNodes(plan, drop).plan,
};

function drop(node: LogicalPlan, read: ReadonlySet<number>): Changed | undefined {
  switch (node.kind) {
    case 'project': {
      const keeps = kept(node.columns.length, read);
      if (keeps === undefined) return undefined;
      return { plan: { ...node, columns: pick(node.columns, keeps) }, moved: movedBy(keeps) };
    }
    case 'window': {
      const width = relationColumns(node.input).length;
      const own = new Set([...read].map((id) => id - width));
      const keeps = node.functions.map((_, k) => own.has(k));
      if (keeps.every((each) => each)) return undefined;
      const functions = pick(node.functions, keeps);
      const behind = movedBy(keeps);
      const moved = (id: ColumnId) =>
        id < width ? id : ((behind((id - width) as ColumnId) + width) as ColumnId);
      return { plan: functions.length === 0 ? node.input : { ...node, functions }, moved };
    }
    case 'concat': {
      const keeps = kept(node.columns.length, read);
      if (keeps === undefined) return undefined;
      const inputs = node.inputs.map((input) => picked(input, keeps));
      const columns = pick(node.columns, keeps);
      return {
        plan: { ...node, inputs, columns },
        moved: movedBy(node.tag ? [...keeps, true] : keeps),
      };
    }
    default:
      return undefined;
  }
}

/** Which of the columns are read, at least one of them; undefined if all are. */
function kept(count: number, read: ReadonlySet<number>): boolean[] | undefined {
  const keeps = Array.from({ length: count }, (_, k) => read.has(k));
  if (keeps[0] === false && !keeps.includes(true)) keeps[0] = true;
  return keeps.every((each) => each) ? undefined : keeps;
}

function pick<Each>(list: readonly Each[], keeps: readonly boolean[]): Each[] {
  return list.filter((_, k) => keeps[k]);
}

function movedBy(keeps: readonly boolean[]): (id: ColumnId) => ColumnId {
  return (id) => keeps.slice(0, id).filter((each) => each).length as ColumnId;
}

/** The relation with some of its columns. */
function picked(input: LogicalPlan, keeps: readonly boolean[]): LogicalPlan {
  if (input.kind === 'project') return { ...input, columns: pick(input.columns, keeps) };
  const at = { line: 1, column: 1 };
  const columns = relationColumns(input).map(({ name, ...facts }, k) => ({
    name,
    scalar: { kind: 'column' as const, column: k as ColumnId, at, ...facts },
  }));
  return { kind: 'project', input, columns: pick(columns, keeps) };
}
