import { rowCount } from '../../catalog/table.ts';
import { type GroupKey, type LogicalPlan, type PlanOf, relationColumns } from '../logical/plan.ts';
import { columnsOf } from '../logical/rewrite.ts';
import { constantTruth, isNullConstant, logic, type Scalar } from '../logical/scalar.ts';
import { requireBooleanWidth } from './boolean-width.ts';
import { candidateKeys, type Keys } from './groups.ts';
import { countInBits, measureOf, type RowsSeen } from './measure.ts';
import type { CollectedColumn, CollectNode, Filter, RowsNode, SumsNode } from './plan.ts';
import { mayBeTrue, publicCells, withConstants } from './public-values.ts';

/** All rows of a table, or the one row, without columns, of a SELECT without FROM. */
export function sourceOf(source: PlanOf<'scan'> | PlanOf<'oneRow'>): RowsNode {
  if (source.kind === 'oneRow') return { kind: 'collect', rows: 1, columns: [], input: undefined };
  const { table, columns } = source;
  return { kind: 'read', rows: rowCount(table), table, columns };
}

/** Filters one upon the other as one, over these rows; 'none' if no row passes, publicly. */
export function filterOf(
  filters: readonly PlanOf<'filter'>[],
  rows: RowsNode,
): Filter | undefined | 'none' {
  const parts = filters.flatMap((filter): Filter[] => {
    const predicate = withConstants(filter.predicate, rows);
    const always = constantTruth(predicate) === true || isTrueInPublic(predicate, rows);
    return always ? [] : [{ predicate, label: filter.label }];
  });
  const [first] = parts;
  if (first === undefined) return undefined;
  const isNone = ({ predicate }: Filter) =>
    isNullConstant(predicate) || constantTruth(predicate) === false;
  if (parts.some(isNone)) return 'none';
  for (const { predicate } of parts) requireBooleanWidth(predicate, rows);
  if (parts.length === 1) return first;
  const predicates = parts.map(({ predicate }) => predicate);
  const label = parts.map((part) => part.label).join(' AND ');
  return { predicate: logic('and', predicates, first.predicate.at), label };
}

/** Whether public values alone make a condition TRUE in every row. */
function isTrueInPublic(predicate: Scalar, rows: RowsNode): boolean {
  return (
    rows.kind === 'collect' && publicCells(predicate, rows)?.every((cell) => cell === true) === true
  );
}

/** What stands above an aggregate, up to the next. */
export interface Above {
  /** Ids of the columns that it reads. */
  readonly reads: ReadonlySet<number>;
  /** Conditions that all rows of the result meet. */
  readonly filters: readonly Scalar[];
  /** Puts the candidates in order. */
  readonly compare: ((a: Keys, b: Keys) => number) | undefined;
}

/** An aggregate over rows, with its candidate groups, and how each of its columns is computed. */
export function collectOf(
  aggregate: PlanOf<'aggregate'>,
  rows: RowsNode,
  filters: readonly PlanOf<'filter'>[],
  above: Above,
): CollectNode {
  const { grouped, at } = aggregate;
  const filter = filterOf(filters, rows);
  const none = filter === 'none' || rows.rows === 0;
  const passed = filter === 'none' ? undefined : filter;
  const known = <T extends Scalar | undefined>(scalar: T) =>
    (scalar === undefined ? undefined : withConstants(scalar, rows)) as T;
  const keys = aggregate.keys.map((key): GroupKey => ({ ...key, scalar: known(key.scalar) }));
  const scalars = keys.map(({ scalar }) => scalar);
  for (const scalar of scalars) requireBooleanWidth(scalar, rows);
  const refusal = { subject: 'GROUP BY', noun: 'groups', at };
  const candidates =
    none && grouped
      ? []
      : candidateKeys(scalars, rows, passed?.predicate, refusal).filter((values) =>
          above.filters.every((condition) => mayBeTrue(condition, (column) => values[column])),
        );
  if (above.compare !== undefined) candidates.sort(above.compare);
  const all = passed === undefined && !grouped && alwaysThere(rows);
  const groups = candidates.length;
  const seen: RowsSeen = { source: rows, predicate: passed?.predicate, none, all, groups };
  const facts = relationColumns(aggregate);
  const measured = facts.map((fact, id): CollectedColumn => {
    if (!above.reads.has(id)) return { facts: fact, value: { kind: 'unused' } };
    if (id < keys.length) {
      const values = candidates.map((each) => each[id] ?? null);
      return { facts: fact, value: { kind: 'public', values } };
    }
    const each = aggregate.aggregates[id - keys.length];
    if (each === undefined) throw new RangeError(`aggregate column ${id}`);
    const { operand, filter: condition, ...rest } = each;
    const own = measureOf(
      {
        ...rest,
        ...(operand && { operand: known(operand) }),
        ...(condition && { filter: known(condition) }),
      },
      seen,
    );
    if (own.kind === 'measure') return { facts: fact, value: { kind: 'measure', measure: own } };
    const value = typeof own.value === 'bigint' ? own.value : null;
    return { facts: fact, value: { kind: 'public', values: candidates.map(() => value) } };
  });
  const columns = rows.kind === 'relation' && groups === 1 ? countInBits(measured) : measured;
  const measures = columns.flatMap(({ value }) =>
    value.kind === 'measure' ? [value.measure] : [],
  );
  const flags = { kind: 'flags', rows: rows.rows, filter: passed, keys, input: rows } as const;
  // GROUP BY a constant over all rows of a table: the one group is there.
  const there = !grouped || (keys.length === 0 && passed === undefined && alwaysThere(rows));
  const input: SumsNode = {
    ...{
      kind: 'sums',
      rows: candidates.length,
      grouped: !there,
      candidates,
      measures,
      input: flags,
    },
  };
  return { kind: 'collect', rows: candidates.length, columns, input };
}

/** Whether every row of the relation is publicly there. */
export function alwaysThere(rows: RowsNode): boolean {
  if (rows.kind === 'relation') return false;
  return rows.kind === 'read' || rows.input === undefined || !rows.input.grouped;
}

/** What the nodes above an aggregate read of it. */
export function readsOf(above: readonly LogicalPlan[]): Set<number> {
  const scalars = above.flatMap((node): Scalar[] => {
    switch (node.kind) {
      case 'filter':
        return [node.predicate];
      case 'aggregate':
        return [
          ...node.keys.map(({ scalar }) => scalar),
          ...node.aggregates.flatMap(({ operand, filter }) => [
            ...(operand === undefined ? [] : [operand]),
            ...(filter === undefined ? [] : [filter]),
          ]),
        ];
      case 'limit':
        return node.order.map(({ scalar }) => scalar);
      case 'output':
        return [...node.columns, ...node.order].map(({ scalar }) => scalar);
      default:
        return [];
    }
  });
  return new Set(scalars.flatMap(columnsOf));
}
