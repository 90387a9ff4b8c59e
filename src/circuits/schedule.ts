import { invariant } from '../errors/tacit-error.ts';
import { type Circuit, NODE, NODE_WORDS, type Schedule } from './circuit.ts';
import { place } from './placement.ts';
import { SlotPool } from './slot-pool.ts';
import { useCounts } from './uses.ts';

/** Operation codes of Kernels.evalGates. */
const OP = { xor: 0, not: 1, and: 2, zero: 4 } as const;
const CODE_WORDS = 4;

/** Of circuits that are still in use: a sort asks again at every level. */
const known = new WeakMap<Circuit, Schedule>();

/**
 * Lays a circuit out for execution: one AND layer per depth, so that all ANDs of a depth share one
 * round, and slots that are reused as soon as their wire is dead. Local operations may write over
 * an operand that dies with them; the operands of a layer's ANDs live until the end of its code.
 * Deterministic, and linear in the number of nodes (plus layers times slots); found out once for each circuit.
 */
export function schedule(circuit: Circuit): Schedule {
  const found = known.get(circuit) ?? laidOut(circuit);
  known.set(circuit, found);
  return found;
}

function laidOut(circuit: Circuit): Schedule {
  const { stageOf, layers } = place(circuit);
  const layout = new Layout(circuit, stageOf);
  const inputSlots = layout.loadInputs();
  const stages = nodesByStage(circuit, stageOf, layers);
  const planned: { code: Int32Array; ands: number; firstSlot: number }[] = [];
  let tail = new Int32Array(0);
  stages.forEach(({ local, ands }, stage) => {
    const code = new Int32Array((layout.codeLength(local) + ands.length) * CODE_WORDS);
    const at = layout.writeLocal(local, code);
    if (stage === layers) tail = code;
    else planned.push({ code, ands: ands.length, firstSlot: layout.writeAnds(ands, code, at) });
  });
  const outputSlots = Int32Array.from(circuit.outputs, (wire) => layout.slotOf[wire]!);
  return { slots: layout.slots, inputSlots, layers: planned, tail, outputSlots };
}

interface Stage {
  readonly local: number[];
  readonly ands: number[];
}

/** The nodes of each stage in topological order; ANDs that die together lie together. */
function nodesByStage(circuit: Circuit, stageOf: Int32Array, layers: number): Stage[] {
  const { nodes } = circuit;
  const stages: Stage[] = Array.from({ length: layers + 1 }, () => ({ local: [], ands: [] }));
  const lastRead = new Int32Array(stageOf.length);
  for (let node = 0; node < stageOf.length; node += 1) {
    const kind = nodes[node * NODE_WORDS]!;
    if (kind === NODE.input) continue;
    const stage = stages[stageOf[node]!]!;
    if (kind === NODE.and) stage.ands.push(node);
    else stage.local.push(node);
    if (kind === NODE.constant) continue;
    const [a, b] = [nodes[node * NODE_WORDS + 1]!, nodes[node * NODE_WORDS + 2]!];
    lastRead[a] = Math.max(lastRead[a]!, stageOf[node]!);
    if (kind !== NODE.not) lastRead[b] = Math.max(lastRead[b]!, stageOf[node]!);
  }
  for (const wire of circuit.outputs) lastRead[wire] = layers + 1;
  for (const { ands } of stages) ands.sort((a, b) => lastRead[a]! - lastRead[b]! || a - b);
  return stages;
}

/** Assigns slots while the code is written in the order of execution. */
class Layout {
  readonly slotOf: Int32Array;
  readonly #circuit: Circuit;
  readonly #unread: Int32Array;
  readonly #pool = new SlotPool();

  constructor(circuit: Circuit, stageOf: Int32Array) {
    this.#circuit = circuit;
    this.slotOf = new Int32Array(stageOf.length).fill(-1);
    this.#unread = useCounts(circuit);
  }

  get slots(): number {
    return this.#pool.size;
  }

  loadInputs(): Int32Array {
    const { nodes, inputs } = this.#circuit;
    const inputSlots = new Int32Array(inputs).fill(-1);
    for (let node = 0; node < this.slotOf.length; node += 1) {
      if (nodes[node * NODE_WORDS] !== NODE.input || this.#unread[node] === 0) continue;
      const input = nodes[node * NODE_WORDS + 1]!;
      invariant(inputSlots[input] === -1, `circuit input ${input} has two nodes`);
      this.slotOf[node] = this.#pool.take();
      inputSlots[input] = this.slotOf[node]!;
    }
    return inputSlots;
  }

  /** Operations for these nodes: one each, two for the constant one. */
  codeLength(local: readonly number[]): number {
    const { nodes } = this.#circuit;
    let length = local.length;
    for (const node of local) {
      const at = node * NODE_WORDS;
      if (nodes[at] === NODE.constant && nodes[at + 1] === 1) length += 1;
    }
    return length;
  }

  /** Writes XORs, NOTs and constants from the start of `code`; returns the next free index. */
  writeLocal(local: readonly number[], code: Int32Array): number {
    const { nodes } = this.#circuit;
    let at = 0;
    const emit = (op: number, dst: number, a: number, b: number) => {
      code.set([op, dst, a, b], at);
      at += CODE_WORDS;
    };
    for (const node of local) {
      const [kind, a, b] = [nodes[3 * node]!, nodes[3 * node + 1]!, nodes[3 * node + 2]!];
      if (kind === NODE.constant) {
        const slot = this.#define(node, this.#pool.take());
        emit(OP.zero, slot, 0, 0);
        if (a === 1) emit(OP.not, slot, slot, 0);
        continue;
      }
      const left = this.slotOf[a]!;
      const right = kind === NODE.xor ? this.slotOf[b]! : 0;
      this.#read(a);
      if (kind === NODE.xor) this.#read(b);
      const slot = this.#define(node, this.#pool.take());
      emit(kind === NODE.xor ? OP.xor : OP.not, slot, left, right);
      if (this.#unread[node] === 0) this.#pool.release(slot);
    }
    return at;
  }

  /** Writes a layer's ANDs from index `at` of `code`; returns the first of their slots. */
  writeAnds(ands: readonly number[], code: Int32Array, at: number): number {
    const { nodes } = this.#circuit;
    const first = this.#pool.takeRun(ands.length);
    ands.forEach((node, i) => {
      const [a, b] = [nodes[node * NODE_WORDS + 1]!, nodes[node * NODE_WORDS + 2]!];
      const slot = this.#define(node, first + i);
      code.set([OP.and, slot, this.slotOf[a]!, this.slotOf[b]!], at + i * CODE_WORDS);
    });
    for (const node of ands) {
      this.#read(nodes[node * NODE_WORDS + 1]!);
      this.#read(nodes[node * NODE_WORDS + 2]!);
      if (this.#unread[node] === 0) this.#pool.release(this.slotOf[node]!);
    }
    return first;
  }

  #define(node: number, slot: number): number {
    this.slotOf[node] = slot;
    return slot;
  }

  #read(node: number): void {
    this.#unread[node]! -= 1;
    if (this.#unread[node] === 0) this.#pool.release(this.slotOf[node]!);
  }
}
