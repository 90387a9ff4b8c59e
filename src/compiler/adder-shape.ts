import { CircuitBuilder } from '../circuits/builder.ts';
import { circuitCost } from '../circuits/cost.ts';
import { type AdderShape, addBits } from '../circuits/gadgets/carry.ts';
import type { NetworkProfile } from '../planner/network.ts';

/** The adder that adds `rows` pairs of `width` bits soonest: one bit per AND, half a round trip per layer. */
export function chooseAdderShape(width: number, network: NetworkProfile, rows: number): AdderShape {
  const seconds = (shape: AdderShape) => {
    const b = new CircuitBuilder();
    const word = () => Array.from({ length: width }, () => b.input());
    const { ands, layers } = circuitCost(b.build(addBits(b, word(), word(), shape)));
    const transfer = (ands * rows) / 8 / network.bytesPerSecond;
    return transfer + (layers.length * network.roundTripSeconds) / 2;
  };
  return seconds('prefix') < seconds('ripple') ? 'prefix' : 'ripple';
}
