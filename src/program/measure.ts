import type { Circuit } from '../circuits/circuit.ts';
import { circuitCost } from '../circuits/cost.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { messageBytes } from '../wire/frame.ts';
import { bitsToFieldCircuit, FIELD_BITS, fieldToBitsCircuit } from './conversion.ts';
import type { Cost } from './cost.ts';
import { type Chunk, chunksOf, type FieldStep, type Program, type RowStage } from './program.ts';
import { type Carry, carryLevels, injectionGroups, widestDigit } from './shapes.ts';
import { DIGEST_BYTES, ECHO_BYTES, HELLO_BYTES, STEP } from './steps.ts';

/** Cost of one operator of the program, and of all together. */
export interface Measurement {
  readonly operators: readonly { readonly label: string; readonly cost: Cost }[];
  readonly total: Cost;
}

const PARTIES = 3;
/** Bytes that sealing to the analyst's key adds: ephemeral key and authentication tag. */
export const SEAL_OVERHEAD_BYTES = 48;

class Account {
  rounds = 0;
  andGates = 0;
  multiplications = 0;
  readonly bytes: number[] = new Array<number>(PARTIES).fill(0);

  /** A message from one party; empty messages are not sent. */
  send(from: number, step: string, payloadBytes: number): void {
    if (payloadBytes > 0)
      this.bytes[from] = (this.bytes[from] ?? 0) + messageBytes(step, payloadBytes);
  }

  sendAll(step: string, payloadBytes: number): void {
    for (let party = 0; party < PARTIES; party++) this.send(party, step, payloadBytes);
  }

  cost(bytesToAnalyst = 0): Cost {
    return {
      rounds: this.rounds,
      bytesPerParty: [...this.bytes],
      bytesToAnalyst,
      andGates: this.andGates,
      multiplications: this.multiplications,
    };
  }
}

/** Whether the program needs the parties to talk at all; constants alone do not. */
export function isInteractive(program: Program): boolean {
  return program.results.reveal.length > 0;
}

/**
 * Exact cost of a program, computed from public shapes alone: rounds, frame bytes per party, AND gates and
 * products. The executor's statistics equal it for every run.
 */
export function measure(program: Program): Measurement {
  const accounts = program.operators.map(() => new Account());
  const at = (operator: number): Account => {
    const account = accounts[operator];
    if (account === undefined) throw new RangeError(`operator ${operator}`);
    return account;
  };
  const session = new Account();
  if (isInteractive(program)) {
    measureSession(session);
    program.stages.forEach((stage, index) => {
      measureStage(stage, index, at);
    });
    const { normalize, tests, operator } = program.results;
    if (normalize !== undefined) {
      const account = at(normalize.operator);
      carryLevels(normalize.numbers).forEach((carries, level) => {
        measureCarries(account, carries, level);
      });
    }
    if (tests.length > 0) {
      at(operator).rounds += 1;
      at(operator).multiplications += tests.length;
      at(operator).sendAll(STEP.zeroTest, 8 * tests.length);
    }
  }
  const sealed = isInteractive(program)
    ? PARTIES * (SEAL_OVERHEAD_BYTES + 8 * program.results.reveal.length)
    : 0;
  const operators = [
    ...program.operators.map((label, k) => ({ label, cost: at(k).cost() })),
    {
      label: 'session: keys, agreement on the program, barrier, reveal',
      cost: session.cost(sealed),
    },
  ];
  return { operators, total: sum(operators.map((operator) => operator.cost)) };
}

function measureSession(account: Account): void {
  account.rounds += 3;
  for (let peer = 1; peer < PARTIES; peer++) {
    account.sendAll(STEP.hello, HELLO_BYTES);
    account.sendAll(STEP.echo, ECHO_BYTES);
    account.sendAll(STEP.barrier, DIGEST_BYTES);
  }
}

function measureStage(stage: RowStage, index: number, at: (operator: number) => Account): void {
  const chunks = chunksOf(stage);
  const waves = Math.ceil(chunks.length / Math.max(1, Math.min(stage.lanes, chunks.length)));
  const account = at(stage.operator);
  account.rounds += circuitCost(stage.circuit).layers.length * waves;
  for (const chunk of chunks) {
    const stepOf = (layer: number) => STEP.and(index, chunk.index, layer);
    measureCircuit(account, stage.circuit, chunk.rows, stepOf);
  }
  stage.steps.forEach((step, number) => {
    if (step.kind === 'linear') return;
    at(step.operator).rounds += stepRounds(step) * waves;
    for (const chunk of chunks) measureStep(at(step.operator), step, index, number, chunk);
  });
  measureDots(stage, index, at);
}

/** All dot products of a stage are reshared in one message; its round is charged to the first of them. */
function measureDots(stage: RowStage, index: number, at: (operator: number) => Account): void {
  const dots = stage.reductions.flatMap((reduction) =>
    reduction.kind === 'dot' ? [reduction] : [],
  );
  const first = dots[0];
  if (first === undefined) return;
  at(first.operator).rounds += 1;
  at(first.operator).sendAll(STEP.dots(index), 8 * dots.length);
  for (const dot of dots) at(dot.operator).multiplications += 1;
}

function stepRounds(step: Exclude<FieldStep, { kind: 'linear' }>): number {
  switch (step.kind) {
    case 'inject':
      return 2;
    case 'multiply':
      return 1;
    case 'bitsToField':
      return bitsToFieldRounds(step.outputs.length);
  }
}

function bitsToFieldRounds(width: number): number {
  return circuitCost(bitsToFieldCircuit(width)).layers.length + 1;
}

/** Conversion of bits to field elements: the adder's AND layers and the opening to two parties. */
function measureBitsToField(
  account: Account,
  width: number,
  rows: number,
  and: (layer: number) => string,
  open: string,
): void {
  measureCircuit(account, bitsToFieldCircuit(width), rows, and);
  const planes = FIELD_BITS * planeBytes(rows);
  account.send(0, open, planes);
  account.send(0, open, DIGEST_BYTES);
  account.send(1, open, planes);
  account.send(2, open, DIGEST_BYTES);
}

/** Gates and bytes of a circuit; one message per AND layer and party. */
function measureCircuit(
  account: Account,
  circuit: Circuit,
  rows: number,
  stepOf: (layer: number) => string,
): void {
  const { ands, layers } = circuitCost(circuit);
  account.andGates += ands * rows;
  layers.forEach((gates, layer) => {
    account.sendAll(stepOf(layer), gates * planeBytes(rows));
  });
}

/** One level of carries: masked opening, field to bits, low bits to field. */
function measureCarries(account: Account, carries: readonly Carry[], level: number): void {
  const rows = carries.length;
  const width = widestDigit(carries);
  const toBits = fieldToBitsCircuit();
  account.rounds += 1 + circuitCost(toBits).layers.length + bitsToFieldRounds(width);
  account.sendAll(STEP.carryMask(level), ELEMENT_BYTES * rows);
  account.sendAll(STEP.carryMask(level), DIGEST_BYTES);
  measureCircuit(account, toBits, rows, (layer) => STEP.carryBits(level, layer));
  const and = (layer: number) => STEP.carryAnd(level, layer);
  measureBitsToField(account, width, rows, and, STEP.carryOpen(level));
}

function measureStep(
  account: Account,
  step: Exclude<FieldStep, { kind: 'linear' }>,
  stage: number,
  number: number,
  chunk: Chunk,
): void {
  const { index, rows } = chunk;
  switch (step.kind) {
    case 'inject': {
      const groups = injectionGroups(rows).map((group) => group.rows);
      const bytes = (group: number) => 8 * step.pairs.length * (groups[group % PARTIES] ?? 0);
      for (let party = 0; party < PARTIES; party++) {
        account.send(party, STEP.deal(stage, index, number), bytes(party));
        account.send(party, STEP.inject(stage, index, number), bytes(party + 1) + bytes(party + 2));
      }
      account.multiplications += 2 * step.pairs.length * rows;
      return;
    }
    case 'multiply':
      account.sendAll(STEP.multiply(stage, index, number), 8 * step.products.length * rows);
      account.multiplications += step.products.length * rows;
      return;
    case 'bitsToField': {
      const and = (layer: number) => STEP.convertAnd(stage, index, number, layer);
      const open = STEP.convertOpen(stage, index, number);
      measureBitsToField(account, step.outputs.length, rows, and, open);
      return;
    }
  }
}

function sum(costs: readonly Cost[]): Cost {
  const add = (pick: (cost: Cost) => number) =>
    costs.reduce((total, cost) => total + pick(cost), 0);
  return {
    rounds: add((cost) => cost.rounds),
    bytesPerParty: Array.from({ length: PARTIES }, (_, party) =>
      add((cost) => cost.bytesPerParty[party] ?? 0),
    ),
    bytesToAnalyst: add((cost) => cost.bytesToAnalyst),
    andGates: add((cost) => cost.andGates),
    multiplications: add((cost) => cost.multiplications),
  };
}
