import { invariant, TacitError } from '../errors/tacit-error.ts';
import { type Circuit, NODE, NODE_WORDS, type Wire } from './circuit.ts';
import { PairTable } from './pair-table.ts';

const NONE = -1;

/**
 * Most wires of one circuit: a million gates take about a second to build and schedule, on the
 * thread that serves the peers, so that nobody may plan more than this.
 */
export const WIRES_MAX = 3_000_000;

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
  /** The XOR gate over two un-negated wires. */
  readonly #xors = new PairTable();
  /** The AND gate over two un-negated wires, whatever the signs of its operands. */
  readonly #ands = new PairTable();

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
      const from = wire * NODE_WORDS;
      const [kind, a, b] = [this.#nodes[from]!, this.#nodes[from + 1]!, this.#nodes[from + 2]!];
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
      const at = wire * NODE_WORDS;
      const kind = this.#nodes[at]!;
      if (kind === NODE.input) continue;
      needed[this.#nodes[at + 1]!] = 1;
      if (kind !== NODE.not) needed[this.#nodes[at + 2]!] = 1;
    }
    return needed;
  }

  #xorPlain(a: Wire, b: Wire): Wire {
    if (a === b) return this.zero;
    if (a === this.zero) return b;
    if (b === this.zero) return a;
    const cancelled = this.#cancel(a, b) ?? this.#cancel(b, a);
    if (cancelled !== undefined) return cancelled;
    const known = this.#xors.get(a, b);
    if (known !== undefined) return known as Wire;
    const depth = Math.max(this.#depths[a]!, this.#depths[b]!);
    const wire = this.#append(NODE.xor, Math.min(a, b), Math.max(a, b), depth);
    this.#xors.set(a, b, wire);
    return wire;
  }

  /** The other operand of `inner` if it is an XOR with `other`. */
  #cancel(inner: Wire, other: Wire): Wire | undefined {
    const at = inner * NODE_WORDS;
    if (this.#nodes[at] !== NODE.xor) return undefined;
    if (this.#nodes[at + 1] === other) return this.#nodes[at + 2] as Wire;
    if (this.#nodes[at + 2] === other) return this.#nodes[at + 1] as Wire;
    return undefined;
  }

  /** a & b where b is itself c & d or ~(c & d) and a is one of c, d, ~c, ~d. */
  #absorb(a: Wire, b: Wire): Wire | undefined {
    const negated = this.#isNot(b);
    const at = this.#positive(b) * NODE_WORDS;
    if (this.#nodes[at] !== NODE.and) return undefined;
    const c = this.#nodes[at + 1] as Wire;
    const d = this.#nodes[at + 2] as Wire;
    if (a === c) return negated ? this.and(a, this.not(d)) : b;
    if (a === d) return negated ? this.and(a, this.not(c)) : b;
    const opposite = this.#negations[a];
    if (opposite === c || opposite === d) return negated ? a : this.zero;
    return undefined;
  }

  #andGate(a: Wire, b: Wire): Wire {
    if (this.#positive(a) > this.#positive(b)) return this.#andGate(b, a);
    const known = this.#ands.get(this.#positive(a), this.#positive(b)) as Wire | undefined;
    if (known === undefined) {
      const depth = Math.max(this.#depths[a]!, this.#depths[b]!) + 1;
      const wire = this.#append(NODE.and, a, b, depth);
      this.#ands.set(this.#positive(a), this.#positive(b), wire);
      return wire;
    }
    const first = this.#nodes[known * NODE_WORDS + 1] as Wire;
    const second = this.#nodes[known * NODE_WORDS + 2] as Wire;
    if (first === a && second === b) return known;
    if (first === a) return this.xor(a, known);
    if (second === b) return this.xor(b, known);
    // ~c & ~d = ~(c ^ d ^ (c & d))
    return this.not(this.xor(this.xor(first, second), known));
  }

  #append(kind: number, a: number, b: number, depth: number): Wire {
    if (this.#count >= WIRES_MAX) throw tooLarge();
    if (this.#count === this.#depths.length) this.#grow();
    const wire = this.#count as Wire;
    const at = wire * NODE_WORDS;
    this.#nodes[at] = kind;
    this.#nodes[at + 1] = a;
    this.#nodes[at + 2] = b;
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

  #isNot(wire: Wire): boolean {
    return this.#nodes[wire * NODE_WORDS] === NODE.not;
  }

  #positive(wire: Wire): Wire {
    return this.#isNot(wire) ? (this.#negations[wire] as Wire) : wire;
  }

  #check(wire: Wire): void {
    if (!(wire >= 0 && wire < this.#count)) {
      invariant(false, `wire ${wire} is not of this builder`);
    }
  }
}

function tooLarge(): TacitError {
  return new TacitError(
    'SQL_TOO_LARGE',
    `the query needs a circuit of more than ${WIRES_MAX} gates; split it, or use narrower types and fewer divisions`,
  );
}
