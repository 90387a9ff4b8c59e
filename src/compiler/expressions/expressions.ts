import { encodingFor } from '../../catalog/types.ts';
import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { add, negate, subtract } from '../../circuits/gadgets/add.ts';
import type { AdderShape } from '../../circuits/gadgets/carry.ts';
import {
  type CompareShape,
  chooseCompareShape,
  equal,
  lessOrEqual,
  lessThan,
} from '../../circuits/gadgets/compare.ts';
import { conjunction, disjunction } from '../../circuits/gadgets/conjunction.ts';
import { fromNullable, isNull3, not3, type Truth } from '../../circuits/gadgets/logic3.ts';
import { inSet } from '../../circuits/gadgets/member.ts';
import { multiply, scaleByConstant } from '../../circuits/gadgets/multiply.ts';
import { type BitNumber, constantNumber } from '../../circuits/gadgets/numbers.ts';
import { invariant } from '../../errors/tacit-error.ts';
import { scalarKey } from '../../planner/logical/rewrite.ts';
import type { Scalar, ScalarOf } from '../../planner/logical/scalar.ts';
import type { NetworkProfile } from '../../planner/network.ts';
import { chooseAdderShape } from '../adder-shape.ts';
import type { ColumnSource, NullableNumber } from './column-source.ts';

/** A quotient in the form of RelationCell 'quotient'. */
export interface Quotient {
  readonly magnitude: readonly Wire[];
  readonly negative: Wire;
  readonly inexact: Wire;
  readonly isNull: Wire;
}

/** Translates bound expressions into one circuit. Equal expressions become the same wires. */
export class Expressions {
  readonly #b: CircuitBuilder;
  readonly #inputs: ColumnSource;
  readonly #network: NetworkProfile;
  readonly #rows: number;
  readonly #truths = new Map<string, Truth>();
  readonly #numbers = new Map<string, NullableNumber>();
  readonly #compareShapes = new Map<number, CompareShape>();
  readonly #adderShapes = new Map<number, AdderShape>();

  constructor(b: CircuitBuilder, inputs: ColumnSource, network: NetworkProfile, rows: number) {
    this.#b = b;
    this.#inputs = inputs;
    this.#network = network;
    this.#rows = rows;
  }

  /** A BOOLEAN expression in three-valued logic. */
  truth(scalar: Scalar): Truth {
    const key = scalarKey(scalar);
    const known = this.#truths.get(key);
    if (known !== undefined) return known;
    const made = this.#makeTruth(scalar);
    this.#truths.set(key, made);
    return made;
  }

  /** Whether an expression of any type is NULL. */
  isNull(scalar: Scalar): Wire {
    if (!scalar.nullable) return this.#b.zero;
    if (scalar.kind === 'column') return this.#inputs.column(scalar.column).isNull;
    if (scalar.kind === 'constant') return scalar.value === null ? this.#b.one : this.#b.zero;
    if (scalar.type.kind === 'boolean') return isNull3(this.#b, this.truth(scalar));
    return this.number(scalar).isNull;
  }

  /**
   * |ratio| * 2^fractionBits: see `quotient` cells of result-shape.ts.
   */
  quotient(ratio: ScalarOf<'ratio'>, fractionBits: number): Quotient {
    invariant(fractionBits >= 0, `a ${ratio.kind} needs fraction bits`);
    invariant(false, 'division is being built');
  }

  #makeTruth(scalar: Scalar): Truth {
    const b = this.#b;
    switch (scalar.kind) {
      case 'constant':
        return {
          isTrue: scalar.value === 1n ? b.one : b.zero,
          isFalse: scalar.value === 0n ? b.one : b.zero,
        };
      case 'column': {
        const { number, isNull } = this.#inputs.column(scalar.column);
        return fromNullable(b, number.bits[0] ?? b.zero, isNull);
      }
      case 'compare':
        return this.#compare(scalar);
      case 'member': {
        const { number, isNull } = this.number(scalar.operand);
        return fromNullable(b, inSet(b, number, new Set(scalar.values)), isNull);
      }
      case 'isNull': {
        const missing = this.isNull(scalar.operand);
        return { isTrue: missing, isFalse: b.not(missing) };
      }
      case 'not':
        return not3(b, this.truth(scalar.operand));
      case 'logic': {
        const sides = scalar.operands.map((operand) => this.truth(operand));
        const [all, any] =
          scalar.op === 'and' ? [conjunction, disjunction] : [disjunction, conjunction];
        const isTrue = all(
          b,
          sides.map((side) => side.isTrue),
        );
        if (!scalar.nullable) return { isTrue, isFalse: b.not(isTrue) };
        return {
          isTrue,
          isFalse: any(
            b,
            sides.map((side) => side.isFalse),
          ),
        };
      }
      default:
        invariant(false, `${scalar.kind} is not a condition`);
    }
  }

  #compare({ op, left, right }: ScalarOf<'compare'>): Truth {
    const b = this.#b;
    const [x, y] = [this.number(left), this.number(right)];
    const width = Math.max(x.number.bits.length, y.number.bits.length);
    const isNull = b.or(x.isNull, y.isNull);
    return fromNullable(b, this.#compareBits(op, x.number, y.number, width), isNull);
  }

  #compareBits(op: ScalarOf<'compare'>['op'], x: BitNumber, y: BitNumber, width: number): Wire {
    const b = this.#b;
    const shape = this.#compareShape(width);
    switch (op) {
      case '=':
        return equal(b, x, y);
      case '<>':
        return b.not(equal(b, x, y));
      case '<':
        return lessThan(b, x, y, shape);
      case '<=':
        return lessOrEqual(b, x, y, shape);
      case '>':
        return lessThan(b, y, x, shape);
      case '>=':
        return lessOrEqual(b, y, x, shape);
    }
  }

  /** An expression of any type but a ratio as an integer; where it is NULL, its bits are arbitrary. */
  number(scalar: Scalar): NullableNumber {
    const key = scalarKey(scalar);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = this.#makeNumber(scalar);
    this.#numbers.set(key, made);
    return made;
  }

  #makeNumber(scalar: Scalar): NullableNumber {
    const b = this.#b;
    const to = encodingFor(scalar.bounds);
    const shape = () => this.#adderShape(to.width);
    switch (scalar.kind) {
      case 'constant': {
        const { value } = scalar;
        if (value === null) return { number: { bits: [b.zero], signed: false }, isNull: b.one };
        invariant(typeof value === 'bigint', 'text is not a number');
        return { number: constantNumber(b, value, to), isNull: b.zero };
      }
      case 'column':
        return this.#inputs.column(scalar.column);
      case 'negate': {
        const { number, isNull } = this.number(scalar.operand);
        return { number: negate(b, number, to, shape()), isNull };
      }
      case 'scaled': {
        const { number, isNull } = this.number(scalar.operand);
        return { number: scaleByConstant(b, number, scalar.factor, to, shape()), isNull };
      }
      case 'arithmetic': {
        const [x, y] = [this.number(scalar.left), this.number(scalar.right)];
        const compute = { '+': add, '-': subtract, '*': multiply }[scalar.op];
        const isNull = b.or(x.isNull, y.isNull);
        return { number: compute(b, x.number, y.number, to, shape()), isNull };
      }
      default: {
        const truth = this.truth(scalar);
        return { number: { bits: [truth.isTrue], signed: false }, isNull: isNull3(b, truth) };
      }
    }
  }

  #compareShape(width: number): CompareShape {
    const known = this.#compareShapes.get(width);
    if (known !== undefined) return known;
    const shape = chooseCompareShape(width, this.#network, this.#rows);
    this.#compareShapes.set(width, shape);
    return shape;
  }

  #adderShape(width: number): AdderShape {
    const known = this.#adderShapes.get(width);
    if (known !== undefined) return known;
    const shape = chooseAdderShape(width, this.#network, this.#rows);
    this.#adderShapes.set(width, shape);
    return shape;
  }
}
