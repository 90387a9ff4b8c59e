import type { TableVersion } from '../catalog/table.ts';
import { CircuitBuilder } from '../circuits/builder.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { type OperatorRole, operatorsOf } from '../planner/explain.ts';
import type { PhysicalPlan, SumsNode } from '../planner/physical/plan.ts';
import type { CellShape, ResultShape } from '../planner/result-shape.ts';
import type { Program, RowStage } from '../program/program.ts';
import { Cells } from './cells.ts';
import { checkProgram } from './check-program.ts';
import { chunkRowsFor, LANES } from './chunk-rows.ts';
import { Conditions } from './conditions.ts';
import { FieldSteps } from './field-steps.ts';
import { Flags } from './flags.ts';
import { ResultScalars } from './result-scalars.ts';
import { RowInputs } from './row-inputs.ts';

export interface Compiled {
  readonly program: Program;
  readonly shape: ResultShape;
}

/** Most flag bits that one query turns into field elements per row. */
const FLAGS_MAX = 2048;
/** Aggregates times candidate groups. */
const CELLS_MAX = 8192;
const SUITE = { parties: 3, threshold: 1, security: 'passive' } as const;

/**
 * Turns a plan into a program and the way its opened scalars become rows. One row stage does all work on rows; a query whose
 * answer is public has none.
 */
export function compile(plan: PhysicalPlan): Compiled {
  const operators = operatorsOf(plan);
  // A role without an operator has no steps; its index is never used for a cost.
  const indexOf = (role: OperatorRole) =>
    Math.max(
      0,
      operators.findIndex((operator) => operator.role === role),
    );
  const scalars = new ResultScalars();
  const { stages, rows } =
    plan.input === undefined
      ? { stages: [], rows: knownRows(plan) }
      : compileSums(plan, plan.input, scalars, indexOf);
  const program: Program = {
    format: 1,
    suite: SUITE,
    stages,
    results: scalars.stage(indexOf('reveal'), indexOf('carry')),
    operators: operators.map(({ label }) => label),
  };
  checkProgram(program);
  return { program, shape: { columns: plan.columns, rows } };
}

function knownRows(plan: PhysicalPlan): ResultShape['rows'] {
  return plan.candidates.map(({ cells }) => ({
    cells: cells.map((cell): CellShape => {
      if (cell.kind === 'constant') return cell;
      throw new RangeError('a plan without sums has a measure');
    }),
  }));
}

function compileSums(
  plan: PhysicalPlan,
  node: SumsNode,
  scalars: ResultScalars,
  indexOf: (role: OperatorRole) => number,
): { readonly stages: RowStage[]; readonly rows: ResultShape['rows'] } {
  const { table } = node.input.input;
  refuseTooManyCells(plan.candidates.length * node.measures.length);
  const b = new CircuitBuilder();
  const inputs = new RowInputs(b, table);
  const conditions = new Conditions(b, inputs, plan.network, node.input.rows);
  const flags = new Flags(b, inputs, conditions, node.input);
  const steps = new FieldSteps(b, inputs, {
    inject: indexOf('inject'),
    convert: indexOf('convert'),
    multiply: indexOf('multiply'),
  });
  const cells = new Cells(b, flags, steps, scalars, node, indexOf('sums'));
  const rows = compileRows(plan, node, flags, cells);
  if (scalars.reductions.length === 0 || table === undefined) return { stages: [], rows };
  if (steps.outputs.length > FLAGS_MAX) {
    throw new TacitError(
      'SQL_TOO_LARGE',
      `groups and aggregates together need ${steps.outputs.length} flags a row, at most ${FLAGS_MAX} are supported`,
    );
  }
  const circuit = b.build(steps.outputs);
  const stage: RowStage = {
    relation: relationOf(table),
    chunkRows: chunkRowsFor(circuit, steps.registers),
    lanes: LANES,
    bits: inputs.loads(circuit),
    fields: steps.loads,
    circuit,
    registers: steps.registers,
    steps: steps.steps(),
    reductions: scalars.reductions,
    operator: indexOf('flags'),
  };
  return { stages: [stage], rows };
}

/** Planning runs on the thread that serves the peers, so its size is bounded. */
function refuseTooManyCells(cells: number): void {
  if (cells <= CELLS_MAX) return;
  throw new TacitError(
    'SQL_TOO_LARGE',
    `groups times aggregates are ${cells}, at most ${CELLS_MAX} are supported`,
  );
}

function compileRows(
  plan: PhysicalPlan,
  node: SumsNode,
  flags: Flags,
  cells: Cells,
): ResultShape['rows'] {
  const groups = plan.candidates.map(({ keys }) => flags.group(keys));
  for (const group of groups) {
    for (const measure of node.measures) cells.openCounts(measure, group);
  }
  return plan.candidates.flatMap((candidate, k): ResultShape['rows'][number][] => {
    const group = groups[k];
    if (group === undefined) throw new RangeError(`group ${k}`);
    const presence = node.grouped ? cells.presence(group) : 'always';
    if (presence === 'never') return [];
    const shapes = candidate.cells.map((cell): CellShape => {
      if (cell.kind === 'constant') return cell;
      const measure = node.measures[cell.index];
      if (measure === undefined) throw new RangeError(`measure ${cell.index}`);
      return cells.cell(measure, group);
    });
    return [presence === 'always' ? { cells: shapes } : { presence, cells: shapes }];
  });
}

function relationOf({ definition, digest, parts }: TableVersion): RowStage['relation'] {
  return {
    table: definition.name,
    digest,
    parts: parts.map(({ id, rows }) => ({ id, rows })),
  };
}
