import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { conjunction } from '../circuits/gadgets/conjunction.ts';
import { inSet } from '../circuits/gadgets/member.ts';
import type { Scalar } from '../planner/logical/scalar.ts';
import type { FlagsNode } from '../planner/physical/plan.ts';
import type { Conditions } from './conditions.ts';
import type { RowInputs } from './row-inputs.ts';

/** The secret bits that say which rows count; a constant wire means that the answer is public. */
export class Flags {
  readonly #b: CircuitBuilder;
  readonly #inputs: RowInputs;
  readonly #conditions: Conditions;
  readonly #node: FlagsNode;

  constructor(b: CircuitBuilder, inputs: RowInputs, conditions: Conditions, node: FlagsNode) {
    this.#b = b;
    this.#inputs = inputs;
    this.#conditions = conditions;
    this.#node = node;
  }

  /** Rows that pass the filter and belong to the group. */
  group(keys: readonly (bigint | null)[]): Wire {
    const b = this.#b;
    const { predicate } = this.#node;
    const passes = predicate === undefined ? b.one : this.#conditions.truth(predicate).isTrue;
    const matches = keys.map((value, k) => this.#keyIs(k, value));
    return b.and(passes, conjunction(b, matches));
  }

  /** Rows of a group where none of the operands is NULL. */
  notNull(group: Wire, operands: readonly Scalar[]): Wire {
    const b = this.#b;
    const present = operands.map((operand) => b.not(this.#conditions.isNull(operand)));
    return b.and(group, conjunction(b, present));
  }

  /** Rows of a group where a condition is TRUE. */
  where(group: Wire, condition: Scalar): Wire {
    return this.#b.and(group, this.#conditions.truth(condition).isTrue);
  }

  #keyIs(position: number, value: bigint | null): Wire {
    const id = this.#node.keys[position];
    if (id === undefined) throw new RangeError(`group key ${position}`);
    const { number, isNull } = this.#inputs.column(id);
    if (value === null) return isNull;
    return this.#b.and(this.#b.not(isNull), inSet(this.#b, number, new Set([value])));
  }
}
