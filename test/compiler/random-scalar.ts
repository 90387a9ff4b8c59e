import type { ColumnId } from '../../src/catalog/table.ts';
import type { SqlType } from '../../src/catalog/types.ts';
import { choose, extreme } from '../../src/planner/logical/make-choice.ts';
import { absolute, divide, remainder } from '../../src/planner/logical/make-division.ts';
import { fixed, ratio } from '../../src/planner/logical/make-ratio.ts';
import { steps } from '../../src/planner/logical/make-steps.ts';
import type { Scalar } from '../../src/planner/logical/scalar.ts';
import * as make from '../../src/planner/logical/scalar.ts';

export const AT = { line: 1, column: 1 };
const TYPE: SqlType = { kind: 'hugeint' };
export const ROUNDINGS = ['floor', 'ceil', 'truncate', 'halfAway', 'halfEven'] as const;

/** The columns that random expressions read. */
export const COLUMNS: readonly (readonly [SqlType, bigint, bigint, boolean])[] = [
  [TYPE, 0n, 200n, true],
  [TYPE, -20n, 13n, true],
  [TYPE, -2000n, 1000n, false],
  [TYPE, 3n, 5n, false],
  [make.BOOLEAN, 0n, 1n, true],
];

export function columnOf(id: number): Scalar {
  const [type, min, max, nullable] = COLUMNS[id]!;
  return make.column(id as ColumnId, { type, bounds: { min, max }, nullable }, AT);
}

/** Draws expressions; `random(n)` is an integer from 0 to n - 1. */
export class RandomScalars {
  readonly #random: (below: number) => number;

  constructor(random: (below: number) => number) {
    this.#random = random;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random(items.length)]!;
  }

  constant(): Scalar {
    if (this.#random(10) === 0) return make.nullOf(TYPE, AT);
    const value = BigInt(this.#pick([0, 1, 2, 3, 7, 8, 10, 100, this.#random(500)]));
    return make.number(this.#random(2) === 0 ? value : -value, TYPE, AT);
  }

  number(depth: number): Scalar {
    const leaf = () => (this.#random(4) === 0 ? this.constant() : columnOf(this.#random(4)));
    if (depth === 0) return leaf();
    const operand = () => this.number(depth - 1 - this.#random(2 * depth > 3 ? 2 : 1));
    const made = this.#number(operand, depth);
    // Wide intermediate results make wide circuits.
    return made.bounds.max - made.bounds.min > 2n ** 60n ? leaf() : made;
  }

  #number(operand: () => Scalar, depth: number): Scalar {
    switch (this.#random(11)) {
      case 0:
        return make.negate(operand(), TYPE, AT);
      case 1:
        return make.scaled(operand(), BigInt(this.#random(40) - 20), TYPE);
      case 2:
        return make.arithmetic(
          this.#pick(['+', '-', '*'] as const),
          operand(),
          operand(),
          TYPE,
          AT,
        );
      case 3:
        return absolute(operand(), TYPE, AT);
      case 4:
      case 5:
        return divide(this.#pick(ROUNDINGS), operand(), operand(), TYPE, AT);
      case 6:
        return remainder(operand(), operand(), TYPE, AT);
      case 7: {
        const count = 1 + this.#random(3);
        const branches = Array.from({ length: count }, () => ({
          when: this.condition(depth - 1),
          then: operand(),
        }));
        return choose(branches, operand(), TYPE, AT);
      }
      case 8: {
        const operands = Array.from({ length: 2 + this.#random(3) }, operand);
        return extreme(this.#pick(['greatest', 'least'] as const), operands, TYPE, AT);
      }
      case 9:
        return this.#steps(operand());
      default:
        return fixed(ratio(operand(), operand(), 1, [], AT), this.#random(12), AT);
    }
  }

  #steps(operand: Scalar): Scalar {
    const { min, max } = operand.bounds;
    const span = Number(max - min) + 3;
    const breaks = Array.from(
      { length: this.#random(12) },
      () => min - 1n + BigInt(this.#random(span)),
    );
    const ascending = [...new Set(breaks)].sort((x, y) => (x < y ? -1 : 1));
    const values = Array.from({ length: ascending.length + 1 }, () =>
      BigInt(this.#random(60) - 20),
    );
    return steps(operand, ascending, values, TYPE, AT);
  }

  condition(depth: number): Scalar {
    if (depth <= 0) return columnOf(4);
    const operand = () => this.condition(depth - 1);
    switch (this.#random(7)) {
      case 0:
        return make.compare(
          this.#pick(['=', '<>', '<', '<=', '>', '>='] as const),
          this.number(depth - 1),
          this.number(depth - 1),
          AT,
        );
      case 1:
        return make.member(this.number(depth - 1), [-3n, 0n, 1n, 4n, 5n, 77n], AT);
      case 2:
        return make.isNull(this.#random(2) === 0 ? operand() : this.number(depth - 1), AT);
      case 3:
        return make.not(operand(), AT);
      case 4:
        return choose([{ when: operand(), then: operand() }], operand(), make.BOOLEAN, AT);
      case 5:
        return extreme('greatest', [operand(), operand()], make.BOOLEAN, AT);
      default:
        return make.logic(
          this.#pick(['and', 'or'] as const),
          [operand(), operand(), operand()],
          AT,
        );
    }
  }
}
