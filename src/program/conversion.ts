import { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit } from '../circuits/circuit.ts';
import { addMod61Three } from '../circuits/gadgets/mod61.ts';
import { popcount } from '../circuits/gadgets/popcount.ts';

/** Bits of an element of F_p, p = 2^61 - 1. */
export const FIELD_BITS = 61;

/**
 * Added to a signed number v, |v| < 2^60 - 1, before its bits are taken: v + 2^60 lies in [0, p), and its bits below the
 * 60th are those of v.
 */
export const SIGN_OFFSET = 1n << 60n;

/** 1 / 2^bits in F_p: 2^61 = 1. */
export function inversePower(bits: number): bigint {
  return 1n << BigInt(FIELD_BITS - bits);
}

const cache = new Map<number, Circuit>();

/**
 * The circuit behind a `bitsToField` step: inputs are `width` bits of x, 61 bits of a, 61 bits of b; outputs are the 61
 * bits of x + a + b mod p (PROTOCOLS 3.5 with a = -r_1, b = -r_2). Depends on the width alone.
 */
export function bitsToFieldCircuit(width: number): Circuit {
  let circuit = cache.get(width);
  if (circuit === undefined) {
    const b = new CircuitBuilder();
    const word = (bits: number) => Array.from({ length: bits }, () => b.input());
    const x = word(width);
    const first = word(FIELD_BITS);
    const second = word(FIELD_BITS);
    while (x.length < FIELD_BITS) x.push(b.zero);
    circuit = b.build(addMod61Three(b, x, first, second, { block: 8 }));
    cache.set(width, circuit);
  }
  return circuit;
}

/**
 * The circuit that turns three summands mod p, each known to two parties, into the bits of their sum
 * (PROTOCOLS 3.2): 3 x 61 inputs, 61 outputs.
 */
export function fieldToBitsCircuit(): Circuit {
  return bitsToFieldCircuit(FIELD_BITS);
}

/** Circuits kept: one for 2048 rows takes a tenth of a second to make. */
const COUNTS_MAX = 16;
const counts = new Map<number, Circuit>();

/** The number of ones among `rows` inputs, in as many bits as `rows` needs. */
export function countCircuit(rows: number): Circuit {
  let circuit = counts.get(rows);
  if (circuit === undefined) {
    const b = new CircuitBuilder();
    const bits = Array.from({ length: rows }, () => b.input());
    circuit = b.build(popcount(b, bits));
    if (counts.size >= COUNTS_MAX) counts.clear();
    counts.set(rows, circuit);
  }
  return circuit;
}
