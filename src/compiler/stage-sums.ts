import type { Reduction, WideNumber } from '../program/program.ts';
import type { Numbering } from './numbering.ts';

/** The sums of one stage over its rows; what is asked for twice is summed once. */
export class StageSums {
  readonly reductions: Reduction[] = [];
  readonly #numbering: Numbering;
  readonly #known = new Map<string, number>();
  readonly #wide = new Map<string, WideNumber['limbs']>();

  constructor(numbering: Numbering) {
    this.#numbering = numbering;
  }

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

  /**
   * The scalars to read of a number in several limbs: its digits, which depend on the number alone; a single limb is its
   * own digit.
   */
  digits(limbs: readonly { readonly shift: number; readonly of: number }[]): number[] {
    if (limbs.length < 2) return limbs.map(({ of }) => of);
    const key = limbs.map(({ shift, of }) => `${of}<<${shift}`).join(' ');
    const known =
      this.#wide.get(key) ?? limbs.map((limb) => ({ ...limb, to: this.#numbering.scalar() }));
    this.#wide.set(key, known);
    return known.map(({ to }) => to);
  }

  /** Numbers whose digits must be made after the sums. */
  get wide(): WideNumber[] {
    return [...this.#wide.values()].map((limbs) => ({ limbs }));
  }

  #once(key: string, make: (scalar: number) => void): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const scalar = this.#numbering.scalar();
    this.#known.set(key, scalar);
    make(scalar);
    return scalar;
  }
}
