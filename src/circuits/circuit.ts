/** Index of a node in a circuit; nodes are numbered in topological order. */
export type Wire = number & { readonly __wire: never };

/**
 * A Boolean circuit over whole columns of bits, as plain data. `nodes` holds three numbers per node
 * [kind, a, b]: a 0 input (a = input number), 1 xor, 2 not (b unused = 0), 3 and, 4 constant
 * (a = 0 or 1). An input that nothing reads need not have a node.
 * Rows are SIMD lanes: every wire is a plane with one bit per row.
 */
export interface Circuit {
  readonly inputs: number;
  readonly nodes: Int32Array;
  readonly outputs: readonly Wire[];
}

export const NODE = { input: 0, xor: 1, not: 2, and: 3, constant: 4 } as const;
export const NODE_WORDS = 3;

/**
 * A circuit laid out for execution: `layers[k].code` are XOR/NOT operations and constants (words
 * [op, dst, a, b] of Kernels.evalGates) that become computable before AND layer k, followed by the
 * local AND terms of that layer, whose results occupy the `ands` consecutive slots from `firstSlot`
 * and travel in one message; the slots that these ANDs read keep their contents until it is sent.
 * `tail` are the local operations after the last layer. Slots are reused when their wire is dead,
 * also by the very XOR or NOT that reads it last, so dst may equal a or b there.
 */
export interface Schedule {
  readonly slots: number;
  /** inputSlots[i] is where input i must be loaded (-1: never read). */
  readonly inputSlots: Int32Array;
  readonly layers: readonly {
    readonly code: Int32Array;
    readonly ands: number;
    readonly firstSlot: number;
  }[];
  readonly tail: Int32Array;
  readonly outputSlots: Int32Array;
}

/** Exact cost of a circuit per row: AND gates, and AND gates of each depth layer in order. */
export interface CircuitCost {
  readonly ands: number;
  readonly layers: readonly number[];
}
