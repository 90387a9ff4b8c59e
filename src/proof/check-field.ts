import type { ByteStream } from '../crypto/provider.ts';
import type { FieldEngine } from '../field/instantiate.ts';

/**
 * A field K of at least 2^61 - 1 elements, over which batches are verified: scalars as integers in [0, size), and vectors of
 * 8-byte little-endian elements at addresses of an engine's arena. Vector operations may write over their operands at
 * the same address; ranges must not overlap in any other way. They allocate and free on the arena before they return.
 */
export interface CheckField {
  /** Number of elements. */
  readonly size: bigint;
  /** Elements worth working on at a time: few, to stay in the cache, but enough to begin for. */
  readonly tile: number;
  add(x: bigint, y: bigint): bigint;
  /** x - y. */
  subtract(x: bigint, y: bigint): bigint;
  multiply(x: bigint, y: bigint): bigint;
  /** 1/x; x must not be zero. */
  invert(x: bigint): bigint;
  /** Where a party's share of a polynomial lies; the secret lies at 0. */
  pointOf(party: number): bigint;
  /** One uniform element. */
  draw(stream: ByteStream): bigint;
  /** n uniform elements; whoever has the same stream gets the same. */
  fill(engine: FieldEngine, stream: ByteStream, to: number, n: number): void;
  /** Whether all n words are elements. */
  isCanonical(engine: FieldEngine, x: number, n: number): boolean;
  /** z = x + y. */
  addVectors(engine: FieldEngine, x: number, y: number, z: number, n: number): void;
  /** z = x - y. */
  subtractVectors(engine: FieldEngine, x: number, y: number, z: number, n: number): void;
  /** Prepares a scalar for the operations below, in fresh memory of the arena. */
  constant(engine: FieldEngine, c: bigint): Constant;
  /** z = z + c * x. */
  addScaled(engine: FieldEngine, x: number, c: Constant, z: number, n: number): void;
  /** One element: out = out + sum of x[k] * y[k]. */
  addDot(engine: FieldEngine, x: number, y: number, n: number, out: number): void;
  /** Value at r of the lines through x0 at 0 and x1 at 1: x0 = x0 + r * (x1 - x0). Overwrites x1. */
  foldLines(engine: FieldEngine, x0: number, x1: number, r: Constant, n: number): void;
  /** Two elements: out[0] = out[0] + sum of x0[k] * y0[k], out[1] = out[1] + sum of (x1 - x0)[k] * (y1 - y0)[k]. */
  addDotLines(
    engine: FieldEngine,
    x: readonly [number, number],
    y: readonly [number, number],
    n: number,
    out: number,
  ): void;
}

/** The address of what operations need of a scalar: the element, or tables of its multiples. */
export type Constant = number & { readonly constant: unique symbol };

/** Bytes of an element of either field. */
export const WORD_BYTES = 8;

const coefficients = new WeakMap<CheckField, Map<string, readonly bigint[]>>();

/**
 * Lagrange coefficients over K: f(at) = sum coefficient[i] * f(points[i]) for every f of degree < points.length. The points, and `at`,
 * are 0 or those of parties; what was found once is remembered.
 */
export function lagrangeOver(
  field: CheckField,
  points: readonly bigint[],
  at: bigint,
): readonly bigint[] {
  const known = coefficients.get(field) ?? new Map<string, readonly bigint[]>();
  coefficients.set(field, known);
  const key = [...points, at].join();
  const found = known.get(key) ?? findLagrange(field, points, at);
  known.set(key, found);
  return found;
}

function findLagrange(field: CheckField, points: readonly bigint[], at: bigint): bigint[] {
  return points.map((point, i) => {
    const others = points.filter((_, j) => j !== i);
    const product = (from: bigint) =>
      others.reduce((all, x) => field.multiply(all, field.subtract(from, x)), 1n);
    return field.multiply(product(at), field.invert(product(point)));
  });
}

/** Sum of products of scalars. */
export function innerProduct(
  field: CheckField,
  x: readonly bigint[],
  y: readonly bigint[],
): bigint {
  return x.reduce((sum, value, k) => field.add(sum, field.multiply(value, y[k] ?? 0n)), 0n);
}

/** A uniform element other than 0, or other than 0 and 1. */
export function drawBeyond(field: CheckField, stream: ByteStream, least: 1n | 2n): bigint {
  for (;;) {
    const value = field.draw(stream);
    if (value >= least) return value;
  }
}

/** Words of a message as scalars. */
export function readWords(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / WORD_BYTES }, (_, k) =>
    view.getBigUint64(k * WORD_BYTES, true),
  );
}

/** Scalars as the words of a message. */
export function writeWords(values: readonly bigint[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * WORD_BYTES);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => {
    view.setBigUint64(k * WORD_BYTES, value, true);
  });
  return bytes;
}

/** Copies bytes to fresh memory of the arena. */
export function putBytes({ arena }: FieldEngine, bytes: Uint8Array): number {
  const address = arena.alloc(bytes.length);
  arena.u8.set(bytes, address);
  return address;
}

/** Fresh memory of `words` zeros. */
export function zeros({ arena }: FieldEngine, words: number): number {
  const address = arena.alloc(words * WORD_BYTES);
  arena.u8.fill(0, address, address + words * WORD_BYTES);
  return address;
}

/** A copy of `words` words of the arena. */
export function takeWords(
  { arena }: FieldEngine,
  address: number,
  words: number,
): Uint8Array<ArrayBuffer> {
  return arena.u8.slice(address, address + words * WORD_BYTES) as Uint8Array<ArrayBuffer>;
}

/** Runs `work` and frees what it allocated on the arena; `work` must not wait for anything. */
export function scratch<T>({ arena }: FieldEngine, work: () => T): T {
  const mark = arena.mark();
  try {
    return work();
  } finally {
    arena.release(mark);
  }
}
