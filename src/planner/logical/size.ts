import { operandsOf, type Scalar } from './scalar.ts';

const sizes = new WeakMap<Scalar, number>();

/** Values of public tables that count as one node. */
const VALUES_PER_NODE = 8;

/** Nodes of a scalar written out as a tree; parts that occur twice in memory once count twice. */
export function sizeOf(scalar: Scalar): number {
  const known = sizes.get(scalar);
  if (known !== undefined) return known;
  const own = 1 + Math.floor(tableOf(scalar) / VALUES_PER_NODE);
  const size = operandsOf(scalar).reduce((sum, operand) => sum + sizeOf(operand), own);
  sizes.set(scalar, size);
  return size;
}

function tableOf(scalar: Scalar): number {
  return scalar.kind === 'steps' || scalar.kind === 'member' ? scalar.values.length : 0;
}
