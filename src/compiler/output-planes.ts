import { encodingFor } from '../catalog/types.ts';
import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { disjunction } from '../circuits/gadgets/conjunction.ts';
import { extend } from '../circuits/gadgets/numbers.ts';
import { scalarKey } from '../planner/logical/rewrite.ts';
import type { ScalarOf } from '../planner/logical/scalar.ts';
import type { OutputCell } from '../planner/physical/plan.ts';
import type { RelationCell } from '../planner/result-shape.ts';
import { encodingOf } from './encoding-of.ts';
import type { Quotient } from './expressions/division.ts';
import type { Expressions } from './expressions/expressions.ts';
import { leadingBits } from './leading-bits.ts';

/** Significant bits of a quotient from which the nearest double follows (RelationCell 'quotient'). */
const DOUBLE_BITS = 55;

/** The planes that a relation keeps for the analyst, each once, and how cells are made of them. */
export class OutputPlanes {
  readonly wires: Wire[] = [];
  readonly #b: CircuitBuilder;
  readonly #expressions: Expressions;
  /** Only rows with this bit show their values; the rest is zeros. */
  readonly #shown: Wire;
  readonly #positions = new Map<Wire, number>();
  readonly #quotients: Quotients;

  constructor(b: CircuitBuilder, expressions: Expressions, shown: Wire, quotients: Quotients) {
    this.#b = b;
    this.#expressions = expressions;
    this.#shown = shown;
    this.#quotients = quotients;
  }

  /** Position of a wire that already is 0 in rows that are not shown. */
  of(wire: Wire): number {
    const known = this.#positions.get(wire);
    if (known !== undefined) return known;
    const position = this.wires.push(wire) - 1;
    this.#positions.set(wire, position);
    return position;
  }

  /** What the analyst opens of an output column. Nothing but NULL is told of a value that is NULL. */
  cell(cell: OutputCell): RelationCell {
    if (cell.kind === 'constants') return cell;
    const { scalar } = cell;
    if (scalar.kind === 'ratio') return this.#quotientCell(scalar);
    const { number, isNull } = this.#expressions.number(scalar);
    const { width, signed } = encodingOf(scalar);
    const planes = this.#masked(extend(this.#b, number, width), isNull);
    const nulls = this.#nulls(isNull);
    if (scalar.bytes !== undefined) return { kind: 'text', planes, ...nulls };
    const { dictionary } = scalar;
    if (dictionary !== undefined) return { kind: 'code', planes, dictionary, ...nulls };
    return { kind: 'number', planes, signed, ...nulls };
  }

  #quotientCell(scalar: ScalarOf<'ratio'>): RelationCell {
    const { quotient, shift } = this.#quotients.of(scalar);
    const { negative, isNull } = quotient;
    const [inexact = this.#b.zero, ...magnitude] = leadingBits(this.#b, quotient);
    const show = this.#show(isNull);
    const isOther = disjunction(this.#b, [inexact, ...magnitude]);
    const sign = this.#b.and(this.#b.and(show, negative), isOther);
    return {
      kind: 'quotient',
      magnitude: magnitude.map((bit) => this.of(this.#b.and(show, bit))),
      ...(sign === this.#b.zero ? {} : { negative: this.of(sign) }),
      inexact: this.of(this.#b.and(show, inexact)),
      shift,
      ...this.#nulls(isNull),
      after: scalar.after,
    };
  }

  #masked(bits: readonly Wire[], isNull: Wire): number[] {
    const show = this.#show(isNull);
    return bits.map((bit) => this.of(this.#b.and(show, bit)));
  }

  #show(isNull: Wire): Wire {
    return this.#b.and(this.#shown, this.#b.not(isNull));
  }

  #nulls(isNull: Wire): { readonly isNull?: number } {
    const wire = this.#b.and(this.#shown, isNull);
    return wire === this.#b.zero ? {} : { isNull: this.of(wire) };
  }
}

/** The quotients of a circuit. One that is both shown and ranked by is divided once. */
export class Quotients {
  readonly #expressions: Expressions;
  readonly #made = new Map<string, ShiftedQuotient>();

  constructor(expressions: Expressions) {
    this.#expressions = expressions;
  }

  /** With enough bits after the point that the smallest one has 55 significant bits. */
  of(ratio: ScalarOf<'ratio'>): ShiftedQuotient {
    const { numerator, denominator } = ratio;
    const key = `${scalarKey(numerator)} / ${scalarKey(denominator)}`;
    const shift = encodingFor(denominator.bounds).width + DOUBLE_BITS;
    const made = this.#made.get(key) ?? {
      quotient: this.#expressions.quotient(ratio, shift),
      shift,
    };
    this.#made.set(key, made);
    return made;
  }
}

/** A quotient times 2^shift. */
interface ShiftedQuotient {
  readonly quotient: Quotient;
  readonly shift: number;
}
