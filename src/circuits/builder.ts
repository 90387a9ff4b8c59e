import { invariant } from '../errors/tacit-error.ts';
import { type Circuit, NODE, NODE_WORDS, type Wire } from './circuit.ts';

const NONE = -1;
/** Wires fit in 26 bits, so that a pair of them is an exact number. */
const WIRES_MAX = 2 ** 26;

/**
 * Builds circuits with hash-consing and constant folding: equal gates are one gate, gates with
 * public constants are free. `depth(wire)` counts ANDs on the longest path.
 *
 * Normal form: XOR operands are never negated (a NOT moves behind the XOR) and the smaller wire
 * comes first. Of the four ANDs over the same two wires and their negations only the first asked
 * for is a gate; the others are XORs of it, because ~a & b = b ^ (a & b). The builder itself is
 * plain data handling: gates that no output needs are dropped by `build`.
 */
export class CircuitBuilder {
  readonly zero: Wire = 0 as Wire;
  readonly one: Wire = 1 as Wire;
  #count = 0;
  #inputs = 0;
  /**
   * Per wire: kind, a, b. Wire 1 is stored as NOT of wire 0, so that negation needs no special
   * case.
   */
  #nodes = new Int32Array(1024 * NODE_WORDS);
  #depths = new Int32Array(1024);
  /** The negation of a wire, if it exists already. */
  #negations = new Int32Array(1024).fill(NONE);
  readonly #xors = new Map<number, Wire>();
  /** The AND gate over two un-negated wires, whatever the signs of its operands. */
  readonly #ands = new Map<number, Wire>();

  constructor() {
    this.#append(NODE.constant, 0, 0, 0);
    this.not(this.zero);
  }

  /** A new input; inputs are numbered in the order of these calls. */
  input(): Wire {
    const wire = this.#append(NODE.input, this.#inputs, 0, 0);
    this.#inputs += 1;
    return wire;
  }

  constant(bit: 0 | 1): Wire {
    return bit === 1 ? this.one : this.zero;
  }

  /** ~a. Free of communication. */
  not(a: Wire): Wire {
    this.#check(a);
    const known = this.#negations[a]!;
    if (known !== NONE) return known as Wire;
    const wire = this.#append(NODE.not, a, 0, this.#depths[a]!);
    this.#negations[a] = wire;
    this.#negations[wire] = a;
    return wire;
  }

  /** a ^ b. Free of communication. */
  xor(a: Wire, b: Wire): Wire {
    this.#check(a);
    this.#check(b);
    const plain = this.#xorPlain(this.#positive(a), this.#positive(b));
    return this.#isNot(a) === this.#isNot(b) ? plain : this.not(plain);
  }

  /** a & b: one bit of traffic per party and row, one round. */
  and(a: Wire, b: Wire): Wire {
    this.#check(a);
    this.#check(b);
    if (a === b || b === this.one) return a;
    if (a === this.one) return b;
    if (a === this.zero || b === this.zero || this.#negations[a] === b) return this.zero;
    return this.#absorb(a, b) ?? this.#absorb(b, a) ?? this.#andGate(a, b);
  }

  /** a | b as one AND. */
  or(a: Wire, b: Wire): Wire {
    return this.not(this.and(this.not(a), this.not(b)));
  }

  /** condition ? a : b as one AND. */
  mux(condition: Wire, a: Wire, b: Wire): Wire {
    if (this.#isNot(condition)) return this.mux(this.not(condition), b, a);
    return this.xor(b, this.and(condition, this.xor(a, b)));
  }

  /** ANDs on the longest path from an input to the wire. */
  depth(wire: Wire): number {
    this.#check(wire);
    return this.#depths[wire]!;
  }

  /**
   * The circuit that computes `outputs` (repeated wires, inputs and constants allowed), without
   * gates that none of them needs. Inputs keep their numbers; those not needed have no node.
   */
  build(outputs: readonly Wire[]): Circuit {
    const needed = this.#reach(outputs);
    const renamed = new Int32Array(this.#count);
    let next = 0;
    for (let wire = 0; wire < this.#count; wire += 1)
      if (needed[wire] === 1) renamed[wire] = next++;
    const nodes = new Int32Array(next * NODE_WORDS);
    for (let wire = 0; wire < this.#count; wire += 1) {
      if (needed[wire] === 0) continue;
      const { kind, a, b } = this.#nodeAt(wire);
      const at = renamed[wire]! * NODE_WORDS;
      const gate = kind !== NODE.input && kind !== NODE.constant && wire !== this.one;
      nodes[at] = wire === this.one ? NODE.constant : kind;
      nodes[at + 1] = gate ? renamed[a]! : wire === this.one ? 1 : a;
      nodes[at + 2] = kind === NODE.xor || kind === NODE.and ? renamed[b]! : 0;
    }
    return { inputs: this.#inputs, nodes, outputs: outputs.map((wire) => renamed[wire] as Wire) };
  }

  /** Marks the wires that the outputs depend on. */
  #reach(outputs: readonly Wire[]): Uint8Array {
    const needed = new Uint8Array(this.#count);
    for (const wire of outputs) {
      this.#check(wire);
      needed[wire] = 1;
    }
    for (let wire = this.#count - 1; wire > this.one; wire -= 1) {
      if (needed[wire] === 0) continue;
      const { kind, a, b } = this.#nodeAt(wire);
      if (kind === NODE.input) continue;
      needed[a] = 1;
      if (kind !== NODE.not) needed[b] = 1;
    }
    return needed;
  }

  #xorPlain(a: Wire, b: Wire): Wire {
    if (a === b) return this.zero;
    if (a === this.zero) return b;
    if (b === this.zero) return a;
    for (const [inner, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const node = this.#nodeAt(inner);
      if (node.kind !== NODE.xor) continue;
      if (node.a === other) return node.b as Wire;
      if (node.b === other) return node.a as Wire;
    }
    const key = pairKey(a, b);
    const known = this.#xors.get(key);
    if (known !== undefined) return known;
    const depth = Math.max(this.#depths[a]!, this.#depths[b]!);
    const wire = this.#append(NODE.xor, Math.min(a, b), Math.max(a, b), depth);
    this.#xors.set(key, wire);
    return wire;
  }

  /** a & b where b is itself c & d or ~(c & d) and a is one of c, d, ~c, ~d. */
  #absorb(a: Wire, b: Wire): Wire | undefined {
    const negated = this.#isNot(b);
    const inner = this.#nodeAt(this.#positive(b));
    if (inner.kind !== NODE.and) return undefined;
    const [c, d] = [inner.a as Wire, inner.b as Wire];
    if (a === c) return negated ? this.and(a, this.not(d)) : b;
    if (a === d) return negated ? this.and(a, this.not(c)) : b;
    const opposite = this.#negations[a];
    if (opposite === c || opposite === d) return negated ? a : this.zero;
    return undefined;
  }

  #andGate(a: Wire, b: Wire): Wire {
    if (this.#positive(a) > this.#positive(b)) return this.#andGate(b, a);
    const key = pairKey(this.#positive(a), this.#positive(b));
    const known = this.#ands.get(key);
    if (known === undefined) {
      const depth = Math.max(this.#depths[a]!, this.#depths[b]!) + 1;
      const wire = this.#append(NODE.and, a, b, depth);
      this.#ands.set(key, wire);
      return wire;
    }
    const gate = this.#nodeAt(known);
    if (gate.a === a && gate.b === b) return known;
    if (gate.a === a) return this.xor(a, known);
    if (gate.b === b) return this.xor(b, known);
    // ~c & ~d = ~(c ^ d ^ (c & d))
    return this.not(this.xor(this.xor(gate.a as Wire, gate.b as Wire), known));
  }

  #append(kind: number, a: number, b: number, depth: number): Wire {
    invariant(this.#count < WIRES_MAX, `a circuit has more than ${WIRES_MAX} wires`);
    if (this.#count === this.#depths.length) this.#grow();
    const wire = this.#count as Wire;
    this.#nodes.set([kind, a, b], wire * NODE_WORDS);
    this.#depths[wire] = depth;
    this.#count += 1;
    return wire;
  }

  #grow(): void {
    const size = 2 * this.#depths.length;
    const [nodes, depths, negations] = [this.#nodes, this.#depths, this.#negations];
    this.#nodes = new Int32Array(size * NODE_WORDS);
    this.#nodes.set(nodes);
    this.#depths = new Int32Array(size);
    this.#depths.set(depths);
    this.#negations = new Int32Array(size).fill(NONE);
    this.#negations.set(negations);
  }

  #nodeAt(wire: number): { kind: number; a: number; b: number } {
    const at = wire * NODE_WORDS;
    return { kind: this.#nodes[at]!, a: this.#nodes[at + 1]!, b: this.#nodes[at + 2]! };
  }

  #isNot(wire: Wire): boolean {
    return this.#nodes[wire * NODE_WORDS] === NODE.not;
  }

  #positive(wire: Wire): Wire {
    return this.#isNot(wire) ? (this.#negations[wire] as Wire) : wire;
  }

  #check(wire: Wire): void {
    invariant(wire >= 0 && wire < this.#count, `wire ${wire} is not of this builder`);
  }
}

function pairKey(a: Wire, b: Wire): number {
  return Math.min(a, b) * WIRES_MAX + Math.max(a, b);
}
