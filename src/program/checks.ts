/**
 * Shapes of the verification of batches (PROTOCOLS 4.1, A7): pure functions of public sizes, used by the check itself and by the
 * exact cost of a program.
 */

/** A batch is closed when it holds so many AND gates ... */
export const AND_BATCH_GATES = 1 << 25;
/** ... or would hold more products than this. */
export const PRODUCT_BATCH = 1 << 20;
/** Most variables of the bit-sliced first level of AND gates. */
const BIT_VARIABLES_MAX = 6;

export type CheckKind = 'and' | 'product';

/** Sizes of one check. */
export interface CheckShape {
  readonly kind: CheckKind;
  /** Bytes of a column of AND operands, or number of products' entries. */
  readonly size: number;
  /** AND gates: variables k of the first level, which takes 2^k words of 64 gates together; 0 for products. */
  readonly bitVariables: number;
  /** Variables of each level of the recursion over elements. */
  readonly levels: readonly number[];
}

/** 64-gate words of AND operands of `bytes` bytes. */
export function gateWords(bytes: number): number {
  return Math.ceil(bytes / 8);
}

/** The levels that bring a batch down to one product. */
export function checkShape(kind: CheckKind, size: number): CheckShape {
  if (kind === 'product') return { kind, size, bitVariables: 0, levels: elementLevels(size) };
  const words = gateWords(size);
  let bitVariables = 0;
  while (bitVariables < BIT_VARIABLES_MAX && 3 ** (bitVariables + 1) <= words) bitVariables++;
  const groups = Math.ceil(words / 2 ** bitVariables);
  return { kind, size, bitVariables, levels: elementLevels(64 * groups) };
}

/**
 * Few variables at a time while vectors are long, which is cheap to compute; several when short, which saves rounds. A level's
 * messages take as much processor time as about 2^18 products of elements.
 */
function elementLevels(elements: number): number[] {
  const levels: number[] = [];
  let left = elements;
  while (left > 1) {
    const variables =
      left > 1 << 18
        ? 1
        : left > 1 << 15
          ? 2
          : left > 1 << 12
            ? 3
            : Math.min(4, Math.ceil(Math.log2(left)));
    levels.push(variables);
    left = Math.ceil(left / 2 ** variables);
  }
  return levels;
}

/** Values that each party reshares in a level of so many variables: 3^v - 1 corners; the last follows from the claim. */
export function cornersOf(variables: number): number {
  return 3 ** variables - 1;
}
