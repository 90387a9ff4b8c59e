import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { mod } from '../field/p61.ts';
import type { Linear } from '../planner/physical/linear-form.ts';
import type { Measure, PhysicalLimb, SumForm, SumsNode } from '../planner/physical/plan.ts';
import type { CellShape, Limb } from '../planner/result-shape.ts';
import type { FieldSteps } from './field-steps.ts';
import type { Flags } from './flags.ts';
import type { ResultScalars } from './result-scalars.ts';

/** A number of rows: public, or a scalar. */
type Count = { readonly known: bigint } | { readonly scalar: number };

/** Turns the measures of each group into scalars to open and cells that read them. */
export class Cells {
  readonly #b: CircuitBuilder;
  readonly #flags: Flags;
  readonly #steps: FieldSteps;
  readonly #scalars: ResultScalars;
  readonly #node: SumsNode;
  readonly #sums: number;

  constructor(
    b: CircuitBuilder,
    flags: Flags,
    steps: FieldSteps,
    scalars: ResultScalars,
    node: SumsNode,
    sumsOperator: number,
  ) {
    this.#b = b;
    this.#flags = flags;
    this.#steps = steps;
    this.#scalars = scalars;
    this.#node = node;
    this.#sums = sumsOperator;
  }

  /**
   * Opens what a measure shows by itself, counts above all, so that zero tests find them opened. Call it for all
   * measures of all groups before `cell`.
   */
  openCounts(measure: Measure, group: Wire): void {
    const { fn } = measure.aggregate;
    if (fn === 'sum') return;
    const count = this.#count(this.#flagOf(measure, group));
    if ('scalar' in count) this.#scalars.reveal(count.scalar);
  }

  /** Position that is 0 iff the group has no row; 'always' or 'never' if that is public. */
  presence(group: Wire): number | 'always' | 'never' {
    const count = this.#count(group);
    if ('scalar' in count) return this.#scalars.revealZeroTest(count.scalar);
    return count.known > 0n ? 'always' : 'never';
  }

  /** The cell of a measure in a group. */
  cell(measure: Measure, group: Wire): CellShape {
    const flag = this.#flagOf(measure, group);
    const count = this.#count(flag);
    if (measure.sum === undefined) return this.#countCell(count);
    if ('known' in count && count.known === 0n) return { kind: 'constant', value: null };
    if (measure.aggregate.fn === 'avg') return this.#quotient(measure.sum, flag, count);
    const limbs = this.#limbs(measure.sum, flag);
    if (!('scalar' in count) || (this.#node.grouped && flag === group)) {
      return { kind: 'number', limbs };
    }
    return { kind: 'number', limbs, notNull: this.#scalars.revealZeroTest(count.scalar) };
  }

  #flagOf(measure: Measure, group: Wire): Wire {
    return this.#flags.notNull(group, measure.notNull);
  }

  #count(flag: Wire): Count {
    if (flag === this.#b.zero) return { known: 0n };
    if (flag === this.#b.one) return { known: BigInt(this.#node.input.rows) };
    return { scalar: this.#scalars.sum(this.#steps.bit(flag)) };
  }

  #countCell(count: Count): CellShape {
    if ('known' in count) return { kind: 'constant', value: count.known };
    const position = this.#scalars.reveal(count.scalar);
    return { kind: 'number', limbs: [{ shift: 0, position }] };
  }

  #quotient(sum: SumForm, flag: Wire, count: Count): CellShape {
    const numerator = this.#limbs(sum, flag);
    const scalar = 'scalar' in count ? count.scalar : this.#scalars.constant(count.known);
    const denominator = this.#scalars.reveal(scalar);
    const scale = sum.kind === 'limbs' ? sum.scale : 0;
    return { kind: 'quotient', numerator, denominator, scale };
  }

  #limbs(sum: SumForm, flag: Wire): Limb[] {
    if (sum.kind === 'condition') {
      const count = this.#count(this.#flags.where(flag, sum.condition));
      const scalar = 'scalar' in count ? count.scalar : this.#scalars.constant(count.known);
      return [{ shift: 0, position: this.#scalars.reveal(scalar) }];
    }
    const limbs = sum.limbs.map(({ shift, method }) => ({ shift, of: this.#sum(method, flag) }));
    return this.#scalars.digits(limbs).map((scalar, k) => {
      return { shift: limbs[k]?.shift ?? 0, position: this.#scalars.reveal(scalar) };
    });
  }

  #sum(method: PhysicalLimb['method'], flag: Wire): number {
    const form = (linear: Linear) => this.#steps.form(linear);
    if (method.kind === 'dot') {
      return this.#scalars.dot(form(method.left), form(method.right), this.#sums);
    }
    const { value } = method;
    if (value.terms.length === 0) return this.#constantSum(value.constant, flag);
    if (method.kind === 'plain' || flag === this.#b.one) return this.#scalars.sum(form(value));
    return this.#scalars.dot(this.#steps.bit(flag), form(value), this.#sums);
  }

  /** A public value in every row that counts. */
  #constantSum(value: bigint, flag: Wire): number {
    const count = value === 0n ? { known: 0n } : this.#count(flag);
    if ('known' in count) return this.#scalars.constant(mod(value * count.known));
    return this.#scalars.sum(this.#steps.scaledBit(flag, value));
  }
}
