import { type Circuit, NODE, NODE_WORDS } from './circuit.ts';
import { andDepths } from './depth.ts';

/**
 * In which stage each node is computed; stage k ends with AND layer k, the last stage has no ANDs.
 */
export interface Placement {
  readonly stageOf: Int32Array;
  readonly layers: number;
}

/**
 * Places every AND in the layer of its depth (the earliest), constants in the latest stage where
 * they are in time, and every XOR and NOT between its operands and its readers where few wires are
 * alive for it. Linear in the number of nodes.
 */
export function place(circuit: Circuit): Placement {
  const depths = andDepths(circuit);
  const layers = depths.reduce((most, depth) => Math.max(most, depth), 0);
  const stageOf = placeLate(circuit, depths, layers);
  advance(circuit, depths, layers, stageOf);
  return { stageOf, layers };
}

function placeLate(circuit: Circuit, depths: Int32Array, layers: number): Int32Array {
  const { nodes, outputs } = circuit;
  const unread = layers + 1;
  const stageOf = new Int32Array(depths.length).fill(unread);
  for (const wire of outputs) stageOf[wire] = layers;
  for (let node = depths.length - 1; node >= 0; node -= 1) {
    const [kind, a, b] = nodeAt(nodes, node);
    if (kind === NODE.input) stageOf[node] = 0;
    else if (kind === NODE.and) stageOf[node] = depths[node]! - 1;
    else if (stageOf[node] === unread) stageOf[node] = depths[node]!;
    if (kind === NODE.input || kind === NODE.constant) continue;
    const stage = stageOf[node]!;
    stageOf[a] = Math.min(stageOf[a]!, stage);
    if (kind !== NODE.not) stageOf[b] = Math.min(stageOf[b]!, stage);
  }
  return stageOf;
}

/**
 * Per node: the last stage that reads it, who does, and the last stage in which anyone else reads
 * it.
 */
class LastReads {
  readonly stage: Int32Array;
  readonly reader: Int32Array;
  readonly otherwise: Int32Array;

  constructor(size: number) {
    this.stage = new Int32Array(size).fill(-1);
    this.reader = new Int32Array(size).fill(-1);
    this.otherwise = new Int32Array(size).fill(-1);
  }

  add(node: number, stage: number, reader: number): void {
    if (stage > this.stage[node]!) {
      if (reader !== this.reader[node]) this.otherwise[node] = this.stage[node]!;
      this.stage[node] = stage;
      this.reader[node] = reader;
    } else if (reader !== this.reader[node]) {
      this.otherwise[node] = Math.max(this.otherwise[node]!, stage);
    }
  }

  without(node: number, reader: number): number {
    return this.reader[node] === reader ? this.otherwise[node]! : this.stage[node]!;
  }
}

function advance(circuit: Circuit, depths: Int32Array, layers: number, stageOf: Int32Array): void {
  const { nodes } = circuit;
  const reads = new LastReads(depths.length);
  for (const wire of circuit.outputs) reads.add(wire, layers + 1, -2);
  for (let node = 0; node < depths.length; node += 1) {
    const [kind, a, b] = nodeAt(nodes, node);
    if (kind === NODE.input || kind === NODE.constant) continue;
    reads.add(a, stageOf[node]!, node);
    if (kind !== NODE.not) reads.add(b, stageOf[node]!, node);
  }
  const ready = (node: number) =>
    nodes[node * NODE_WORDS] === NODE.and ? depths[node]! : stageOf[node]!;
  for (let node = 0; node < depths.length; node += 1) {
    const [kind, a, b] = nodeAt(nodes, node);
    if (kind !== NODE.xor && kind !== NODE.not) continue;
    const operands = kind === NODE.xor && a !== b ? [a, b] : [a];
    const early = Math.max(...operands.map(ready));
    const late = stageOf[node]!;
    const lastReads = operands.map((operand) => reads.without(operand, node));
    const stage = cheapestStage(early, late, lastReads);
    stageOf[node] = stage;
    for (const operand of operands) {
      if (reads.reader[operand] !== node) continue;
      reads.stage[operand] = Math.max(stage, reads.otherwise[operand]!);
    }
  }
}

/**
 * The stage in [early, late] with the least life to pay for: that of the result until `late`, and
 * that of each operand beyond the last stage that reads it anyway. The earliest such stage, because
 * that leaves more choice to the readers.
 */
function cheapestStage(early: number, late: number, lastReads: readonly number[]): number {
  let best = late;
  let bestLife = Number.POSITIVE_INFINITY;
  for (const candidate of [early, ...lastReads, late]) {
    const stage = Math.min(late, Math.max(early, candidate));
    let life = late - stage;
    for (const lastRead of lastReads) life += Math.max(0, stage - Math.max(early, lastRead));
    if (life > bestLife || (life === bestLife && stage >= best)) continue;
    best = stage;
    bestLife = life;
  }
  return best;
}

function nodeAt(nodes: Int32Array, node: number): [kind: number, a: number, b: number] {
  const at = node * NODE_WORDS;
  return [nodes[at]!, nodes[at + 1]!, nodes[at + 2]!];
}
