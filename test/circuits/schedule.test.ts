import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import type { Circuit } from '../../src/circuits/circuit.ts';
import { circuitCost } from '../../src/circuits/cost.ts';
import { evaluateCircuit } from '../../src/circuits/evaluate.ts';
import { add } from '../../src/circuits/gadgets/add.ts';
import { lessThan } from '../../src/circuits/gadgets/compare.ts';
import { inputNumber } from '../../src/circuits/gadgets/numbers.ts';
import { schedule } from '../../src/circuits/schedule.ts';
import { allRows, builtCircuit, rawCircuit } from './random-circuit.ts';
import { runSchedule } from './slot-machine.ts';

const AND = 2;

function counter(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return state >>> 16;
  };
}

function checkSame(circuit: Circuit): void {
  const rows = allRows(circuit.inputs);
  const got = runSchedule(schedule(circuit), rows, 32, counter());
  expect(got).toEqual(evaluateCircuit(circuit, rows, 32));
}

describe('schedule', () => {
  it('computes what the circuit says, for built circuits', () => {
    fc.assert(fc.property(builtCircuit, checkSame), { numRuns: 150 });
  });

  it('computes what the circuit says, for any circuit', () => {
    fc.assert(fc.property(rawCircuit, checkSame), { numRuns: 150 });
  });

  it('has the layers of the cost, one run of slots each, and ANDs after local operations', () => {
    fc.assert(
      fc.property(fc.oneof(builtCircuit, rawCircuit), (circuit) => {
        const { layers, tail } = schedule(circuit);
        expect(layers.map(({ ands }) => ands)).toEqual(circuitCost(circuit).layers);
        for (const { code, ands, firstSlot } of layers) {
          const words = Array.from({ length: code.length / 4 }, (_, i) =>
            Array.from(code.subarray(4 * i, 4 * i + 2)),
          );
          const expected = Array.from({ length: ands }, (_, i) => [AND, firstSlot + i]);
          expect(words.splice(-ands)).toEqual(expected);
          expect(words.every(([op]) => op !== AND)).toBe(true);
        }
        expect(Array.from(tail).filter((op, i) => i % 4 === 0 && op === AND)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('handles circuits without gates and without outputs', () => {
    const b = new CircuitBuilder();
    const [x, y] = [b.input(), b.input()];
    const plain = schedule(b.build([y, b.one, b.zero, y]));
    expect(Array.from(plain.inputSlots)).toEqual([-1, 0]);
    expect(plain.layers).toEqual([]);
    checkSame(b.build([y, b.one, b.zero, y, b.not(x), x]));
    expect(schedule(b.build([]))).toMatchObject({ slots: 0, layers: [] });
  });

  it('reuses slots', () => {
    const b = new CircuitBuilder();
    const u64 = { width: 64, signed: false };
    const [x, y] = [inputNumber(b, u64), inputNumber(b, u64)];
    const sum = add(b, x, y, { width: 65, signed: false }, 'ripple');
    const less = schedule(b.build([lessThan(b, x, y, 'ripple')]));
    expect(less.slots).toBeLessThanOrEqual(128 + 4);
    expect(schedule(b.build(sum.bits)).slots).toBeLessThanOrEqual(128 + 4);
    const many = Array.from({ length: 20 }, () => inputNumber(b, u64));
    const blocks = many.slice(1).map((n, i) => lessThan(b, many[i]!, n, { block: 8 }));
    expect(schedule(b.build(blocks)).slots).toBeLessThanOrEqual(20 * 64 * 2.5);
  });

  it('takes seconds at most for 200,000 gates', () => {
    const b = new CircuitBuilder();
    let layer = Array.from({ length: 500 }, () => b.input());
    for (let depth = 0; depth < 200; depth += 1) {
      layer = layer.map((wire, i) =>
        b.xor(layer[(i * 7 + depth) % 500]!, b.and(wire, layer[(i + 1) % 500]!)),
      );
    }
    const circuit = b.build(layer);
    expect(circuit.nodes.length / 3).toBeGreaterThan(150_000);
    const plan = schedule(circuit);
    expect(plan.slots).toBeLessThan(2500);
  }, 30_000);

  it('takes seconds at most for layers of 100,000 gates', () => {
    const b = new CircuitBuilder();
    const rows = Array.from({ length: 320 }, () => b.input());
    const columns = Array.from({ length: 320 }, () => b.input());
    const products = rows.map((row) => columns.map((column) => b.and(row, column)));
    // Read across, so that slots are freed far from where they were taken.
    const sums = columns.map((_, i) => products.reduce((sum, row) => b.xor(sum, row[i]!), b.zero));
    const plan = schedule(b.build(sums.map((sum, i) => b.and(sum, rows[i]!))));
    expect(plan.slots).toBeLessThan(110_000);
  }, 30_000);
});
