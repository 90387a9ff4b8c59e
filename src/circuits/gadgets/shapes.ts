import { CircuitBuilder } from '../builder.ts';
import type { CircuitCost, Wire } from '../circuit.ts';
import { circuitCost } from '../cost.ts';
import { type AdderShape, addBits } from './carry.ts';
import { type CompareShape, lessThan } from './compare.ts';
import { inputNumber } from './numbers.ts';

/** What a layer of ANDs has to wait for. */
export interface NetworkEstimate {
  readonly roundTripSeconds: number;
  readonly bytesPerSecond: number;
}

/** ANDs per row and layers of a circuit, exact or estimated. */
export interface ShapeCost {
  readonly ands: number;
  readonly depth: number;
}

/** A way to compute something, and what it costs. */
export interface Candidate<Shape> extends ShapeCost {
  readonly shape: Shape;
}

const COMPARISONS: readonly CompareShape[] = ['ripple', { block: 16 }, { block: 8 }, { block: 4 }];
const ADDERS: readonly AdderShape[] = ['ripple', 'prefix'];

/** What an AND of one row takes a party to compute, to send and to verify, apart from the network. */
export const AND_SECONDS = 3e-9;

/**
 * Chooses the shape of every gadget for a number of rows on a network, by one rule: the soonest
 * done, at one bit and some nanoseconds per AND, row and party and half a round trip per layer; ties go to the first.
 */
export class Shapes {
  readonly #network: NetworkEstimate;
  readonly #rows: number;
  readonly #comparisons = new Map<number, CompareShape>();
  readonly #adders = new Map<number, AdderShape>();

  constructor(network: NetworkEstimate, rows: number) {
    this.#network = network;
    this.#rows = rows;
  }

  /** Seconds until the circuit is done. */
  seconds({ ands, depth }: ShapeCost): number {
    const { bytesPerSecond, roundTripSeconds } = this.#network;
    const perAnd = 1 / (8 * bytesPerSecond) + AND_SECONDS;
    return ands * this.#rows * perAnd + (depth * roundTripSeconds) / 2;
  }

  /** The soonest of the candidates, of which there is one at least. */
  cheapest<const Shape>(candidates: readonly [Candidate<Shape>, ...Candidate<Shape>[]]): Shape {
    let [best] = candidates;
    for (const candidate of candidates) {
      if (this.seconds(candidate) < this.seconds(best)) best = candidate;
    }
    return best.shape;
  }

  /** For x < y of this width, by exact costs. */
  compare(width: number): CompareShape {
    return this.#known(this.#comparisons, width, COMPARISONS, (b, shape) => {
      const number = () => inputNumber(b, { width, signed: false });
      return [lessThan(b, number(), number(), shape)];
    });
  }

  /** For x + y of this width, by exact costs. */
  adder(width: number): AdderShape {
    return this.#known(this.#adders, width, ADDERS, (b, shape) => {
      const word = () => Array.from({ length: width }, () => b.input());
      return addBits(b, word(), word(), shape);
    });
  }

  /** For x * y of these widths. */
  multiplier(left: number, right: number): AdderShape {
    return this.cheapest([
      { shape: 'ripple', ...productCost(left, right, 'ripple') },
      { shape: 'prefix', ...productCost(left, right, 'prefix') },
    ]);
  }

  #known<Shape>(
    known: Map<number, Shape>,
    width: number,
    shapes: readonly Shape[],
    build: (b: CircuitBuilder, shape: Shape) => Wire[],
  ): Shape {
    const found = known.get(width);
    if (found !== undefined) return found;
    const [first, ...rest] = shapes.map((shape) => {
      const b = new CircuitBuilder();
      return { shape, ...summary(circuitCost(b.build(build(b, shape)))) };
    });
    if (first === undefined) throw new RangeError('no shape to choose from');
    const chosen = this.cheapest([first, ...rest]);
    known.set(width, chosen);
    return chosen;
  }
}

function summary({ ands, layers }: CircuitCost): ShapeCost {
  return { ands, depth: layers.length };
}

/** A product of two numbers, estimated (see `multiply`): within 10 % of its ANDs and 2 layers. */
export function productCost(left: number, right: number, shape: AdderShape): ShapeCost {
  const least = 2 * left * right - Math.max(left, right);
  if (shape === 'ripple') return { ands: least, depth: left + right - 1 };
  const sum = sumCost(left + right, 'prefix');
  return {
    ands: least + sum.ands - left - right,
    depth: 1 + treeDepth(Math.min(left, right)) + sum.depth,
  };
}

/** A sum of two numbers, estimated within a few per cent. */
export function sumCost(width: number, shape: AdderShape): ShapeCost {
  if (shape === 'ripple' || width < 2) return { ands: width, depth: width };
  const levels = Math.ceil(Math.log2(width));
  return { ands: width * levels, depth: 1 + levels };
}

/** Layers of carry-save adders from `height` summands to two (see `Columns.compressShallow`). */
export function treeDepth(height: number): number {
  return height <= 2 ? 0 : Math.ceil(Math.log2(height - 1));
}
