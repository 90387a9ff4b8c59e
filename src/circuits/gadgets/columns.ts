import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { majority } from './carry.ts';

/**
 * A sum of wires with binary weights: column k holds the wires of weight 2^k, and the constant is
 * added modulo 2^width. The carry-save form in which products, scalings and counts are collected.
 */
export class Columns {
  readonly #b: CircuitBuilder;
  readonly #columns: Wire[][];
  #constant = 0n;

  constructor(b: CircuitBuilder, width: number) {
    this.#b = b;
    this.#columns = Array.from({ length: width }, () => []);
  }

  get width(): number {
    return this.#columns.length;
  }

  /** Adds wire * 2^weight; what lies beyond the width is dropped. */
  add(wire: Wire, weight: number): void {
    this.#columns[weight]?.push(wire);
  }

  /** Subtracts wire * 2^weight, as ~wire * 2^weight - 2^weight. */
  subtract(wire: Wire, weight: number): void {
    this.add(this.#b.not(wire), weight);
    this.#constant -= 1n << BigInt(weight);
  }

  /**
   * Compresses every column to at most `height` (1 or 2) wires with the fewest ANDs: 3:2 counters
   * of one AND each, low columns first, earliest wires first. Carries ripple, so that the depth is
   * about the width. With height 1 the last two wires of a column cost one more AND. Missing wires
   * are zero.
   */
  compress(height: 1 | 2): [x: Wire[], y: Wire[]] {
    this.#columns.forEach((_, weight) => {
      const column = this.#settle(weight);
      while (column.length > height) {
        column.sort((p, q) => this.#b.depth(q) - this.#b.depth(p) || q - p);
        this.#count(weight, column.splice(-3)).forEach((wire, i) => {
          if (i === 0) column.push(wire);
          else this.add(wire, weight + 1);
        });
      }
      this.#columns[weight] = column;
    });
    return this.#rows();
  }

  /**
   * Compresses every column to at most 2 wires in about log2 of the highest column layers and with
   * few more ANDs than `compress`. As in Dadda's trees (1965) each layer brings all columns below a
   * common height, but sums cost no depth here, so that the heights are 2, 3, 5, 9, 17, ... instead
   * of 2, 3, 4, 6, 9, ...
   */
  compressShallow(): [x: Wire[], y: Wire[]] {
    this.#columns.forEach((_, weight) => {
      this.#columns[weight] = this.#settle(weight);
    });
    const highest = Math.max(2, ...this.#columns.map((column) => column.length));
    const targets = [2];
    while (targets[0]! < highest) targets.unshift(2 * targets[0]! - 1);
    for (const target of targets.slice(1)) this.#layer(target);
    return this.#rows();
  }

  /**
   * One layer of counters; their carries count for the height of the next column but are not read
   * yet.
   */
  #layer(target: number): void {
    let carries: Wire[] = [];
    this.#columns.forEach((column, weight) => {
      const next: Wire[] = [];
      while (column.length + carries.length > target) {
        const excess = column.length + carries.length - target;
        const [sum, carry] = this.#count(weight, column.splice(0, excess === 1 ? 2 : 3));
        column.push(sum!);
        if (carry !== undefined) next.push(carry);
      }
      column.push(...carries);
      carries = next;
    });
  }

  /** Sum and, unless it lies beyond the width, carry of two or three wires. */
  #count(weight: number, [x, y, z = this.#b.zero]: readonly Wire[]): Wire[] {
    const sum = this.#b.xor(this.#b.xor(x!, y!), z);
    if (weight + 1 === this.#columns.length) return [sum];
    const byDepth = [x!, y!, z].sort((p, q) => this.#b.depth(p) - this.#b.depth(q));
    return [sum, majority(this.#b, byDepth[0]!, byDepth[1]!, byDepth[2]!)];
  }

  #rows(): [x: Wire[], y: Wire[]] {
    const row = (i: number) => this.#columns.map((column) => column[i] ?? this.#b.zero);
    return [row(0), row(1)];
  }

  /**
   * A column without constants and repeated wires: 2w moves up as w, and w + ~w = 1 is a constant.
   */
  #settle(weight: number): Wire[] {
    const column = new Set<Wire>();
    for (const wire of this.#columns[weight]!) {
      if (wire === this.#b.zero) continue;
      if (wire === this.#b.one) this.#constant += 1n << BigInt(weight);
      else if (column.delete(this.#b.not(wire))) this.#constant += 1n << BigInt(weight);
      else if (column.delete(wire)) this.add(wire, weight + 1);
      else column.add(wire);
    }
    const settled = [...column];
    if ((this.#constant >> BigInt(weight)) & 1n) settled.push(this.#b.one);
    return settled;
  }
}
