import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { type AdderShape, addBits, majority } from '../../circuits/gadgets/carry.ts';
import { type CompareShape, lessThan } from '../../circuits/gadgets/compare.ts';
import { Shapes } from '../../circuits/gadgets/shapes.ts';
import type { NetworkProfile } from '../../planner/network.ts';

/** The words of a row, or of neighbouring rows, and of those next to them on one side. */
export interface Neighbours {
  readonly own: readonly Wire[];
  readonly other: readonly Wire[];
  /** Whether the others belong to the segment of the own ones; if not, the result is `own`. */
  readonly joined: Wire;
  /** Whether the others come before the own ones. */
  readonly otherIsFirst: boolean;
}

/** An associative operation on words of rows of one segment. */
export interface Operation {
  /** The same for equal operations. */
  readonly key: string;
  /** The word of a value, and the value of a word. */
  readonly pack: (b: CircuitBuilder, value: readonly Wire[]) => readonly Wire[];
  readonly unpack: (b: CircuitBuilder, word: readonly Wire[]) => readonly Wire[];
  readonly combine: (b: CircuitBuilder, sides: Neighbours) => readonly Wire[];
  /** The same on values, and the bits of a word of a value's bits; absent: words are values. */
  readonly plain?: Operation;
  readonly wordWidth?: number;
}

const PLAIN = {
  pack: (_: CircuitBuilder, value: readonly Wire[]) => value,
  unpack: (_: CircuitBuilder, word: readonly Wire[]) => word,
};

/** Of each pair of neighbours the first, or the last. 1 AND per bit on one side, none on the other. */
export function endOperation(end: 'first' | 'last'): Operation {
  return {
    ...PLAIN,
    key: end,
    combine: (b, { own, other, joined, otherIsFirst }) => {
      if (otherIsFirst !== (end === 'first')) return own;
      return own.map((bit, k) => b.mux(joined, other[k] ?? b.zero, bit));
    },
  };
}

/** Bit by bit OR; 2 ANDs per bit. */
export const OR: Operation = {
  ...PLAIN,
  key: 'or',
  combine: (b, { own, other, joined }) =>
    own.map((bit, k) => b.or(bit, b.and(joined, other[k] ?? b.zero))),
};

/** The one word of a segment that is not 0; 1 AND per bit. */
export const PICK: Operation = {
  ...PLAIN,
  key: 'pick',
  combine: (b, { own, other, joined }) =>
    own.map((bit, k) => b.xor(bit, b.and(joined, other[k] ?? b.zero))),
};

/** The greatest of unsigned numbers; a comparison and 1 AND per bit. */
export function greatestOperation(shape: CompareShape): Operation {
  return {
    ...PLAIN,
    key: 'greatest',
    combine: (b, { own, other, joined }) => {
      const [x, y] = [own, other].map((bits) => ({ bits, signed: false }));
      const takes = x && y ? b.and(joined, lessThan(b, x, y, shape)) : b.zero;
      return own.map((bit, k) => b.mux(takes, other[k] ?? b.zero, bit));
    },
  };
}

/** The sum modulo 2^width; an adder and 1 AND per bit. */
export function sumOperation(shape: AdderShape): Operation {
  return {
    ...PLAIN,
    key: `sum ${shape}`,
    combine: (b, { own, other, joined }) => {
      const taken = other.map((bit) => b.and(joined, bit));
      return addBits(b, own, taken, shape);
    },
  };
}

/**
 * The sum modulo 2^width as two numbers, so that no carry runs: twice as many ANDs as by ripple, but depth 3. A word is the first number and
 * then the second without its lowest bit, which is always 0.
 */
export function carrySaveOperation(width: number, shape: AdderShape): Operation {
  const split = (b: CircuitBuilder, word: readonly Wire[]) => {
    return [word.slice(0, width), [b.zero, ...word.slice(width)]] as const;
  };
  return {
    key: `carries ${width}`,
    plain: sumOperation(shape),
    wordWidth: 2 * width - 1,
    pack: (b, value) => [...value, ...value.slice(1).map(() => b.zero)],
    unpack: (b, word) => addBits(b, ...split(b, word), shape),
    combine: (b, { own, other, joined }) => {
      const taken = other.map((bit) => b.and(joined, bit));
      const [x, y] = split(b, own);
      const [u, v] = split(b, taken);
      const [sum, carry] = compress(b, x, y, u);
      const [low, high] = compress(b, sum, carry, v);
      return [...low, ...high.slice(1)];
    },
  };
}

/** Several operations at a time, each on its bits of a word. */
export function tupleOperation(
  parts: readonly { readonly operation: Operation; readonly width: number }[],
): Operation {
  const operations = parts.map(({ operation }) => operation);
  const values = parts.map(({ width }) => width);
  const words = parts.map(({ operation, width }) => operation.wordWidth ?? width);
  const all = (
    of: (operation: Operation, bits: readonly Wire[]) => readonly Wire[],
    bits: readonly Wire[],
    widths: readonly number[],
  ) => {
    const split = pieces(bits, widths);
    return operations.flatMap((operation, k) => of(operation, split[k] ?? []));
  };
  const plain = parts.map(({ operation, width }) => ({
    operation: operation.plain ?? operation,
    width,
  }));
  return {
    key: parts.map(({ operation, width }) => `${operation.key} of ${width}`).join(', '),
    pack: (b, value) => all((operation, bits) => operation.pack(b, bits), value, values),
    unpack: (b, word) => all((operation, bits) => operation.unpack(b, bits), word, words),
    combine: (b, { own, other, joined, otherIsFirst }) => {
      const [owns, others] = [pieces(own, words), pieces(other, words)];
      return operations.flatMap((operation, k) => {
        const sides = { own: owns[k] ?? [], other: others[k] ?? [], joined, otherIsFirst };
        return operation.combine(b, sides);
      });
    },
    ...(operations.every((operation) => operation.plain === undefined)
      ? {}
      : { plain: tupleOperation(plain), wordWidth: words.reduce((sum, width) => sum + width, 0) }),
  };
}

/** Wires cut into pieces of the given widths. */
export function pieces(wires: readonly Wire[], widths: readonly number[]): (readonly Wire[])[] {
  let at = 0;
  return widths.map((width) => {
    at += width;
    return wires.slice(at - width, at);
  });
}

/** x + y + z as two numbers, modulo 2^n. */
function compress(
  b: CircuitBuilder,
  x: readonly Wire[],
  y: readonly Wire[],
  z: readonly Wire[],
): [Wire[], Wire[]] {
  const at = (wires: readonly Wire[], k: number) => wires[k] ?? b.zero;
  const sum = x.map((bit, k) => b.xor(b.xor(bit, at(y, k)), at(z, k)));
  const carry = x.slice(0, -1).map((bit, k) => majority(b, bit, at(y, k), at(z, k)));
  return [sum, [b.zero, ...carry]];
}

/** Operations in the shapes that suit scans over a number of rows on a network. */
export class ScanOperations {
  readonly #scans: Shapes;
  /** For circuits over all rows at once. */
  readonly #rows: Shapes;

  constructor(network: NetworkProfile, rows: number) {
    // A scan combines each row about twice, in two levels for each bit of their number.
    const levels = Math.max(1, Math.ceil(Math.log2(rows)));
    this.#scans = new Shapes(network, Math.ceil(rows / levels));
    this.#rows = new Shapes(network, rows);
  }

  sum(width: number): Operation {
    return this.#scans.cheapest([
      { shape: sumOperation('ripple'), ands: 2 * width, depth: width },
      {
        shape: carrySaveOperation(width, this.#rows.adder(width)),
        ...{ ands: 4 * width, depth: 3 },
      },
    ]);
  }

  /** Of numbers of this width. */
  greatest(width: number): Operation {
    return greatestOperation(this.#scans.compare(width));
  }
}
