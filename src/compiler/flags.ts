import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { conjunction } from '../circuits/gadgets/conjunction.ts';
import { inSet } from '../circuits/gadgets/member.ts';
import type { Scalar } from '../planner/logical/scalar.ts';
import type { FlagsNode, Measure } from '../planner/physical/plan.ts';
import type { Expressions } from './expressions/expressions.ts';

/** The secret bits that say which rows count; a constant wire means that the answer is public. */
export class Flags {
  readonly #b: CircuitBuilder;
  readonly #there: Wire;
  readonly #expressions: Expressions;
  readonly #node: FlagsNode;

  constructor(b: CircuitBuilder, there: Wire, expressions: Expressions, node: FlagsNode) {
    this.#b = b;
    this.#there = there;
    this.#expressions = expressions;
    this.#node = node;
  }

  /** Rows that are there, pass the filter and belong to the group. */
  group(keys: readonly (bigint | null)[]): Wire {
    const b = this.#b;
    const { filter } = this.#node;
    const passes = filter === undefined ? b.one : this.#expressions.truth(filter.predicate).isTrue;
    const matches = keys.map((value, k) => this.#keyIs(k, value));
    return b.and(b.and(this.#there, passes), conjunction(b, matches));
  }

  /** Rows of a group that a measure counts: its conditions are TRUE and its operand is not NULL. */
  counted(measure: Measure, group: Wire): Wire {
    const b = this.#b;
    const present = measure.notNull.map((operand) => b.not(this.#expressions.isNull(operand)));
    return b.and(this.conditional(measure, group), conjunction(b, present));
  }

  /** Rows of a group for which the conditions of a measure are TRUE. */
  conditional({ conditions }: Measure, group: Wire): Wire {
    const truths = conditions.map((condition) => this.#expressions.truth(condition).isTrue);
    return this.#b.and(group, conjunction(this.#b, truths));
  }

  /** Rows among those flagged where a condition is TRUE. */
  where(flag: Wire, condition: Scalar): Wire {
    return this.#b.and(flag, this.#expressions.truth(condition).isTrue);
  }

  #keyIs(position: number, value: bigint | null): Wire {
    const key = this.#node.keys[position];
    if (key === undefined) throw new RangeError(`group key ${position}`);
    const { number, isNull } = this.#expressions.number(key.scalar);
    if (value === null) return isNull;
    return this.#b.and(this.#b.not(isNull), inSet(this.#b, number, new Set([value])));
  }
}
