import { loadKernels } from '../../../src/engine/node-kernels.ts';
import type { FieldEngine } from '../../../src/field/instantiate.ts';
import type { Kernels } from '../../../src/field/kernels.ts';
import { P } from '../../../src/field/p61.ts';
import type { Rng } from '../../oracle/rng.ts';

/** Where a party computes something else than it should, consistently: what it sends is what it goes on with itself. */
export const LIES = [
  'evalGatesRecorded',
  'fpMulReshare',
  'fpReshare',
  'injectDeal',
  'injectProduct',
] as const;
/** The same in the work of the verification itself. */
export const CHECK_LIES = ['gfCorners', 'gfDot', 'fpDot'] as const;
export type Lie = (typeof LIES)[number] | (typeof CHECK_LIES)[number];

/** Lies once, at the `at`-th opportunity; counts the opportunities. */
export class Liar {
  readonly kernel: Lie;
  readonly rng: Rng;
  opportunities = 0;
  #at: number;

  constructor(kernel: Lie, rng: Rng, at: number) {
    this.kernel = kernel;
    this.rng = rng;
    this.#at = at;
  }

  now(): boolean {
    return this.opportunities++ === this.#at;
  }
}

/** Real kernels but for one call of one of them. */
export async function lyingEngine(liar: Liar): Promise<FieldEngine> {
  const { kernels, arena } = await loadKernels();
  const engine = { arena, kernels: { ...kernels } };
  const memory = () => new DataView(arena.memory.buffer);
  engine.kernels[liar.kernel] = lie(liar, kernels, memory) as never;
  return engine;
}

type Memory = () => DataView;

function flip(memory: Memory, base: number, bit: number): void {
  const at = base + Math.floor(bit / 8);
  memory().setUint8(at, memory().getUint8(at) ^ (1 << (bit % 8)));
}

function addTo(memory: Memory, address: number, by: bigint): void {
  memory().setBigUint64(address, (memory().getBigUint64(address, true) + by) % P, true);
}

function lie(liar: Liar, kernels: Kernels, memory: Memory): unknown {
  const { rng } = liar;
  const error = () => rng.bigint(1n, P - 1n);
  switch (liar.kernel) {
    case 'evalGatesRecorded':
      return (...args: Parameters<Kernels['evalGatesRecorded']>) => {
        kernels.evalGatesRecorded(...args);
        const [code, count, left, , stride, , , , , , recordBytes] = args;
        const results = resultsOfAnds(memory(), code, count);
        if (results.length === 0 || !liar.now()) return;
        flip(memory, left + rng.pick(results) * stride, rng.below(8 * recordBytes));
      };
    case 'fpMulReshare':
      return (...args: Parameters<Kernels['fpMulReshare']>) => {
        const [a, , , , , , n] = args;
        if (n === 0 || !liar.now()) return kernels.fpMulReshare(...args);
        const at = a + 8 * rng.below(n);
        const e = error();
        addTo(memory, at, e);
        kernels.fpMulReshare(...args);
        addTo(memory, at, P - e);
      };
    case 'fpReshare':
      return (...args: Parameters<Kernels['fpReshare']>) => {
        const [d, , , , , n] = args;
        if (n > 0 && liar.now()) addTo(memory, d + 8 * rng.below(n), error());
        kernels.fpReshare(...args);
      };
    case 'injectDeal':
      return (...args: Parameters<Kernels['injectDeal']>) => {
        const [bits, , , , , , n] = args;
        if (n === 0 || !liar.now()) return kernels.injectDeal(...args);
        const bit = rng.below(n);
        flip(memory, bits, bit);
        kernels.injectDeal(...args);
        flip(memory, bits, bit);
      };
    case 'injectProduct':
      return (...args: Parameters<Kernels['injectProduct']>) => {
        const [u, , , , , , n] = args;
        if (n > 0 && liar.now()) addTo(memory, u + 8 * rng.below(n), error());
        kernels.injectProduct(...args);
      };
    case 'gfCorners':
      return (...args: Parameters<Kernels['gfCorners']>) => {
        kernels.gfCorners(...args);
        const [, , , , , k, , acc] = args;
        if (k === 0 || !liar.now()) return;
        // The corner where all variables are 1 is not sent.
        const unsent = (3 ** k - 1) / 2;
        const sent = rng.below(3 ** k - 1);
        flip(memory, acc, 64 * (sent < unsent ? sent : sent + 1) + rng.below(64));
      };
    case 'gfDot':
      return (...args: Parameters<Kernels['gfDot']>) => {
        kernels.gfDot(...args);
        if (liar.now()) flip(memory, args[3], rng.below(64));
      };
    case 'fpDot':
      return (...args: Parameters<Kernels['fpDot']>) => {
        kernels.fpDot(...args);
        if (liar.now()) addTo(memory, args[3], error());
      };
  }
}

const AND = 2;

/** Slots that the ANDs of a gate program write. */
function resultsOfAnds(memory: DataView, code: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => code + 16 * k).flatMap((at) =>
    memory.getUint32(at, true) === AND ? [memory.getUint32(at + 4, true)] : [],
  );
}
