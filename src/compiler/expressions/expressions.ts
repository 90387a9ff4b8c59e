import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { fromNullable, isNull3, not3, type Truth } from '../../circuits/gadgets/logic3.ts';
import { Shapes } from '../../circuits/gadgets/shapes.ts';
import { invariant } from '../../errors/tacit-error.ts';
import { scalarKey } from '../../planner/logical/rewrite.ts';
import type { Scalar, ScalarOf } from '../../planner/logical/scalar.ts';
import type { NetworkProfile } from '../../planner/network.ts';
import { absolute, arithmetic, negation, scaling } from './arithmetic.ts';
import { choice, extreme } from './choices.ts';
import type { ColumnSource, NullableNumber } from './column-source.ts';
import { comparison, connective, membership, nullTest } from './conditions.ts';
import {
  division,
  fixedPoint,
  type Quotient,
  ratioIsNull,
  ratioQuotient,
  remainder,
} from './division.ts';
import { constant } from './leaves.ts';
import { steps } from './steps.ts';
import type { Translator } from './translator.ts';

/**
 * Translates bound expressions into one circuit, with the shapes that suit a network and a number
 * of rows. Equal expressions become the same wires.
 */
export class Expressions implements Translator {
  readonly b: CircuitBuilder;
  readonly shapes: Shapes;
  readonly #inputs: ColumnSource;
  readonly #truths = new Known<Truth>();
  readonly #numbers = new Known<NullableNumber>();

  constructor(b: CircuitBuilder, inputs: ColumnSource, network: NetworkProfile, rows: number) {
    this.b = b;
    this.#inputs = inputs;
    this.shapes = new Shapes(network, rows);
  }

  /** A BOOLEAN expression in three-valued logic. */
  truth(scalar: Scalar): Truth {
    return this.#truths.get(scalar, () => this.#makeTruth(scalar));
  }

  /** Whether an expression of any type is NULL. */
  isNull(scalar: Scalar): Wire {
    if (!scalar.nullable) return this.b.zero;
    if (scalar.kind === 'ratio') return ratioIsNull(this, scalar);
    if (scalar.type.kind === 'boolean' && isCondition(scalar)) {
      return isNull3(this.b, this.truth(scalar));
    }
    return this.number(scalar).isNull;
  }

  /**
   * An expression of any type but DOUBLE as the integer that encodes it (`encodingOf`); where it is
   * NULL, its bits are arbitrary. A BOOLEAN is one bit.
   */
  number(scalar: Scalar): NullableNumber {
    return this.#numbers.get(scalar, () => this.#makeNumber(scalar));
  }

  /**
   * The quotient of a ratio without regard to its `after`, as the analyst rounds it to a double (a
   * `quotient` cell of result-shape.ts): the magnitude is |ratio| * 2^fractionBits rounded down, to an
   * integer or to 56 significant bits, whichever is less exact. For fractionBits of at least the
   * denominator's bits plus 55 it always has 56 significant bits or is exact.
   */
  quotient(ratio: ScalarOf<'ratio'>, fractionBits: number): Quotient {
    return ratioQuotient(this, ratio, fractionBits);
  }

  #makeTruth(scalar: Scalar): Truth {
    switch (scalar.kind) {
      case 'compare':
        return comparison(this, scalar);
      case 'member':
        return membership(this, scalar);
      case 'isNull':
        return nullTest(this, scalar);
      case 'not':
        return not3(this.b, this.truth(scalar.operand));
      case 'logic':
        return connective(this, scalar);
      default: {
        const { number, isNull } = this.number(scalar);
        return fromNullable(this.b, number.bits[0] ?? this.b.zero, isNull);
      }
    }
  }

  #makeNumber(scalar: Scalar): NullableNumber {
    switch (scalar.kind) {
      case 'constant':
        return constant(this, scalar);
      case 'column':
        return this.#inputs.column(scalar.column);
      case 'negate':
        return negation(this, scalar);
      case 'scaled':
        return scaling(this, scalar);
      case 'arithmetic':
        return arithmetic(this, scalar);
      case 'absolute':
        return absolute(this, scalar);
      case 'divide':
        return division(this, scalar);
      case 'remainder':
        return remainder(this, scalar);
      case 'fixed':
        return fixedPoint(this, scalar);
      case 'choose':
        return choice(this, scalar);
      case 'extreme':
        return extreme(this, scalar);
      case 'steps':
        return steps(this, scalar);
      case 'ratio':
        invariant(false, 'a ratio is no integer');
        break;
      default: {
        const truth = this.truth(scalar);
        return { number: { bits: [truth.isTrue], signed: false }, isNull: isNull3(this.b, truth) };
      }
    }
  }
}

function isCondition({ kind }: Scalar): boolean {
  return ['compare', 'member', 'isNull', 'not', 'logic'].includes(kind);
}

/** Results by expression: first by identity, which is quick, then by structure. */
class Known<Result> {
  readonly #byIdentity = new Map<Scalar, Result>();
  readonly #byKey = new Map<string, Result>();

  get(scalar: Scalar, make: () => Result): Result {
    const same = this.#byIdentity.get(scalar);
    if (same !== undefined) return same;
    const key = scalarKey(scalar);
    const result = this.#byKey.get(key) ?? make();
    this.#byIdentity.set(scalar, result);
    this.#byKey.set(key, result);
    return result;
  }
}
