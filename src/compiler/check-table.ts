import type { ColumnId } from '../catalog/table.ts';
import { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { mod } from '../field/p61.ts';
import {
  CHECK_OPERATOR,
  type CheckedColumn,
  type CheckPlan,
  checkOperators,
  type Piece,
  readsRows,
} from '../planner/check-plan.ts';
import type { CellShape, ResultShape } from '../planner/result-shape.ts';
import type {
  FieldLoad,
  FieldStep,
  Program,
  Reduction,
  RowStage,
  Security,
} from '../program/program.ts';
import { checkProgram } from './check-program.ts';
import { chunkRowsFor, LANES } from './chunk-rows.ts';
import { type Compiled, PARTIES } from './compile.ts';
import { Numbering } from './numbering.ts';
import { TableColumns } from './row-inputs.ts';
import { StageOutputs } from './stage-outputs.ts';

/** Most columns of one bit in a stage: each takes three registers. */
const BITS_MAX = 32;

/**
 * Compares the two stored forms of every column (PROTOCOLS 3.9): the bits become elements, of which the stored ones are
 * subtracted; the sum over all rows of difference times a random element that nobody knows is opened. It is 0 if all
 * differences are, and else uniform: 0 with probability 1/p, p = 2^61 - 1, and it tells nothing more.
 *
 * Every column has stages of its own, which keeps chunks large (a conversion's rounds are per chunk); only columns of one bit,
 * which are injected together, share them.
 */
export function compileCheck(plan: CheckPlan, security: Security): Compiled {
  const numbering = new Numbering();
  const cells = new Map<CheckedColumn, CellShape>();
  const stages = readsRows(plan)
    ? groupsOf(plan.columns).map((columns) => stageOf(plan, columns, numbering, cells))
    : [];
  const program: Program = {
    format: 3,
    suite: { ...PARTIES, security },
    stages,
    results: numbering.results(CHECK_OPERATOR.reveal),
    operators: checkOperators(plan),
  };
  checkProgram(program);
  return { program, shape: shapeOf(plan, cells) };
}

function shapeOf(
  { columns }: CheckPlan,
  cells: ReadonlyMap<CheckedColumn, CellShape>,
): ResultShape {
  return {
    columns: [
      { name: 'column_name', type: { kind: 'varchar' } },
      { name: 'consistent', type: { kind: 'boolean' } },
    ],
    rows: columns.map((column) => {
      const name = { kind: 'constant', value: column.name } as const;
      return { cells: [name, cells.get(column) ?? { kind: 'constant', value: true }] };
    }),
  };
}

/** The columns of each stage. */
function groupsOf(columns: readonly CheckedColumn[]): CheckedColumn[][] {
  const groups: CheckedColumn[][] = [];
  let bits: CheckedColumn[] | undefined;
  for (const column of columns) {
    const isBit = column.pieces.every((piece) => piece.bits === 1);
    if (isBit && bits !== undefined && bits.length < BITS_MAX) {
      bits.push(column);
      continue;
    }
    const group = [column];
    groups.push(group);
    if (isBit) bits = group;
  }
  return groups;
}

function stageOf(
  { table }: CheckPlan,
  columns: readonly CheckedColumn[],
  numbering: Numbering,
  cells: Map<CheckedColumn, CellShape>,
): RowStage {
  const b = new CircuitBuilder();
  const inputs = new TableColumns(b, table);
  const comparison = new Comparison(b, numbering);
  for (const column of columns) {
    const { bits } = inputs.column(column.id as ColumnId).number;
    const positions = column.pieces.map((piece) =>
      comparison.add(column.id, piece, bits.slice(piece.from, piece.from + piece.bits)),
    );
    cells.set(column, { kind: 'zero', positions });
  }
  const circuit = b.build(comparison.outputs.wires);
  const { fields, reductions, registers } = comparison;
  return {
    kind: 'rows',
    source: inputs.source,
    chunkRows: chunkRowsFor(circuit, registers, []),
    lanes: LANES,
    bits: inputs.loads(circuit),
    fields,
    circuit,
    registers,
    steps: comparison.steps(),
    reductions,
    folds: [],
    operator: CHECK_OPERATOR.read,
  };
}

/** Collects what one stage compares. */
class Comparison {
  readonly outputs = new StageOutputs();
  readonly fields: FieldLoad[] = [];
  readonly reductions: Reduction[] = [];
  registers = 0;
  readonly #b: CircuitBuilder;
  readonly #numbering: Numbering;
  readonly #pairs: { output: number; to: number }[] = [];
  readonly #conversions: FieldStep[] = [];
  readonly #local: FieldStep[] = [];

  constructor(b: CircuitBuilder, numbering: Numbering) {
    this.#b = b;
    this.#numbering = numbering;
  }

  /** Compares the wires with the stored element; returns the position that opens to 0 if they are equal in all rows. */
  add(column: number, { bits, limb, signed }: Piece, wires: readonly Wire[]): number {
    const [converted, stored, difference] = [0, 1, 2].map((k) => this.registers + k) as Three;
    this.registers += 3;
    this.fields.push({ column, limb, register: stored });
    this.#toField(wires, signed, converted);
    const one = { coefficient: 1n, register: converted };
    const minus = { coefficient: mod(-1n), register: stored };
    const constant = signed ? mod(-(1n << BigInt(bits - 1))) : 0n;
    this.#local.push(
      { kind: 'linear', to: difference, constant, terms: [one, minus] },
      // What was converted is not needed any more. Every sum has random elements of its own: those of others would relate them.
      { kind: 'random', to: converted },
    );
    const scalar = this.#numbering.scalar();
    const operator = CHECK_OPERATOR.sums;
    this.reductions.push({ kind: 'dot', a: difference, b: converted, scalar, operator });
    return this.#numbering.reveal(scalar);
  }

  steps(): FieldStep[] {
    const pairs = this.#pairs;
    const inject = { kind: 'inject', pairs, operator: CHECK_OPERATOR.inject } as const;
    return [...(pairs.length > 0 ? [inject] : []), ...this.#conversions, ...this.#local];
  }

  /** Register `to` = the number, plus half of its range if it is signed: offset binary. */
  #toField(wires: readonly Wire[], signed: boolean, to: number): void {
    const outputs = wires.map((wire, k) => {
      const isTop = k === wires.length - 1;
      return this.outputs.of(signed && isTop ? this.#b.not(wire) : wire);
    });
    const [only = 0] = outputs;
    if (outputs.length === 1) this.#pairs.push({ output: only, to });
    else {
      const operator = CHECK_OPERATOR.convert;
      this.#conversions.push({ kind: 'bitsToField', outputs, to, operator });
    }
  }
}

type Three = [number, number, number];
