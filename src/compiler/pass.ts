import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { mod } from '../field/p61.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { Linear } from '../planner/physical/linear-form.ts';
import type { Measure, PhysicalLimb, SumsNode } from '../planner/physical/plan.ts';
import type { Stage } from '../program/program.ts';
import { chunkRowsFor, LANES } from './chunk-rows.ts';
import { Expressions } from './expressions/expressions.ts';
import { FieldSteps } from './field-steps.ts';
import { Flags } from './flags.ts';
import type { Numbering } from './numbering.ts';
import type { RowInputs } from './row-inputs.ts';
import { StageFolds } from './stage-folds.ts';
import { StageOutputs } from './stage-outputs.ts';
import { StageSums } from './stage-sums.ts';

/** A number of rows: public, or a scalar. */
export type Count = { readonly known: bigint } | { readonly scalar: number };

/** Operator indexes of a pass over rows. */
export interface PassOperators {
  readonly inject: number;
  readonly convert: number;
  readonly multiply: number;
  readonly flags: number;
  readonly folds: number;
  readonly sums: number;
  readonly carry: number;
}

/** Most flag bits that one query turns into field elements per row. */
export const FLAGS_MAX = 2048;
/** Most bits per row that are folded. */
export const FOLD_BITS_MAX = 131_072;
/** Few rows are one chunk. */
const CANDIDATES_CHUNK_ROWS = 1024;

/** One pass over the rows of a source: flags, field steps, sums and folds. It collects what is asked for and then makes the stages. */
export class Pass {
  readonly b: CircuitBuilder;
  readonly expressions: Expressions;
  readonly flags: Flags;
  readonly folds: StageFolds;
  readonly network: NetworkProfile;
  readonly #inputs: RowInputs;
  readonly #outputs = new StageOutputs();
  readonly #steps: FieldSteps;
  readonly #sums: StageSums;
  readonly #numbering: Numbering;
  /** How many rows are there if all are. */
  readonly #all: number;
  readonly #operators: PassOperators;

  constructor(
    b: CircuitBuilder,
    inputs: RowInputs,
    node: SumsNode,
    network: NetworkProfile,
    numbering: Numbering,
    operators: PassOperators,
  ) {
    const rows = node.input.rows;
    this.b = b;
    this.network = network;
    this.#inputs = inputs;
    const { source } = inputs;
    // The bound of a relation's rows may be more than there are: behind an OFFSET.
    this.#all = source.kind === 'relation' ? source.rows : rows;
    this.#numbering = numbering;
    this.#operators = operators;
    this.expressions = new Expressions(b, inputs, network, rows);
    this.flags = new Flags(b, inputs.there, this.expressions, node.input);
    this.folds = new StageFolds(numbering, this.#outputs, network, rows);
    this.#steps = new FieldSteps(b, this.expressions, this.#outputs, operators);
    this.#sums = new StageSums(numbering);
  }

  /** Number of rows with a flag. */
  count(flag: Wire): Count {
    if (flag === this.b.zero) return { known: 0n };
    if (flag === this.b.one) return { known: BigInt(this.#all) };
    return { scalar: this.#sums.sum(this.#steps.bit(flag)) };
  }

  /** Whether the number of rows with a flag costs nothing more. */
  isCounted(flag: Wire): boolean {
    return flag === this.b.zero || flag === this.b.one || this.#steps.hasBit(flag);
  }

  /** The digits of a sum over the rows with a flag. */
  digits(
    limbs: readonly PhysicalLimb[],
    flag: Wire,
  ): { readonly shift: number; readonly scalar: number }[] {
    const summed = limbs.map(({ shift, method }) => ({ shift, of: this.#sum(method, flag) }));
    return this.#sums.digits(summed).map((scalar, k) => ({ shift: limbs[k]?.shift ?? 0, scalar }));
  }

  /** The flag of each group for a measure. */
  counted(measure: Measure, groups: readonly Wire[]): Wire[] {
    return groups.map((group) => this.flags.counted(measure, group));
  }

  /** The stages that make all that was asked for; none if all of it is public. */
  stages(): Stage[] {
    const { folds, sums, carry, flags } = this.#operators;
    const { reductions, wide } = this.#sums;
    const listed = this.folds.folds(folds);
    if (reductions.length === 0 && listed.length === 0) return [];
    refuseTooMany('flags of groups and aggregates', this.#steps.flags, FLAGS_MAX);
    refuseTooMany('bits of all groups to be folded', this.folds.bits, FOLD_BITS_MAX);
    const circuit = this.b.build(this.#outputs.wires);
    const { source } = this.#inputs;
    const few = source.kind === 'relation' && source.rows <= CANDIDATES_CHUNK_ROWS;
    const { registers, loads } = this.#steps;
    const stage: Stage = {
      kind: 'rows',
      source,
      chunkRows: few ? CANDIDATES_CHUNK_ROWS : chunkRowsFor(circuit, registers, listed),
      lanes: few ? 1 : LANES,
      bits: this.#inputs.loads(circuit),
      fields: loads,
      circuit,
      registers,
      steps: this.#steps.steps(),
      reductions,
      folds: listed,
      operator: flags < 0 ? sums : flags,
    };
    if (wide.length === 0) return [stage];
    return [stage, { kind: 'normalize', numbers: wide, operator: carry }];
  }

  #sum(method: PhysicalLimb['method'], flag: Wire): number {
    const form = (linear: Linear) => this.#steps.form(linear);
    const operator = this.#operators.sums;
    if (method.kind === 'dot') {
      return this.#sums.dot(form(method.left), form(method.right), operator);
    }
    const { value } = method;
    if (value.terms.length === 0) return this.#constantSum(value.constant, flag);
    if (method.kind === 'plain' || flag === this.b.one) return this.#sums.sum(form(value));
    return this.#sums.dot(this.#steps.bit(flag), form(value), operator);
  }

  /** A public value in every row that counts. */
  #constantSum(value: bigint, flag: Wire): number {
    const count = value === 0n ? { known: 0n } : this.count(flag);
    if ('known' in count) return this.#numbering.constant(mod(value * count.known));
    return this.#sums.sum(this.#steps.scaledBit(flag, value));
  }
}

/** Planning takes processor time of a party, so its size is bounded: throws SQL_TOO_LARGE. */
export function refuseTooMany(what: string, count: number, max: number): void {
  if (count <= max) return;
  throw new TacitError('SQL_TOO_LARGE', `${what} are ${count}, at most ${max} are supported`);
}
