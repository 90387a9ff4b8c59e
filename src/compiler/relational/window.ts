import type { ColumnId } from '../../catalog/table.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { Shapes } from '../../circuits/gadgets/shapes.ts';
import type { RelationColumn, WindowFunction } from '../../planner/logical/plan.ts';
import { columnsOf, scalarKey } from '../../planner/logical/rewrite.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';
import type { WindowNode } from '../../planner/physical/plan.ts';
import { encodingOf } from '../encoding-of.ts';
import { ScanOperations } from './aggregate-operations.ts';
import type { PlaneRelation } from './relation.ts';
import type { MadeColumn } from './relation-circuit.ts';
import type { RowOrder } from './row-order.ts';
import type { RelationalShop } from './shop.ts';
import { groupWord, sortWord } from './sort-key.ts';
import { readsPlaces, tellsTiesApart } from './ties.ts';
import { type FunctionWords, functionInput, functionWork } from './window-functions.ts';
import { isSortedFor, sortForWindow, type WindowSort } from './window-order.ts';
import { neighbours, type Partitions } from './window-partition.ts';
import { together } from './window-work.ts';
import { type Word, type WordCircuit, WordRows } from './word-rows.ts';
import { withRows } from './zero-rows.ts';

/** A function that is needed, and its column. */
interface Wanted {
  readonly fn: WindowFunction;
  readonly id: number;
  readonly facts: RelationColumn;
}

/** Adds window functions as columns: those with the same partition and order share a sort, and their scans are done together. */
export function compileWindow(
  shop: RelationalShop,
  node: WindowNode,
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const { functions, columns, input } = node;
  const operator = shop.operatorOf(node);
  const classes = new Map<string, Wanted[]>();
  functions.forEach((fn, k) => {
    const id = input.columns.length + k;
    const facts = columns[id];
    if (facts === undefined || !needed.has(id as ColumnId)) return;
    const key = orderKey(fn);
    classes.set(key, [...(classes.get(key) ?? []), { fn, id, facts }]);
  });
  const list = [...classes.values()];
  const reads = list.map((wanted) => wanted.flatMap(({ fn }) => scalarsOf(fn).flatMap(columnsOf)));
  const own = [...needed].filter((id) => id < input.columns.length);
  const keptOf = (k: number) => new Set<number>([...needed, ...reads.slice(k + 1).flat()]);
  const [first] = list;
  const kept = [...keptOf(0)].filter((id) => id < input.columns.length);
  const wish = (order: RowOrder) => first !== undefined && isSortedFor(order, sortOf(first, kept));
  const below = shop.compile(input, new Set([...own, ...reads.flat()]), wish);
  let made = withRows(shop, operator, below);
  list.forEach((wanted, k) => {
    made = addFunctions(shop, operator, made, wanted, keptOf(k));
  });
  return { ...made, columns: columns.map((_, id) => made.columns[id]) };
}

function orderKey({ partition, order }: WindowFunction): string {
  const keys = order.map(({ scalar, descending, nullsFirst }) =>
    [scalarKey(scalar), descending, nullsFirst].join(' '),
  );
  return [...partition.map(scalarKey), 'order', ...keys].join('; ');
}

function scalarsOf({ operand, otherwise, filter, partition, order }: WindowFunction): Scalar[] {
  const all = [operand, otherwise, filter, ...partition, ...order.map(({ scalar }) => scalar)];
  return all.filter((scalar) => scalar !== undefined);
}

/** Functions with one partition and order. Of the other columns those to `keep` stay. */
function addFunctions(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  wanted: readonly Wanted[],
  keep: ReadonlySet<number>,
): PlaneRelation {
  const rows = new WordRows(shop, operator, from);
  const kept = from.columns.flatMap((column, id) =>
    column !== undefined && keep.has(id) ? [{ id, facts: column.facts }] : [],
  );
  const inputs = readInputs(rows, wanted, kept);
  const { there, missing, keys, order } = inputs;
  const ids = kept.map(({ id }) => id);
  const sorted = sortForWindow(rows, from.order, sortOf(wanted, ids), { order, keys, missing });
  const [joined, peer] = rows.compute((row) =>
    neighbours(row, there, keys, order).map((bit) => [bit]),
  ) as [Word, Word];
  const partitions: Partitions = {
    ...{ rows: from.rows, there, keys, joined, peer },
    operations: new ScanOperations(shop.network, from.rows),
    shapes: new Shapes(shop.network, from.rows),
  };
  const works = wanted.map(({ fn, facts }, k) => {
    return functionWork(partitions, fn, functionWords(inputs.functions, k), facts);
  });
  const made = together(rows, works);
  const relation = rows.columns((row) => {
    const columns: (MadeColumn | undefined)[] = [];
    kept.forEach(({ id, facts }, k) => {
      columns[id] = keptColumn(row, inputs.columns[k], facts);
    });
    wanted.forEach(({ id, facts }, k) => {
      const column = made[k]?.(row);
      columns[id] = column && { facts, ...column };
    });
    return { columns: Array.from(columns), valid: row.read(there)[0] ?? row.b.zero };
  });
  return { ...relation, order: sorted };
}

/** How functions of one class want their rows. */
function sortOf(wanted: readonly Wanted[], kept: readonly number[]): WindowSort {
  const { partition, order } = wanted[0]?.fn ?? { partition: [], order: [] };
  return { partition, order, tellsTies: readsTies(wanted, kept) };
}

/** Whether a function tells places of rows that are equal in partition and order, but not in all else that is read. */
function readsTies(wanted: readonly Wanted[], kept: readonly number[]): boolean {
  const [first] = wanted;
  if (first === undefined || !wanted.some(({ fn }) => readsPlaces(fn))) return false;
  const { order, partition } = first.fn;
  const read = wanted.flatMap(({ fn }) => scalarsOf(fn).flatMap(columnsOf));
  const keys = [...partition, ...order.map(({ scalar }) => scalar)];
  return tellsTiesApart([...kept, ...read], keys);
}

/** The words of a class: whether rows are there, its keys, the columns that stay, and what functions read. */
function readInputs(
  rows: WordRows,
  wanted: readonly Wanted[],
  kept: readonly { readonly id: number; readonly facts: RelationColumn }[],
) {
  const { partition, order: by } = wanted[0]?.fn ?? { partition: [], order: [] };
  const [there, missing, keys, order, ...words] = rows.compute(({ circuit, b }) => {
    const expressions = circuit.expressions();
    const isThere = circuit.there();
    const columns = kept.map(({ id }): Wire[] => {
      const { number, isNull } = circuit.column(id);
      return [...number.bits, isNull];
    });
    return [
      ...[[isThere], [b.not(isThere)]],
      ...[groupWord(b, expressions, partition), sortWord(b, expressions, by)],
      ...columns,
      ...wanted.flatMap(({ fn, facts }) => functionInput(expressions, fn, facts)),
    ];
  }) as [Word, Word, Word, Word, ...Word[]];
  const columns = words.slice(0, kept.length);
  return { there, missing, keys, order, columns, functions: words.slice(kept.length) };
}

function functionWords(words: readonly Word[], k: number): FunctionWords {
  const [counted, value, otherwise] = words.slice(3 * k) as [Word, Word, Word];
  return { counted, value, otherwise };
}

function keptColumn({ b, read }: WordCircuit, of: Word | undefined, facts: RelationColumn) {
  const bits = of === undefined ? [] : read(of);
  const { signed } = encodingOf(facts);
  return { facts, number: { bits: bits.slice(0, -1), signed }, isNull: bits.at(-1) ?? b.zero };
}
