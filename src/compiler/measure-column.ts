import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { addBits } from '../circuits/gadgets/carry.ts';
import { Columns } from '../circuits/gadgets/columns.ts';
import { disjunction } from '../circuits/gadgets/conjunction.ts';
import { inSet } from '../circuits/gadgets/member.ts';
import { extend, type NumberEncoding } from '../circuits/gadgets/numbers.ts';
import { Shapes } from '../circuits/gadgets/shapes.ts';
import type { RelationColumn } from '../planner/logical/plan.ts';
import type { Scalar } from '../planner/logical/scalar.ts';
import type { Measure, Method, PhysicalLimb } from '../planner/physical/plan.ts';
import type { Collector } from './collector.ts';
import { encodingOf } from './encoding-of.ts';
import type { NullableNumber } from './expressions/column-source.ts';
import { type Pass, refuseTooMany } from './pass.ts';
import type { PlaneOf } from './relation-columns.ts';

export type ReadColumn = (b: CircuitBuilder, plane: PlaneOf) => NullableNumber;

/** Most (group, value) pairs of one DISTINCT aggregate. */
const DISTINCT_MAX = 8192;
/** Signed bits of a scalar. */
const SCALAR_BITS = 61;

/** Collects one aggregate for all candidate groups, and tells how its column is read. */
export class MeasureColumns {
  readonly #pass: Pass;
  readonly #collector: Collector;
  /** Per candidate: rows that belong to it. */
  readonly #groups: readonly Wire[];
  readonly #rows: number;

  constructor(pass: Pass, collector: Collector, groups: readonly Wire[], rows: number) {
    this.#pass = pass;
    this.#collector = collector;
    this.#groups = groups;
    this.#rows = rows;
  }

  column(measure: Measure, facts: RelationColumn): ReadColumn {
    const { method } = measure;
    const to = encodingOf(facts);
    const flags = this.#pass.counted(measure, this.#groups);
    switch (method.kind) {
      case 'count':
        return this.#count(flags, to, method.inBits === true);
      case 'condition': {
        const where = flags.map((flag) => this.#pass.flags.where(flag, method.condition));
        return this.#orNull(this.#count(where, to, method.inBits === true), flags, facts);
      }
      case 'limbs':
        return this.#orNull(this.#sum(method.limbs, flags, to), flags, facts);
      case 'bits':
        return this.#orNull(this.#sumOfBits(method.operand, flags, to), flags, facts);
      case 'extreme':
        return this.#extreme(method, flags, to);
      case 'truths': {
        const seen = this.#groups.map((group) => this.#pass.flags.conditional(measure, group));
        return this.#truths(method, seen);
      }
      case 'distinct':
        return this.#distinct(method, flags, to);
    }
  }

  #count(flags: readonly Wire[], to: NumberEncoding, inBits: boolean): ReadColumn {
    if (inBits) {
      const { b } = this.#pass;
      const { from, read } = this.#added(flags.map((flag) => [flag, ...zeros(b, to.width - 1)]));
      // All bits are 0 only if no row was counted: sums that leave no bit out do not wrap.
      this.#collector.tells(flags, from, 2 * to.width);
      return read;
    }
    const { from, width } = this.#collector.count(flags, this.#rows);
    return (b, plane) => {
      const bits = range(from, width).map(plane);
      return { number: encoded(b, bits, false, to), isNull: b.zero };
    };
  }

  /** The column, NULL where no row has the flag. */
  #orNull(read: ReadColumn, flags: readonly Wire[], { nullable }: RelationColumn): ReadColumn {
    if (!nullable) return read;
    const existence = this.#collector.exists(flags);
    return (b, plane) => ({ ...read(b, plane), isNull: b.not(existence.read(b, plane)) });
  }

  /** Digits stand side by side: the number's bits are theirs. */
  #sum(limbs: readonly PhysicalLimb[], flags: readonly Wire[], to: NumberEncoding): ReadColumn {
    const perGroup = flags.map((flag) => this.#pass.digits(limbs, flag));
    const pieces = limbs.map(({ shift }, k) => {
      const next = limbs[k + 1]?.shift;
      const top = Math.min(SCALAR_BITS, Math.max(1, to.width - shift));
      const width = next === undefined ? top : next - shift;
      const scalars = perGroup.map((digits) => ({ scalar: digits[k]?.scalar ?? -1 }));
      return { shift, from: this.#collector.scalars(scalars, width), width };
    });
    return (b, plane) => {
      const bits: Wire[] = [];
      for (const { shift, from, width } of pieces) {
        while (bits.length < shift) bits.push(b.zero);
        bits.push(...range(from, width).map(plane));
      }
      return { number: encoded(b, bits, to.signed, to), isNull: b.zero };
    };
  }

  #sumOfBits(operand: Scalar, flags: readonly Wire[], to: NumberEncoding): ReadColumn {
    const { b, expressions } = this.#pass;
    const number = extend(b, expressions.number(operand).number, to.width);
    return this.#added(
      flags.map((flag) => masked(b, number, flag)),
      to.signed,
    ).read;
  }

  /** The sum of the numbers of each candidate over all rows; carries are left to the row of the result. `from`: the first plane of both parts. */
  #added(numbers: readonly Wire[][], signed = false) {
    const { b, folds, network } = this.#pass;
    const width = numbers[0]?.length ?? 0;
    const list = numbers.map((number) => folds.sum(number, b.zero));
    const from = this.#collector.add({ kind: 'folds', folds: list, width: 2 * width });
    const shape = new Shapes(network, list.length).adder(width);
    const read: ReadColumn = (builder, plane) => {
      const [sum, carries] = [range(from, width), range(from + width, width)];
      const bits = addBits(builder, sum.map(plane), carries.map(plane), shape);
      return { number: { bits, signed }, isNull: builder.zero };
    };
    return { from, read };
  }

  /**
   * Words whose greatest is the value wanted: a bit that says whether the row counts, then the value in offset binary,
   * inverted for the least; all zeros in rows that do not count.
   */
  #extreme(
    { fn, operand }: Extract<Method, { readonly kind: 'extreme' }>,
    flags: readonly Wire[],
    to: NumberEncoding,
  ): ReadColumn {
    const { b, expressions, folds } = this.#pass;
    const encoding = encodingOf(operand);
    const { width, signed } = encoding;
    const change = (builder: CircuitBuilder, bits: readonly Wire[]) =>
      bits.map((bit, k) => {
        const flipped = (fn === 'min') !== (signed && k === width - 1);
        return flipped ? builder.not(bit) : bit;
      });
    const word = change(b, extend(b, expressions.number(operand).number, width));
    const list = flags.map((flag) => {
      return folds.greatest([...word.map((bit) => b.and(flag, bit)), flag]);
    });
    const from = this.#collector.add({ kind: 'folds', folds: list, width: width + 1 });
    this.#collector.tells(flags, from + width, 1);
    return (builder, plane) => {
      const bits = change(builder, range(from, width).map(plane));
      return {
        number: encoded(builder, bits, signed, to),
        isNull: builder.not(plane(from + width)),
      };
    };
  }

  #truths(
    { fn, operand }: Extract<Method, { readonly kind: 'truths' }>,
    flags: readonly Wire[],
  ): ReadColumn {
    const { b, expressions } = this.#pass;
    const { isTrue, isFalse } = expressions.truth(operand);
    const [seenTrue, seenFalse] = [isTrue, isFalse].map((truth) =>
      this.#collector.some(flags.map((flag) => b.and(flag, truth))),
    );
    return (builder, plane) => {
      const [yes, no] = [plane(seenTrue ?? -1), plane(seenFalse ?? -1)];
      const value = fn === 'any' ? yes : builder.not(no);
      const isNull = builder.not(builder.or(yes, no));
      return { number: { bits: [value], signed: false }, isNull };
    };
  }

  #distinct(
    { fn, operand, values }: Extract<Method, { readonly kind: 'distinct' }>,
    flags: readonly Wire[],
    to: NumberEncoding,
  ): ReadColumn {
    refuseTooMany('groups times distinct values', values.length * flags.length, DISTINCT_MAX);
    const { b, expressions } = this.#pass;
    const { number } = expressions.number(operand);
    const planes = values.map((value) => {
      const isValue = inSet(b, number, new Set([value]));
      return this.#collector.some(flags.map((flag) => b.and(flag, isValue)));
    });
    return (builder, plane) => {
      const present = planes.map(plane);
      const sum = new Columns(builder, to.width);
      values.forEach((value, k) => {
        addTimes(sum, present[k] ?? builder.zero, fn === 'count' ? 1n : value);
      });
      const [bits] = sum.compress(1);
      const isNull = fn === 'count' ? builder.zero : builder.not(disjunction(builder, present));
      return { number: { bits, signed: to.signed }, isNull };
    };
  }
}

/** The number where the flag is 1, else 0; the bits beyond its sign are copies. */
function masked(b: CircuitBuilder, bits: readonly Wire[], flag: Wire): Wire[] {
  const known = new Map<Wire, Wire>();
  return bits.map((bit) => {
    const found = known.get(bit) ?? b.and(flag, bit);
    known.set(bit, found);
    return found;
  });
}

function addTimes(sum: Columns, wire: Wire, factor: bigint): void {
  const digits = (factor < 0n ? -factor : factor).toString(2);
  for (let k = 0; k < digits.length; k++) {
    if (digits.at(-1 - k) !== '1') continue;
    if (factor < 0n) sum.subtract(wire, k);
    else sum.add(wire, k);
  }
}

function encoded(b: CircuitBuilder, bits: readonly Wire[], signed: boolean, to: NumberEncoding) {
  return { bits: extend(b, { bits, signed }, to.width), signed: to.signed };
}

const zeros = (b: CircuitBuilder, count: number) => new Array<Wire>(count).fill(b.zero);

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => from + k);
}
