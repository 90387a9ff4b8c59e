import { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit } from '../circuits/circuit.ts';
import type { Rank, RelationAnswer } from '../planner/physical/plan.ts';
import type { RelationShape } from '../planner/result-shape.ts';
import type { ResultStage, RowStage } from '../program/program.ts';
import { rankBits } from '../program/shapes.ts';
import { collectRelation, type Workshop } from './collect.ts';
import { Expressions } from './expressions/expressions.ts';
import { OutputPlanes, Quotients } from './output-planes.ts';
import { precedesCircuit, shownByRank } from './rank.ts';
import { RelationColumns, RelationPlanes } from './relation-columns.ts';
import { sortWord } from './relational/sort-key.ts';
import type { RowInputs } from './row-inputs.ts';

export interface RelationResult {
  readonly planes: NonNullable<ResultStage['planes']>;
  readonly shape: RelationShape;
}

/** What the analyst opens, and its plane that says which rows are shown. */
interface Opened {
  readonly relation: number;
  readonly planes: number;
  readonly valid: number | undefined;
  readonly order: readonly number[] | undefined;
}

/** Adds the stages that compute the output columns from candidate rows, and says how the analyst reads them. */
export function compileAnswer(answer: RelationAnswer, shop: Workshop): RelationResult {
  const { cells, rank, filter, input } = answer;
  const collected = collectRelation(input, shop, rank !== undefined);
  const b = new CircuitBuilder();
  const inputs = new RelationColumns(b, collected);
  const expressions = new Expressions(b, inputs, shop.network, input.rows);
  const there =
    filter === undefined
      ? inputs.there
      : b.and(inputs.there, expressions.truth(filter.predicate).isTrue);
  const quotients = new Quotients(expressions);
  // With a rank, rows are hidden once it is known which are shown.
  const planes = new OutputPlanes(b, expressions, rank === undefined ? there : b.one, quotients);
  const columns = cells.map((cell) => planes.cell(cell));
  if (rank === undefined) {
    // A relation has at least one plane, also if everything turned out to be public.
    const isPublic = there === b.one && planes.wires.length > 0;
    const valid = isPublic ? undefined : planes.of(there);
    const relation = keep(b.build(planes.wires), inputs, 'compute', shop);
    return resultOf(
      { relation, planes: planes.wires.length, valid, order: undefined },
      columns,
      input.rows,
    );
  }
  // The number of the row breaks ties.
  const word = [...inputs.rowNumber(), ...sortWord(b, expressions, rank.keys, quotients)];
  const circuit = b.build([...planes.wires, there, ...word]);
  const from = keep(circuit, inputs, 'compute', shop);
  const opened = showRanked(
    { from, outputs: planes.wires.length, word: word.length },
    rank,
    input.rows,
    shop,
  );
  return resultOf(opened, columns, input.rows);
}

/** Ranks relation `from` (planes to show, whether a row is there, its sort word), then hides what is not shown. */
function showRanked(
  layout: { readonly from: number; readonly outputs: number; readonly word: number },
  rank: Rank,
  rows: number,
  shop: Workshop,
): Opened {
  const { from, outputs, word } = layout;
  const ranked = shop.numbering.relation();
  const keys = Array.from({ length: word + 1 }, (_, k) => outputs + k);
  const precedes = precedesCircuit(word, rows, shop.network);
  const operator = shop.operator('rank', 0);
  shop.stages.push({
    ...{ kind: 'rank', from, to: ranked, rows, planes: keys, precedes, operator },
  });
  const b = new CircuitBuilder();
  const total = outputs + 1 + word + rankBits(rows);
  const planes = new RelationPlanes(b, total);
  const place = Array.from({ length: rankBits(rows) }, (_, k) =>
    planes.plane(outputs + 1 + word + k),
  );
  const shown = shownByRank(b, planes.plane(outputs), place, rank, shop.network);
  const kept = Array.from({ length: outputs }, (_, k) => b.and(shown, planes.plane(k)));
  const order = rank.open ? place.map((bit) => b.and(shown, bit)) : [];
  const circuit = b.build([...kept, shown, ...order]);
  const source = { kind: 'relation', relation: ranked, rows } as const;
  const relation = keep(circuit, { source, loads: (c) => planes.loads(c) }, 'show', shop);
  return {
    relation,
    planes: circuit.outputs.length,
    valid: outputs,
    order: rank.open ? order.map((_, k) => outputs + 1 + k) : undefined,
  };
}

/** Adds a stage that makes a relation of the circuit's outputs. */
function keep(
  circuit: Circuit,
  inputs: Pick<RowInputs, 'source' | 'loads'>,
  role: 'compute' | 'show',
  shop: Workshop,
): number {
  const relation = shop.numbering.relation();
  const stage: RowStage = {
    ...{ kind: 'rows', source: inputs.source, chunkRows: 1024, lanes: 1 },
    bits: inputs.loads(circuit),
    ...{ fields: [], circuit, registers: 0, steps: [], reductions: [], folds: [] },
    keep: { relation, outputs: circuit.outputs.map((_, k) => k) },
    operator: shop.operator(role, 0),
  };
  shop.stages.push(stage);
  return relation;
}

function resultOf(opened: Opened, columns: RelationShape['columns'], rows: number): RelationResult {
  const { relation, planes, valid, order } = opened;
  const list = Array.from({ length: planes }, (_, k) => k);
  return {
    planes: { relation, rows, planes: list },
    shape: {
      rows,
      ...(valid === undefined ? {} : { valid }),
      ...(order === undefined ? {} : { order }),
      columns,
    },
  };
}
