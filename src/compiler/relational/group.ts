import type { ColumnId } from '../../catalog/table.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import type { Aggregate, RelationColumn } from '../../planner/logical/plan.ts';
import { columnsOf, scalarKey } from '../../planner/logical/rewrite.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';
import type { GroupNode } from '../../planner/physical/plan.ts';
import { encodingOf } from '../encoding-of.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { padded } from '../expressions/translator.ts';
import { OR, ScanOperations } from './aggregate-operations.ts';
import { type AggregatePart, aggregateInput, aggregateScheme } from './aggregate-parts.ts';
import { compactInOrder } from './gather.ts';
import { orderOfGroups, sortByGroup } from './group-order.ts';
import { type GroupWords, isDistinct, pickRows, sameGroup } from './group-picks.ts';
import type { PlaneRelation } from './relation.ts';
import type { MadeColumn } from './relation-circuit.ts';
import { keysTogether, type RowOrder } from './row-order.ts';
import type { RelationalShop } from './shop.ts';
import { firstRows } from './stages.ts';
import { type Word, type WordCircuit, WordRows } from './word-rows.ts';
import { withRows } from './zero-rows.ts';

/** An aggregate that is needed, and its words. */
interface Wanted {
  readonly aggregate: Aggregate;
  readonly id: number;
  readonly facts: RelationColumn;
  /** Whether a row counts; of DISTINCT aggregates and quantiles whether it was picked. */
  counted: Word;
  readonly value: Word;
}

/**
 * One row per group: rows are sorted by their keys, neighbours compared once, and all aggregates combined in one segmented scan from
 * the last row up, so that the first row of a group has them. DISTINCT aggregates and quantiles pick rows before, by a sort for each operand and filter.
 * Without keys the one row is there also if the input has none, unless the node is `grouped`.
 */
export function compileGroup(
  shop: RelationalShop,
  node: GroupNode,
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const operator = shop.operatorOf(node);
  const { keys, aggregates, columns } = node;
  const list = aggregates
    .map((aggregate, k) => ({ aggregate, id: keys.length + k }))
    .filter(({ id }) => needed.has(id as ColumnId));
  const scalars = list.flatMap(({ aggregate: { operand, filter } }) => [operand, filter]);
  const read = [...keys, ...scalars].flatMap((s) => (s === undefined ? [] : columnsOf(s)));
  const wish = (order: RowOrder) =>
    !list.some(({ aggregate }) => isPicked(aggregate)) && keysTogether(order, keys) !== undefined;
  const from = withRows(shop, operator, shop.compile(node.input, new Set(read), wish));
  const operations = new ScanOperations(shop.network, from.rows);
  const rows = new WordRows(shop, operator, from);
  const { groups, wanted } = readInputs(rows, node, list);
  const isSorted = pickAll(shop, rows, groups, wanted, operations);
  const order = isSorted ? undefined : from.order;
  if (!isSorted && !groups.isOne) sortByGroup(rows, groups, keys, order);
  const { joined, exists, made } = combineGroups(rows, groups, wanted, operations);
  const relation = rows.columns((row) => {
    const { b, read: word } = row;
    const first = b.not(word(joined, -1)[0] ?? b.zero);
    const keyColumns = keys.map((_, k): MadeColumn | undefined => {
      const facts = columns[k];
      const key = groups.keys[k];
      return facts && key && keyColumn(row, key, facts);
    });
    const found = made.map(({ id, facts, result }) => ({ id, column: result(row, facts) }));
    const all = aggregates.map((_, k) => {
      return found.find(({ id }) => id === keys.length + k)?.column;
    });
    const [there = b.one] = word(exists);
    const valid = groups.isOne ? (node.grouped ? there : b.one) : b.and(there, first);
    return { columns: [...keyColumns, ...all], valid };
  });
  if (groups.isOne) return firstRows(shop, operator, relation, 1);
  const ordered = { ...relation, order: orderOfGroups(keys, order) };
  // Groups are one in two places or fewer: later stages cost more than to bring them together.
  return 2 * node.rows < relation.rows
    ? compactInOrder(shop, operator, ordered, Math.max(1, node.rows))
    : ordered;
}

/** Keys, operands and what counts, as words. */
function readInputs(
  rows: WordRows,
  { keys, columns }: GroupNode,
  list: readonly { readonly aggregate: Aggregate; readonly id: number }[],
): { readonly groups: GroupWords; readonly wanted: Wanted[] } {
  const isOne = keys.length === 0;
  const described = list.flatMap(({ aggregate, id }) => {
    const facts = columns[id];
    return facts === undefined ? [] : [{ aggregate, id, facts }];
  });
  const [there, missing, ...words] = rows.compute(({ circuit, b }) => {
    const expressions = circuit.expressions();
    const isThere = circuit.there();
    const keyWords = keys.map((key, k) => keyBits(expressions, key, columns[k]));
    const inputs = described.flatMap(({ aggregate, facts }) => {
      const { counted, value } = aggregateInput(expressions, aggregate, facts);
      // Rows that are not there lie among the others where there are no keys.
      return [[isOne ? b.and(isThere, counted) : counted], value];
    });
    return [[isThere], [b.not(isThere)], ...keyWords, ...inputs];
  }) as [Word, Word, ...Word[]];
  const groups = { there, missing, keys: words.slice(0, keys.length), isOne };
  const wanted = described.map((each, k): Wanted => {
    const [counted, value] = words.slice(keys.length + 2 * k) as [Word, Word];
    return { ...each, counted, value };
  });
  return { groups, wanted };
}

/** A key in the encoding of its column, as an unsigned number in the same order, below its NULL bit; 0 where it is NULL. */
function keyBits(expressions: Expressions, key: Scalar, facts: RelationColumn | undefined): Wire[] {
  const { b } = expressions;
  const { isNull } = expressions.number(key);
  const { signed, width } = encodingOf(facts ?? key);
  const present = b.not(isNull);
  const bits = extend(b, padded(expressions, key, facts?.bytes), width);
  const top = bits.at(-1);
  if (signed && top !== undefined) bits[bits.length - 1] = b.not(top);
  return [...bits.map((bit) => b.and(present, bit)), isNull];
}

function keyColumn({ b, read }: WordCircuit, key: Word, facts: RelationColumn): MadeColumn {
  const bits = [...read(key)];
  const isNull = bits.pop();
  if (isNull === undefined) throw new RangeError('a key without bits');
  const { signed } = encodingOf(facts);
  const top = bits.at(-1);
  if (signed && top !== undefined) bits[bits.length - 1] = b.xor(top, b.not(isNull));
  return { facts, number: { bits, signed }, isNull };
}

/** Replaces what counts for DISTINCT aggregates and quantiles by the rows that they pick. Returns whether the rows are sorted by group now. */
function pickAll(
  shop: RelationalShop,
  rows: WordRows,
  groups: GroupWords,
  wanted: readonly Wanted[],
  operations: ScanOperations,
): boolean {
  const classes = new Map<string, Wanted[]>();
  for (const each of wanted) {
    const { operand, filter } = each.aggregate;
    if (operand === undefined || !isPicked(each.aggregate)) continue;
    const key = `${scalarKey(operand)} / ${filter === undefined ? '' : scalarKey(filter)}`;
    classes.set(key, [...(classes.get(key) ?? []), each]);
  }
  for (const members of classes.values()) {
    const [first] = members;
    if (first === undefined) continue;
    const { counted, value } = first;
    const { signed } = encodingOf(first.aggregate.operand ?? first.facts);
    const [notCounted, operand] = rows.compute(({ b, read }) => {
      const bits = [...read(value)];
      const top = bits.pop();
      if (top !== undefined) bits.push(signed ? b.not(top) : top);
      return [read(counted).map((bit) => b.not(bit)), bits];
    }) as [Word, Word];
    const picked = pickRows(
      ...([rows, groups] as const),
      { aggregates: members.map(({ aggregate }) => aggregate), counted, notCounted, operand },
      { network: shop.network, operations },
    );
    members.forEach((member, k) => {
      member.counted = picked[k] ?? member.counted;
    });
  }
  return classes.size > 0;
}

/** Whether the aggregate needs the rows of a group in the order of its operand. */
function isPicked({ fn, operand }: Aggregate): boolean {
  return operand !== undefined && (isDistinct(fn) || fn.startsWith('quantile'));
}

interface Combined {
  readonly id: number;
  readonly facts: RelationColumn;
  readonly result: (row: WordCircuit, facts: RelationColumn) => MadeColumn;
}

/**
 * Compares neighbours and combines all aggregates of a group; its first row has the results. For a sum of w bits a segmented scan takes
 * about 4 w ANDs per row. A prefix sum over all groups takes 2 w, but then 3 w to carry what comes before a group to its end and to subtract it.
 */
function combineGroups(
  rows: WordRows,
  groups: GroupWords,
  wanted: readonly Wanted[],
  operations: ScanOperations,
): { readonly joined: Word; readonly exists: Word; readonly made: readonly Combined[] } {
  const schemes = wanted.map(({ aggregate, facts }) =>
    aggregateScheme(aggregate, facts, operations, groups.isOne),
  );
  // Of rows without keys there may be none.
  const existence: AggregatePart[] = [];
  const parts: AggregatePart[][] = [];
  const [joined, ...words] = rows.compute(
    (row) => {
      const { b, read } = row;
      wanted.forEach(({ counted, value }, k) => {
        const input = { counted: read(counted)[0] ?? b.zero, value: read(value) };
        parts.push([...(schemes[k]?.parts(b, input) ?? [])]);
      });
      if (groups.isOne) existence.push({ operation: OR, value: read(groups.there) });
      const packed = [...existence, ...parts.flat()].map(({ operation, value }) => {
        return operation.pack(b, value);
      });
      return [[groups.isOne ? b.one : sameGroup(row, groups)], ...packed];
    },
    [groups.there, ...groups.keys],
  ) as [Word, ...Word[]];
  const all = [...existence, ...parts.flat()];
  const items = all.map(({ operation }, k) => ({ word: words[k] ?? joined, operation, joined }));
  const results = rows.scan('up', items);
  const [exists = groups.there] = groups.isOne ? results.splice(0, 1) : [];
  const made = wanted.map(({ id, facts }, k): Combined => {
    const own = (parts[k] ?? []).map(({ operation }) => ({ operation, word: results.shift() }));
    const result: Combined['result'] = ({ b, read }, to) => {
      const values = own.map(({ operation, word }) =>
        word === undefined ? [] : operation.unpack(b, read(word)),
      );
      const { number, isNull } = schemes[k]?.result(b, values) ?? { number: undefined };
      if (number === undefined || isNull === undefined) throw new RangeError('an aggregate');
      return { facts: to, number, isNull: to.nullable ? isNull : b.zero };
    };
    return { id, facts, result };
  });
  return { joined, exists, made };
}
