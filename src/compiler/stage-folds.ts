import { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit, Wire } from '../circuits/circuit.ts';
import { Columns } from '../circuits/gadgets/columns.ts';
import { lessThan } from '../circuits/gadgets/compare.ts';
import { inputNumber } from '../circuits/gadgets/numbers.ts';
import { select } from '../circuits/gadgets/select.ts';
import { Shapes } from '../circuits/gadgets/shapes.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { Fold } from '../program/program.ts';
import type { Numbering } from './numbering.ts';
import type { StageOutputs } from './stage-outputs.ts';

interface Items {
  readonly combine: Circuit;
  readonly width: number;
  readonly list: { readonly outputs: readonly number[]; readonly to: number }[];
}

/** The folds of one stage over its rows; words of one kind and width travel together, equal ones are folded once. */
export class StageFolds {
  readonly #numbering: Numbering;
  readonly #outputs: StageOutputs;
  readonly #network: NetworkProfile;
  readonly #rows: number;
  readonly #kinds = new Map<string, Items>();
  readonly #known = new Map<string, number>();

  constructor(numbering: Numbering, outputs: StageOutputs, network: NetworkProfile, rows: number) {
    this.#numbering = numbering;
    this.#outputs = outputs;
    this.#network = network;
    this.#rows = rows;
  }

  /** Whether a bit is 1 in some row. */
  some(wire: Wire): number {
    return this.#fold('or', [wire], orCircuit);
  }

  /** The greatest of the words as unsigned numbers (LSB first); 0 without rows. */
  greatest(word: readonly Wire[]): number {
    return this.#fold('max', word, () => maxCircuit(word.length, this.#network, this.#rows));
  }

  /** The sum of the numbers (LSB first, modulo 2^width) as two words, the one after the other, which are still to be added. */
  sum(number: readonly Wire[], zero: Wire): number {
    const { length } = number;
    return this.#fold('sum', [...number, ...number.map(() => zero)], () => sumCircuit(length));
  }

  /** Bits of all words together. */
  get bits(): number {
    return [...this.#kinds.values()].reduce((sum, { width, list }) => sum + width * list.length, 0);
  }

  folds(operator: number): Fold[] {
    return [...this.#kinds.values()].map(({ combine, width, list }) => {
      return { combine, width, identity: 0n, items: list, operator };
    });
  }

  #fold(kind: string, word: readonly Wire[], combine: () => Circuit): number {
    const key = `${kind} ${word.join(' ')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const to = this.#numbering.fold();
    this.#known.set(key, to);
    const group = `${kind} ${word.length}`;
    const items = this.#kinds.get(group) ?? { combine: combine(), width: word.length, list: [] };
    this.#kinds.set(group, items);
    items.list.push({ outputs: word.map((wire) => this.#outputs.of(wire)), to });
    return to;
  }
}

/** The fold of bits that says whether one of them is 1. */
export function orCircuit(): Circuit {
  const b = new CircuitBuilder();
  return b.build([b.or(b.input(), b.input())]);
}

/** Two sums in carry-save form to one, in two layers. */
function sumCircuit(width: number): Circuit {
  const b = new CircuitBuilder();
  const columns = new Columns(b, width);
  for (let word = 0; word < 4; word++) {
    for (let weight = 0; weight < width; weight++) columns.add(b.input(), weight);
  }
  return b.build(columns.compressShallow().flat());
}

/** Halving rows, a fold compares as many pairs as there are rows, in about log2 of them rounds of comparisons. */
function maxCircuit(width: number, network: NetworkProfile, rows: number): Circuit {
  const b = new CircuitBuilder();
  const encoding = { width, signed: false };
  const [x, y] = [inputNumber(b, encoding), inputNumber(b, encoding)];
  const pairs = Math.ceil(rows / Math.max(1, Math.log2(rows)));
  const isLess = lessThan(b, x, y, new Shapes(network, pairs).compare(width));
  return b.build(select(b, isLess, y, x, encoding).bits);
}
