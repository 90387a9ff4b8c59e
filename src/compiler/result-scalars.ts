import type { Reduction, ResultStage, WideNumber } from '../program/program.ts';

/**
 * Numbers the scalars of a program: sums over rows, public constants, digits and zero tests, and what is opened of
 * them.
 */
export class ResultScalars {
  readonly reductions: Reduction[] = [];
  readonly #constants: { scalar: number; value: bigint }[] = [];
  readonly #tests: { of: number; to: number }[] = [];
  readonly #wide = new Map<string, WideNumber['limbs']>();
  readonly #reveal: number[] = [];
  /** Where in `#reveal` a scalar stands. */
  readonly #positions = new Map<number, number>();
  readonly #known = new Map<string, number>();
  #count = 0;

  /** Sum of a register over all rows. */
  sum(register: number): number {
    return this.#once(`sum ${register}`, (scalar) => {
      this.reductions.push({ kind: 'sum', a: register, scalar });
    });
  }

  /** Sum over all rows of the product of two registers. */
  dot(a: number, b: number, operator: number): number {
    return this.#once(`dot ${Math.min(a, b)} ${Math.max(a, b)}`, (scalar) => {
      this.reductions.push({ kind: 'dot', a, b, scalar, operator });
    });
  }

  /** A public value. */
  constant(value: bigint): number {
    return this.#once(`constant ${value}`, (scalar) => {
      this.#constants.push({ scalar, value });
    });
  }

  /**
   * The scalars to open of a number in several limbs: its digits, which depend on the number alone; a single limb is its
   * own digit.
   */
  digits(limbs: readonly { readonly shift: number; readonly of: number }[]): number[] {
    if (limbs.length < 2) return limbs.map(({ of }) => of);
    const key = limbs.map(({ shift, of }) => `${of}<<${shift}`).join(' ');
    const known = this.#wide.get(key) ?? limbs.map((limb) => ({ ...limb, to: this.#count++ }));
    this.#wide.set(key, known);
    return known.map(({ to }) => to);
  }

  /** Position of an opened scalar. */
  reveal(scalar: number): number {
    let position = this.#positions.get(scalar);
    if (position === undefined) {
      position = this.#reveal.push(scalar) - 1;
      this.#positions.set(scalar, position);
    }
    return position;
  }

  /** Position that is 0 iff the scalar is: the scalar itself if it is opened anyway, else a masked zero test. */
  revealZeroTest(scalar: number): number {
    const known = this.#positions.get(scalar);
    if (known !== undefined) return known;
    const test = this.#once(`test ${scalar}`, (to) => {
      this.#tests.push({ of: scalar, to });
    });
    return this.reveal(test);
  }

  stage(operator: number, carryOperator: number): ResultStage {
    const numbers = [...this.#wide.values()].map((limbs) => ({ limbs }));
    return {
      scalars: this.#count,
      constants: this.#constants,
      ...(numbers.length === 0 ? {} : { normalize: { numbers, operator: carryOperator } }),
      tests: this.#tests,
      reveal: this.#reveal,
      operator,
    };
  }

  #once(key: string, make: (scalar: number) => void): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const scalar = this.#count++;
    this.#known.set(key, scalar);
    make(scalar);
    return scalar;
  }
}
