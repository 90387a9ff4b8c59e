import type { ColumnId } from '../catalog/table.ts';
import { CircuitBuilder } from '../circuits/builder.ts';
import { constantNumber } from '../circuits/gadgets/numbers.ts';
import { columnsOf } from '../planner/logical/rewrite.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { OperatorRole } from '../planner/operators.ts';
import type {
  CollectedColumn,
  CollectNode,
  RelationNode,
  RowsNode,
  SumsNode,
} from '../planner/physical/plan.ts';
import { levelOf } from '../planner/physical/plan.ts';
import type { Stage } from '../program/program.ts';
import { Collector } from './collector.ts';
import { encodingOf } from './encoding-of.ts';
import { MeasureColumns, type ReadColumn } from './measure-column.ts';
import type { Numbering } from './numbering.ts';
import { Pass, type PassOperators, refuseTooMany } from './pass.ts';
import { type CollectedRelation, RelationColumns, readRelation } from './relation-columns.ts';
import type { PlaneRelation } from './relational/relation.ts';
import { type RowInputs, TableColumns } from './row-inputs.ts';

/** What the parts of a program share while it is made. */
export interface Workshop {
  readonly network: NetworkProfile;
  readonly numbering: Numbering;
  readonly stages: Stage[];
  /** Index of an operator; level 0 reads the table. */
  readonly operator: (role: OperatorRole, level: number) => number;
  /** Adds the stages that make a relation, of which only the listed columns are read. */
  readonly relation: (node: RelationNode, needed: ReadonlySet<ColumnId>) => PlaneRelation;
}

/** Aggregates times candidate groups. */
export const CELLS_MAX = 8192;

/** A pass over the rows below an aggregate; what it reads of candidate rows is collected first. */
export function openPass(node: SumsNode, shop: Workshop): Pass {
  refuseTooMany('groups times aggregates', node.rows * node.measures.length, CELLS_MAX);
  const b = new CircuitBuilder();
  const below = node.input.input;
  const inputs = inputsOf(below, node, b, shop);
  const operators = passOperators(below, shop);
  return new Pass(b, inputs, node, shop.network, shop.numbering, operators);
}

function inputsOf(below: RowsNode, node: SumsNode, b: CircuitBuilder, shop: Workshop): RowInputs {
  switch (below.kind) {
    case 'read':
      return new TableColumns(b, below.table);
    case 'collect':
      return new RelationColumns(b, collectRelation(below, shop));
    case 'relation':
      return new RelationColumns(b, readRelation(shop.relation(below.node, columnsReadBy(node))));
  }
}

/** The columns of its rows that sums read. */
function columnsReadBy({ measures, input }: SumsNode): Set<ColumnId> {
  const scalars = measures.flatMap(({ aggregate: { operand, filter } }) => [operand, filter]);
  const all = [...scalars, input.filter?.predicate, ...input.keys.map(({ scalar }) => scalar)];
  return new Set(all.flatMap((scalar) => (scalar === undefined ? [] : columnsOf(scalar))));
}

function passOperators(below: RowsNode, { operator }: Workshop): PassOperators {
  const level = levelOf(below);
  return {
    inject: operator('inject', level),
    convert: operator('convert', level),
    multiply: operator('multiply', level),
    flags: operator('flags', level),
    folds: operator('folds', level),
    sums: operator('sums', level),
    carry: operator('carry', level),
  };
}

/** Adds the stages that make a relation of candidate rows, which `numbered` gives the number of each row. */
export function collectRelation(
  node: CollectNode,
  shop: Workshop,
  numbered = false,
): CollectedRelation {
  const { input } = node;
  if (input === undefined) return oneRow(shop);
  const pass = openPass(input, shop);
  const collector = new Collector(pass, shop.numbering, node.rows);
  const groups = input.candidates.map((keys) => pass.flags.group(keys));
  const measures = new MeasureColumns(pass, collector, groups, input.input.rows);
  const columns = node.columns.map((column): ReadColumn | undefined => {
    const { facts, value } = column;
    if (value.kind === 'unused') return undefined;
    if (value.kind === 'measure') return measures.column(value.measure, facts);
    return publicColumn(column, value.values, collector);
  });
  const presence = input.grouped ? collector.exists(groups) : undefined;
  collector.settle(input.input.rows);
  const numbers = input.candidates.map((_, row) => BigInt(row));
  const width = (node.rows - 1).toString(2).length;
  const first = numbered ? collector.constant(numbers, width) : 0;
  // A relation has at least one plane.
  if (collector.planes === 0)
    collector.constant(
      input.candidates.map(() => 0n),
      1,
    );
  shop.stages.push(...pass.stages());
  const relation = shop.numbering.relation();
  const operator = shop.operator('collect', levelOf(input.input.input));
  shop.stages.push({
    ...{ kind: 'collect', relation, rows: node.rows, columns: collector.columns, operator },
  });
  return {
    ...{ relation, rows: node.rows, planes: collector.planes, columns },
    rowNumber: Array.from({ length: numbered ? width : 0 }, (_, k) => first + k),
    there: (b, plane) => (presence === undefined ? b.one : presence.read(b, plane)),
  };
}

/** The row of a SELECT without FROM. */
function oneRow({ numbering, stages, operator }: Workshop): CollectedRelation {
  const relation = numbering.relation();
  const column = { kind: 'constant', values: [0n], width: 1 } as const;
  stages.push({
    ...{ kind: 'collect', relation, rows: 1, columns: [column], operator: operator('collect', 0) },
  });
  return { relation, rows: 1, planes: 1, columns: [], rowNumber: [], there: (b) => b.one };
}

/** Public values row by row; one that all rows have takes no planes. */
function publicColumn(
  { facts }: CollectedColumn,
  values: readonly (bigint | null)[],
  collector: Collector,
): ReadColumn {
  const to = encodingOf(facts);
  const numbers = values.map((value) => value ?? 0n);
  const [first = 0n] = numbers;
  const same = numbers.every((value) => value === first);
  const from = same ? -1 : collector.constant(numbers, to.width);
  const nulls = values.map((value) => (value === null ? 1n : 0n));
  const all = nulls.every((bit) => bit === 1n);
  const nullPlane = all || !nulls.includes(1n) ? -1 : collector.constant(nulls, 1);
  return (b, plane) => ({
    number: same
      ? constantNumber(b, first, to)
      : { bits: Array.from({ length: to.width }, (_, k) => plane(from + k)), signed: to.signed },
    isNull: all ? b.one : nullPlane < 0 ? b.zero : plane(nullPlane),
  });
}
