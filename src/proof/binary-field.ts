import { GF_BITS, gfInverse, gfMul } from '../field/gf64.ts';
import type { FieldEngine } from '../field/instantiate.ts';
import { GF_TABLE_BYTES } from '../field/kernels.ts';
import {
  type CheckField,
  type Constant,
  putBytes,
  readWords,
  scratch,
  WORD_BYTES,
  writeWords,
} from './check-field.ts';

/** GF(2^64), its elements' bits being their integers': where AND gates are verified. Addition is XOR, so x - y = x + y. */
export const BINARY_FIELD: CheckField = {
  size: 1n << GF_BITS,
  tile: 16_384,
  add: (x, y) => x ^ y,
  subtract: (x, y) => x ^ y,
  multiply: gfMul,
  invert: gfInverse,

  pointOf: (party) => BigInt(party + 1),

  draw(stream) {
    const word = new Uint8Array(WORD_BYTES);
    stream.fill(word);
    return readWords(word)[0] ?? 0n;
  },

  fill({ arena }, stream, to, n) {
    stream.fill(arena.u8.subarray(to, to + n * WORD_BYTES));
  },

  isCanonical: () => true,

  addVectors: xor,
  subtractVectors: xor,

  constant(engine, c) {
    const tables = engine.arena.alloc(GF_TABLE_BYTES);
    scratch(engine, () => {
      engine.kernels.gfTables(putBytes(engine, writeWords([c])), tables);
    });
    return tables as Constant;
  },

  addScaled({ kernels }, x, c, z, n) {
    kernels.gfAxpy(x, c, z, n);
  },

  addDot,

  foldLines(engine, x0, x1, r, n) {
    xor(engine, x0, x1, x1, n);
    engine.kernels.gfAxpy(x1, r, x0, n);
  },

  addDotLines(engine, [x0, x1], [y0, y1], n, out) {
    addDot(engine, x0, y0, n, out);
    scratch(engine, () => {
      const [x, y] = [engine.arena.alloc(n * WORD_BYTES), engine.arena.alloc(n * WORD_BYTES)];
      xor(engine, x0, x1, x, n);
      xor(engine, y0, y1, y, n);
      addDot(engine, x, y, n, out + WORD_BYTES);
    });
  },
};

function addDot({ kernels }: FieldEngine, x: number, y: number, n: number, out: number): void {
  kernels.gfDot(x, y, n, out);
}

/** The kernel takes pairs of words; an odd one is left for here. */
function xor({ kernels, arena }: FieldEngine, x: number, y: number, z: number, n: number): void {
  const paired = (n - (n % 2)) * WORD_BYTES;
  kernels.xor(x, y, z, paired);
  const { u8 } = arena;
  for (let at = paired; at < n * WORD_BYTES; at++)
    u8[z + at] = (u8[x + at] ?? 0) ^ (u8[y + at] ?? 0);
}
