import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder, WIRES_MAX } from '../../src/circuits/builder.ts';
import { NODE, NODE_WORDS, type Wire } from '../../src/circuits/circuit.ts';
import { circuitCost } from '../../src/circuits/cost.ts';
import { evaluateBits, evaluateCircuit } from '../../src/circuits/evaluate.ts';
import { allRows, builtCircuit } from './random-circuit.ts';

describe('CircuitBuilder', () => {
  it('folds equal, opposite and constant operands', () => {
    const b = new CircuitBuilder();
    const [x, y] = [b.input(), b.input()];
    const notX = b.not(x);
    expect(b.not(notX)).toBe(x);
    expect(b.not(b.zero)).toBe(b.one);
    expect(b.constant(1)).toBe(b.one);
    expect(b.xor(x, x)).toBe(b.zero);
    expect(b.xor(x, notX)).toBe(b.one);
    expect(b.xor(x, b.zero)).toBe(x);
    expect(b.xor(b.one, x)).toBe(notX);
    expect(b.xor(notX, y)).toBe(b.not(b.xor(x, y)));
    expect(b.xor(y, x)).toBe(b.xor(x, y));
    expect(b.xor(b.xor(x, y), b.not(y))).toBe(notX);
    expect(b.and(x, x)).toBe(x);
    expect(b.and(x, notX)).toBe(b.zero);
    expect(b.and(x, b.one)).toBe(x);
    expect(b.and(b.zero, x)).toBe(b.zero);
    expect(b.and(y, x)).toBe(b.and(x, y));
    expect(b.and(x, b.and(x, y))).toBe(b.and(x, y));
    expect(b.and(notX, b.and(x, y))).toBe(b.zero);
    expect(b.and(notX, b.not(b.and(x, y)))).toBe(notX);
    expect(b.and(x, b.not(b.and(x, y)))).toBe(b.and(x, b.not(y)));
    expect(b.or(x, notX)).toBe(b.one);
    expect(b.or(x, b.zero)).toBe(x);
    expect(b.mux(b.one, x, y)).toBe(x);
    expect(b.mux(b.zero, x, y)).toBe(y);
    expect(b.mux(x, y, y)).toBe(y);
    expect(b.mux(notX, x, y)).toBe(b.mux(x, y, x));
  });

  it('needs one AND for all ANDs and ORs of two wires and their negations', () => {
    const b = new CircuitBuilder();
    const [x, y] = [b.input(), b.input()];
    const all = [x, b.not(x)].flatMap((p) =>
      [y, b.not(y)].flatMap((q) => [b.and(p, q), b.or(q, p)]),
    );
    const circuit = b.build([...all, b.mux(x, y, b.zero)]);
    expect(circuitCost(circuit)).toEqual({ ands: 1, layers: [1] });
    for (const p of [0, 1] as const) {
      for (const q of [0, 1] as const) {
        const want = [p, 1 - p].flatMap((s) => [q, 1 - q].flatMap((t) => [s & t, s | t]));
        expect(evaluateBits(circuit, [p, q])).toEqual([...want, p & q]);
      }
    }
  });

  it('equals the truth tables of its operations on random expressions', () => {
    const gates = fc.array(fc.tuple(fc.nat(4), fc.nat(999), fc.nat(999), fc.nat(999)), {
      minLength: 1,
      maxLength: 60,
    });
    const rows = allRows(4);
    fc.assert(
      fc.property(gates, (recipe) => {
        const b = new CircuitBuilder();
        const wires: Wire[] = [b.zero, b.one, b.input(), b.input(), b.input(), b.input()];
        const planes = [new Uint8Array(32), new Uint8Array(32).fill(255), ...rows];
        for (const [kind, i, j, k] of recipe) {
          const [p, q, r] = [i % wires.length, j % wires.length, k % wires.length];
          const [x, y, z] = [wires[p]!, wires[q]!, wires[r]!];
          const each = (f: (x: number, y: number, z: number) => number) =>
            planes.push(planes[p]!.map((v, at) => f(v, planes[q]![at]!, planes[r]![at]!)));
          if (kind === 0) wires.push(b.not(x)) && each((v) => ~v);
          else if (kind === 1) wires.push(b.xor(x, y)) && each((v, w) => v ^ w);
          else if (kind === 2) wires.push(b.and(x, y)) && each((v, w) => v & w);
          else if (kind === 3) wires.push(b.or(x, y)) && each((v, w) => v | w);
          else wires.push(b.mux(x, y, z)) && each((c, v, w) => (c & v) | (~c & w));
        }
        const circuit = b.build(wires);
        expect(evaluateCircuit(circuit, rows, 32)).toEqual(planes);
        const depth = Math.max(...wires.map((wire) => b.depth(wire)));
        expect(circuitCost(circuit).layers.length).toBe(depth);
      }),
      { numRuns: 150 },
    );
  });

  it('builds minimal topological circuits without constants as operands', () => {
    fc.assert(
      fc.property(builtCircuit, ({ nodes, outputs }) => {
        const count = nodes.length / NODE_WORDS;
        const read = new Set<number>(outputs);
        const seen = new Set<string>();
        for (let node = count - 1; node >= 0; node -= 1) {
          const [kind, x, y] = nodes.subarray(3 * node, 3 * node + 3);
          expect(read.has(node)).toBe(true);
          expect(seen.has(`${kind} ${x} ${y}`)).toBe(false);
          seen.add(`${kind} ${x} ${y}`);
          if (kind === NODE.input || kind === NODE.constant) continue;
          for (const operand of kind === NODE.not ? [x!] : [x!, y!]) {
            expect(operand).toBeLessThan(node);
            expect(nodes[3 * operand]).not.toBe(NODE.constant);
            read.add(operand);
          }
        }
      }),
    );
  });

  it('keeps input numbers when inputs are not needed', () => {
    const b = new CircuitBuilder();
    b.input();
    const y = b.input();
    b.input();
    const circuit = b.build([b.not(y)]);
    expect(circuit.inputs).toBe(3);
    expect(Array.from(circuit.nodes)).toEqual([NODE.input, 1, 0, NODE.not, 0, 0]);
    expect(evaluateBits(circuit, [0, 1, 0])).toEqual([0]);
  });

  it('is deterministic', () => {
    const once = () => {
      const b = new CircuitBuilder();
      const [x, y, z] = [b.input(), b.input(), b.input()];
      return b.build([b.mux(x, y, z), b.or(b.and(x, y), z)]);
    };
    expect(once()).toEqual(once());
  });

  it('refuses circuits that take too long to plan', () => {
    const b = new CircuitBuilder();
    const all = () => {
      for (let wire = 0; wire < WIRES_MAX; wire += 1) b.input();
    };
    expect(all).toThrow(/SQL_TOO_LARGE|more than 3000000 gates/);
  });

  it('refuses wires of another builder that it cannot have', () => {
    const b = new CircuitBuilder();
    expect(() => b.not(7 as Wire)).toThrow(/not of this builder/);
  });
});
