import { loadKernels } from '../../../src/engine/node-kernels.ts';
import type { FieldEngine } from '../../../src/field/instantiate.ts';
import type { Kernels } from '../../../src/field/kernels.ts';
import { P } from '../../../src/field/p61.ts';
import type { TraceEntry } from '../../../src/transport/memory.ts';
import type { Rng } from '../../oracle/rng.ts';

/** Kernels that a party lies in. What it sends is what it goes on with itself. */
type LyingKernel =
  | 'evalGatesRecorded'
  | 'fpMulReshare'
  | 'fpReshare'
  | 'injectDeal'
  | 'injectProduct'
  | 'gfAxpy'
  | 'gather64'
  | 'gfCorners'
  | 'gfDot'
  | 'fpDot';

/** Where a party computes something else than it should, consistently. */
interface Lie {
  readonly name: string;
  readonly kernel: LyingKernel;
  /** In the work of the verification of a batch. */
  readonly inCheck?: true;
  /** What is checked is right: who does not hear of the lie may open it. */
  readonly isFalseAlarm?: true;
  /** In relations of a few rows. */
  readonly inRows?: true;
  /** After it has sent this; absent: anywhere. */
  readonly after?: RegExp;
}

const plain = (kernel: LyingKernel): Lie => ({ name: kernel, kernel });

export const LIES: readonly Lie[] = [
  plain('evalGatesRecorded'),
  plain('fpMulReshare'),
  plain('fpReshare'),
  plain('injectDeal'),
  plain('injectProduct'),
  {
    ...{ name: 'evalGatesRecorded of comparisons', kernel: 'evalGatesRecorded', inRows: true },
    after: /\/s\d+a\d+$/,
  },
  // Checks use these kernels as well.
  { name: 'gfAxpy of tags', kernel: 'gfAxpy', inRows: true, after: /^(?!v)/ },
  {
    ...{ name: 'gfDot of a shuffle', kernel: 'gfDot', inRows: true, isFalseAlarm: true },
    after: /^vs\d+\/c0$/,
  },
  // Rows are gathered elsewhere too, where a lie is about no more than the liar's share of the answer.
  {
    ...{ name: 'gather64 of a shuffle', kernel: 'gather64', inRows: true },
    after: /\/s(t|[xyc]\d+)$/,
  },
  { ...plain('gfCorners'), inCheck: true, isFalseAlarm: true },
  { ...plain('gfDot'), inCheck: true, isFalseAlarm: true },
  { ...plain('fpDot'), inCheck: true, isFalseAlarm: true },
];

/** Lies once, at the `at`-th opportunity; counts the opportunities. */
export class Liar {
  readonly party: number;
  readonly lie: Lie;
  readonly rng: Rng;
  opportunities = 0;
  /** What had been sent when it lied. */
  sent = Infinity;
  readonly #at: number;
  readonly #record: readonly TraceEntry[];

  /** `record`: what all parties send. */
  constructor(party: number, lie: Lie, rng: Rng, at: number, record: readonly TraceEntry[]) {
    this.party = party;
    this.lie = lie;
    this.rng = rng;
    this.#at = at;
    this.#record = record;
  }

  now(): boolean {
    const { after } = this.lie;
    const last = this.#record.findLast(({ from }) => from === this.party)?.step ?? '';
    if (after?.test(last) === false || this.opportunities++ !== this.#at) return false;
    this.sent = this.#record.length;
    return true;
  }
}

/** Real kernels but for one call of one of them. */
export async function lyingEngine(liar: Liar): Promise<FieldEngine> {
  const { kernels, arena } = await loadKernels();
  const engine = { arena, kernels: { ...kernels } };
  const memory = () => new DataView(arena.memory.buffer);
  engine.kernels[liar.lie.kernel] = lie(liar, kernels, memory) as never;
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
  switch (liar.lie.kernel) {
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
    case 'gfAxpy':
      return (...args: Parameters<Kernels['gfAxpy']>) => {
        kernels.gfAxpy(...args);
        const [, , z, n] = args;
        if (n > 0 && liar.now()) flip(memory, z, rng.below(64 * n));
      };
    case 'gather64':
      return (...args: Parameters<Kernels['gather64']>) => {
        kernels.gather64(...args);
        const [, , to, n] = args;
        if (n > 0 && liar.now()) flip(memory, to, rng.below(64 * n));
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
