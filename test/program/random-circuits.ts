import { CircuitBuilder } from '../../src/circuits/builder.ts';
import type { Circuit, Wire } from '../../src/circuits/circuit.ts';
import { lessThan } from '../../src/circuits/gadgets/compare.ts';
import type { Fold } from '../../src/program/program.ts';
import type { Rng } from '../oracle/rng.ts';

/** Random gates over a number of inputs. */
export class Gates {
  readonly #b = new CircuitBuilder();
  readonly #rng: Rng;
  readonly #wires: Wire[];

  constructor(rng: Rng, inputs: number) {
    this.#rng = rng;
    const { zero, one } = this.#b;
    this.#wires = [zero, one, ...Array.from({ length: inputs }, () => this.#b.input())];
  }

  circuit(gates: number, outputs: number): Circuit {
    const [b, rng, wires] = [this.#b, this.#rng, this.#wires];
    for (let gate = gates; gate > 0; gate--) {
      const [x, y] = [rng.pick(wires), rng.pick(wires)];
      wires.push(
        rng.pick([() => b.and(x, y), () => b.and(x, y), () => b.xor(x, y), () => b.not(x)])(),
      );
    }
    const recent = () => wires[wires.length - 1 - rng.below(5)] ?? b.one;
    return b.build(
      Array.from({ length: outputs }, () => (rng.chance(0.5) ? recent() : rng.pick(wires))),
    );
  }
}

type Kind = 'min' | 'max' | 'or' | 'xor' | 'second';

/** An associative and commutative circuit on words of `width` bits, and its identity. */
export function foldOf(kind: Kind, width: number): Pick<Fold, 'combine' | 'identity' | 'width'> {
  const b = new CircuitBuilder();
  const word = () => Array.from({ length: width }, () => b.input());
  const [x, y] = [word(), word()];
  const number = (bits: readonly Wire[]) => ({ bits, signed: false });
  const ones = (1n << BigInt(width)) - 1n;
  const pick = (condition: Wire) => x.map((bit, k) => b.mux(condition, bit, y[k] ?? b.zero));
  const outputs = {
    min: () => pick(lessThan(b, number(x), number(y), { block: 4 })),
    max: () => pick(lessThan(b, number(y), number(x), 'ripple')),
    or: () => x.map((bit, k) => b.or(bit, y[k] ?? b.zero)),
    xor: () => x.map((bit, k) => b.xor(bit, y[k] ?? b.zero)),
    // The identity of all: everything is forgotten.
    second: () => x.map(() => b.one),
  }[kind]();
  const identity = kind === 'min' || kind === 'second' ? ones : 0n;
  return { combine: b.build(outputs), width, identity };
}

/** Up to two folds over the outputs of a circuit; `folds` gets the width of each of their items. */
export function randomFolds(rng: Rng, outputs: number, folds: number[], operator: number): Fold[] {
  return Array.from({ length: rng.below(3) }, (_, k) => {
    const width = rng.pick([1, 2, 5, 13]);
    const kind = rng.pick<Kind>(['min', 'max', 'or', 'xor', 'second']);
    const items = Array.from({ length: rng.pick([1, 2, 3, 17]) }, () => ({
      outputs: Array.from({ length: width }, () => rng.below(outputs)),
      to: folds.push(width) - 1,
    }));
    return { ...foldOf(kind, width), items, operator: operator + k };
  });
}
