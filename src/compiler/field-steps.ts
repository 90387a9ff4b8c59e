import { encodingFor } from '../catalog/types.ts';
import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { extend } from '../circuits/gadgets/numbers.ts';
import { mod } from '../field/p61.ts';
import type { Scalar } from '../planner/logical/scalar.ts';
import { type Atom, atomKey, formKey, type Linear } from '../planner/physical/linear-form.ts';
import type { FieldLoad, FieldStep } from '../program/program.ts';
import type { Expressions } from './expressions/expressions.ts';
import type { StageOutputs } from './stage-outputs.ts';

/** Operator indexes that the steps carry. */
export interface StepOperators {
  readonly inject: number;
  readonly convert: number;
  readonly multiply: number;
}

type Product = Extract<Atom, { readonly kind: 'product' }>;
type Slice = Extract<Atom, { readonly kind: 'slice' }>;

/**
 * Allocates registers and collects the field steps of a stage: what is asked for twice is computed once. Steps
 * come out in the order injections, conversions, then linear forms and products by depth, so that all products of one
 * depth share a round.
 */
export class FieldSteps {
  readonly loads: FieldLoad[] = [];
  readonly #b: CircuitBuilder;
  readonly #expressions: Expressions;
  readonly #outputs: StageOutputs;
  readonly #operators: StepOperators;
  readonly #registers = new Map<string, number>();
  readonly #pairs: { output: number; to: number }[] = [];
  readonly #conversions: FieldStep[] = [];
  /** Per depth: linear forms over products of smaller depth, then products of them. */
  readonly #levels: { readonly linear: FieldStep[]; readonly products: Products }[] = [];
  #count = 0;

  constructor(
    b: CircuitBuilder,
    expressions: Expressions,
    outputs: StageOutputs,
    operators: StepOperators,
  ) {
    this.#b = b;
    this.#expressions = expressions;
    this.#outputs = outputs;
    this.#operators = operators;
  }

  /** Bits that are injected. */
  get flags(): number {
    return this.#pairs.length;
  }

  /** Whether a wire is in a register already. */
  hasBit(wire: Wire): boolean {
    return this.#registers.has(`bit ${wire}`);
  }

  get registers(): number {
    return this.#count;
  }

  /** Register with a wire as 0 or 1. */
  bit(wire: Wire): number {
    return this.#once(`bit ${wire}`, (to) => {
      this.#pairs.push({ output: this.#outputs.of(wire), to });
    });
  }

  /** Register with a bit times a public factor. */
  scaledBit(wire: Wire, factor: bigint): number {
    const register = this.bit(wire);
    if (factor === 1n) return register;
    return this.#once(`bit ${wire} * ${factor}`, (to) => {
      this.#level(0).linear.push(linearStep(to, 0n, [{ coefficient: factor, register }]));
    });
  }

  /** Register with the value of a form. */
  form(form: Linear): number {
    const [only] = form.terms;
    if (form.constant === 0n && form.terms.length === 1 && only?.coefficient === 1n) {
      return this.#atom(only.atom);
    }
    return this.#once(`form ${formKey(form)}`, (to) => {
      const terms = form.terms.map(({ coefficient, atom }) => ({
        coefficient,
        register: this.#atom(atom),
      }));
      this.#level(depthOf(form)).linear.push(linearStep(to, form.constant, terms));
    });
  }

  /** All steps in order. */
  steps(): FieldStep[] {
    const { inject, multiply } = this.#operators;
    const steps: FieldStep[] = [];
    if (this.#pairs.length > 0)
      steps.push({ kind: 'inject', pairs: this.#pairs, operator: inject });
    steps.push(...this.#conversions);
    for (const { linear, products } of this.#levels) {
      steps.push(...linear);
      if (products.length > 0) steps.push({ kind: 'multiply', products, operator: multiply });
    }
    return steps;
  }

  #atom(atom: Atom): number {
    switch (atom.kind) {
      case 'branch':
        return this.bit(this.#taken(atom.conditions));
      case 'stored':
        return this.#once(atomKey(atom), (to) => {
          this.loads.push({ column: atom.column, limb: atom.limb, register: to });
        });
      case 'slice':
        if (atom.bits === 1) return this.bit(this.#wiresOf(atom)[0]);
        return this.#once(atomKey(atom), (to) => this.#slice(atom, to));
      case 'product':
        return this.#once(atomKey(atom), (to) => this.#product(atom, to));
    }
  }

  #taken(conditions: readonly Scalar[]): Wire {
    const truths = conditions.map((condition) => this.#expressions.truth(condition).isTrue);
    const last = truths.pop() ?? this.#b.zero;
    return truths.reduceRight((taken, earlier) => this.#b.and(taken, this.#b.not(earlier)), last);
  }

  #slice(atom: Slice, to: number): void {
    const outputs = this.#wiresOf(atom).map((wire) => this.#outputs.of(wire));
    const operator = this.#operators.convert;
    this.#conversions.push({ kind: 'bitsToField', outputs, to, operator });
  }

  #wiresOf({ scalar, from, bits, flipTop }: Slice): [Wire, ...Wire[]] {
    const { number } = this.#expressions.number(scalar);
    const { width } = encodingFor(scalar.bounds);
    const [first, ...rest] = extend(this.#b, number, width).slice(from, from + bits);
    if (first === undefined) throw new RangeError(`slice from bit ${from} of ${width}`);
    if (!flipTop) return [first, ...rest];
    const top = rest.pop();
    return top === undefined ? [this.#b.not(first)] : [first, ...rest, this.#b.not(top)];
  }

  #product(atom: Product, to: number): void {
    const [a, b] = [this.form(atom.left), this.form(atom.right)];
    const depth = Math.max(depthOf(atom.left), depthOf(atom.right));
    this.#level(depth).products.push({ a, b, to });
  }

  #level(depth: number): { readonly linear: FieldStep[]; readonly products: Products } {
    while (this.#levels.length <= depth) this.#levels.push({ linear: [], products: [] });
    const level = this.#levels[depth];
    if (level === undefined) throw new RangeError(`level ${depth}`);
    return level;
  }

  #once(key: string, make: (register: number) => void): number {
    const known = this.#registers.get(key);
    if (known !== undefined) return known;
    const register = this.#count++;
    this.#registers.set(key, register);
    make(register);
    return register;
  }
}

type Products = { readonly a: number; readonly b: number; readonly to: number }[];

/** Products on the longest chain below a form. */
function depthOf(form: Linear): number {
  return form.terms.reduce((depth, { atom }) => Math.max(depth, atomDepth(atom)), 0);
}

function atomDepth(atom: Atom): number {
  return atom.kind === 'product' ? 1 + Math.max(depthOf(atom.left), depthOf(atom.right)) : 0;
}

function linearStep(
  to: number,
  constant: bigint,
  terms: readonly { readonly coefficient: bigint; readonly register: number }[],
): FieldStep {
  const canonical = terms.map((term) => ({ ...term, coefficient: mod(term.coefficient) }));
  return { kind: 'linear', to, constant: mod(constant), terms: canonical };
}
