import { randomFillSync } from 'node:crypto';
import { expect } from 'vitest';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import type { Arena } from '../../src/field/arena.ts';
import { KERNEL_RESERVED_BYTES, type Kernels } from '../../src/field/kernels.ts';
import { P } from '../../src/field/p61.ts';
import { fieldTwin } from './twin/field.ts';
import { gf64Twin } from './twin/gf64.ts';
import { planesTwin } from './twin/planes.ts';
import { reshareTwin } from './twin/reshare.ts';
import { sortMovesTwin } from './twin/sort-moves.ts';
import { Words } from './twin/words.ts';

/** All reference kernels over one byte memory. */
export function twinKernels(memory: Uint8Array): Kernels {
  const words = new Words(memory);
  return {
    ...fieldTwin(words),
    ...reshareTwin(words),
    ...planesTwin(words),
    ...gf64Twin(words),
    ...sortMovesTwin(words),
  };
}

/** Elements at which carries and comparisons change; the rest of a test vector is random. */
const EDGES = [0n, 1n, 2n, P - 1n, P - 2n, 1n << 60n, (1n << 60n) - 1n, 0xffffffffn, 1n << 32n];

/**
 * Runs a compiled kernel and its twin on equal memories and compares every byte afterwards, so that a
 * stray write is a failure too.
 */
export class Lockstep {
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  #seed: number;

  private constructor(kernels: Kernels, arena: Arena, seed: number) {
    this.#kernels = kernels;
    this.#arena = arena;
    this.#seed = seed;
  }

  static async create(seed: number = freshSeed()): Promise<Lockstep> {
    const { kernels, arena } = await loadKernels();
    return new Lockstep(kernels, arena, seed);
  }

  /** Gives back everything allocated. */
  reset(): void {
    this.#arena.release(KERNEL_RESERVED_BYTES);
  }

  /** A 32-bit pseudo-random number (xorshift): tests repeat from their seed. */
  random(below: number): number {
    let s = this.#seed | 0;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.#seed = s === 0 ? 1 : s;
    return (this.#seed >>> 0) % below;
  }

  random64(): bigint {
    return (BigInt(this.random(2 ** 32)) << 32n) | BigInt(this.random(2 ** 32));
  }

  /** Arbitrary bytes. */
  bytes(length: number): number {
    const at = this.#arena.alloc(length);
    for (let i = 0; i < length; i++) this.#arena.u8[at + i] = this.random(256);
    return at;
  }

  /** The given 64-bit words. */
  words(values: readonly bigint[]): number {
    const at = this.#arena.alloc(8 * values.length);
    const view = new Words(this.#arena.u8);
    values.forEach((value, i) => {
      view.set(at, i, value);
    });
    return at;
  }

  /** n canonical elements, every second one an edge case. */
  elements(n: number): number {
    return this.words(Array.from({ length: n }, () => this.element()));
  }

  element(): bigint {
    if (this.random(2) === 0) return EDGES[this.random(EDGES.length)]!;
    return this.random64() % P;
  }

  u32s(values: readonly number[]): number {
    const at = this.#arena.alloc(4 * values.length);
    new Uint32Array(this.#arena.memory.buffer, at, values.length).set(values);
    return at;
  }

  /** The memory of n words of 32 bits; valid until more is allocated. */
  view32(at: number, n: number): Uint32Array {
    return new Uint32Array(this.#arena.memory.buffer, at, n);
  }

  /** n arbitrary 64-bit words, every fourth one of few bits. */
  randomWords(n: number): number {
    return this.words(
      Array.from({ length: n }, (_, i) => (i % 4 === 1 ? this.sparse() : this.random64())),
    );
  }

  /** 0, all ones, or one bit. */
  private sparse(): bigint {
    const at = this.random(66);
    return at < 64 ? 1n << BigInt(at) : BigInt.asUintN(64, BigInt(64 - at));
  }

  /** Runs both and compares; returns what the compiled kernel returned. */
  check<R>(run: (kernels: Kernels) => R): R {
    const before = this.#arena.u8.slice();
    const expected = run(twinKernels(before));
    const actual = run(this.#kernels);
    expect(actual).toBe(expected);
    const after = this.#arena.u8.subarray(KERNEL_RESERVED_BYTES);
    const same = Buffer.compare(after, before.subarray(KERNEL_RESERVED_BYTES)) === 0;
    if (!same) {
      const at = after.findIndex((byte, i) => byte !== before[KERNEL_RESERVED_BYTES + i]);
      expect.fail(`kernel and twin differ at address ${KERNEL_RESERVED_BYTES + at}`);
    }
    return actual;
  }
}

function freshSeed(): number {
  const { TACIT_SEED } = process.env;
  const seed = TACIT_SEED ? Number(TACIT_SEED) : randomFillSync(new Int32Array(1))[0]! | 1;
  process.stdout.write(`kernel test TACIT_SEED=${seed}\n`);
  return seed;
}
