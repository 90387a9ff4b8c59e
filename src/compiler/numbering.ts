import type { GuardStage, ResultStage } from '../program/program.ts';

/** Numbers the scalars, folds and relations of a program, and remembers public scalars, zero tests, guards and what is opened. */
export class Numbering {
  readonly #constants: { scalar: number; value: bigint }[] = [];
  readonly #guards: GuardStage['guards'][number][] = [];
  readonly #tests: { of: number; to: number }[] = [];
  readonly #reveal: number[] = [];
  /** Where in `#reveal` a scalar stands. */
  readonly #positions = new Map<number, number>();
  readonly #known = new Map<string, number>();
  #scalars = 0;
  #folds = 0;
  #relations = 0;

  scalar(): number {
    return this.#scalars++;
  }

  fold(): number {
    return this.#folds++;
  }

  relation(): number {
    return this.#relations++;
  }

  /** A public value. */
  constant(value: bigint): number {
    return this.#once(`constant ${value}`, (scalar) => {
      this.#constants.push({ scalar, value });
    });
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

  /** A fold of one bit that must be 0, and what is wrong if it is 1. */
  guard(fold: number, exceeded: string): void {
    this.#guards.push({ fold, exceeded });
  }

  get guards(): GuardStage['guards'] {
    return this.#guards;
  }

  /** The last step; `planes` are opened of a relation. */
  results(operator: number, planes?: ResultStage['planes']): ResultStage {
    return {
      scalars: this.#scalars,
      folds: this.#folds,
      relations: this.#relations,
      constants: this.#constants,
      tests: this.#tests,
      reveal: this.#reveal,
      ...(planes === undefined ? {} : { planes }),
      operator,
    };
  }

  #once(key: string, make: (scalar: number) => void): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const scalar = this.scalar();
    this.#known.set(key, scalar);
    make(scalar);
    return scalar;
  }
}
