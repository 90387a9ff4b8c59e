import type { Circuit, CircuitCost } from '../circuits/circuit.ts';
import { circuitCost } from '../circuits/cost.ts';
import { planeBytes } from '../field/planes.ts';
import { messageBytes } from '../wire/frame.ts';
import { bitsToFieldCircuit, FIELD_BITS } from './conversion.ts';
import type { Cost } from './cost.ts';
import { andBytes, injectionGroups } from './shapes.ts';
import { DIGEST_BYTES } from './steps.ts';

export const PARTIES = 3;

/** Adds up the cost of one operator. */
export class Account {
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

const costs = new WeakMap<Circuit, CircuitCost>();

/** A circuit's cost, found out once: every chunk asks for it. */
function costOf(circuit: Circuit): CircuitCost {
  const known = costs.get(circuit) ?? circuitCost(circuit);
  costs.set(circuit, known);
  return known;
}

/** AND gates of each layer of a circuit. */
export function gatesOfLayers(circuit: Circuit): readonly number[] {
  return costOf(circuit).layers;
}

/** AND gates of a circuit. */
export function andsOf(circuit: Circuit): number {
  return costOf(circuit).ands;
}

/** Layers of ANDs of a circuit, each a round. */
export function layersOf(circuit: Circuit): number {
  return costOf(circuit).layers.length;
}

/** Gates and bytes of a circuit over `rows` rows; one message per AND layer and party. */
export function measureCircuit(
  account: Account,
  circuit: Circuit,
  rows: number,
  stepOf: (layer: number) => string,
): void {
  const { ands, layers } = costOf(circuit);
  account.andGates += ands * rows;
  layers.forEach((gates, layer) => {
    account.sendAll(stepOf(layer), gates * andBytes(rows));
  });
}

/** Rounds of {@link measureBitsToField}: the adder's AND layers and the opening. */
export function bitsToFieldRounds(width: number): number {
  return layersOf(bitsToFieldCircuit(width)) + 1;
}

/** Conversion of bits to field elements: the adder's AND layers and the opening to two parties. */
export function measureBitsToField(
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

/** Rounds of {@link measureInjection}: dealing and product. */
export const INJECTION_ROUNDS = 2;

/** Injection of `columns` bits of each row: two messages of every party, one element per bit each on average. */
export function measureInjection(
  account: Account,
  columns: number,
  rows: number,
  steps: { readonly deal: string; readonly product: string },
): void {
  const groups = injectionGroups(rows).map((group) => group.rows);
  const bytes = (group: number) => 8 * columns * (groups[group % PARTIES] ?? 0);
  for (let party = 0; party < PARTIES; party++) {
    account.send(party, steps.deal, bytes(party));
    account.send(party, steps.product, bytes(party + 1) + bytes(party + 2));
  }
  account.multiplications += 2 * columns * rows;
}
