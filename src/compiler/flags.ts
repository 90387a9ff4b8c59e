import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { conjunction } from '../circuits/gadgets/conjunction.ts';
import { inSet } from '../circuits/gadgets/member.ts';
import { columnsOf } from '../planner/logical/rewrite.ts';
import { constantTruth, type Scalar } from '../planner/logical/scalar.ts';
import type { FlagsNode, Measure } from '../planner/physical/plan.ts';
import { inRow } from '../planner/physical/public-values.ts';
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
    const passes = this.#conditionsIn(keys).map((c) => this.#expressions.truth(c).isTrue);
    const matches = keys.map((value, k) => this.#keyIs(k, value));
    return b.and(b.and(this.#there, conjunction(b, passes)), conjunction(b, matches));
  }

  /** What must be TRUE for the filter to be, apart from what the group's keys say: `WHERE state = 'NY'` in group 'NY'. */
  #conditionsIn(values: readonly (bigint | null)[]): readonly Scalar[] {
    const { filter, keys } = this.#node;
    if (filter === undefined) return [];
    const { predicate } = filter;
    const all =
      predicate.kind === 'logic' && predicate.op === 'and' ? predicate.operands : [predicate];
    const known = new Map(
      keys.flatMap(({ scalar }, k) =>
        scalar.kind === 'column' ? [[scalar.column, values[k]] as const] : [],
      ),
    );
    return all.filter((condition) => {
      const isKnown = columnsOf(condition).every((id) => known.has(id));
      return !isKnown || constantTruth(inRow(condition, (id) => known.get(id))) !== true;
    });
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
