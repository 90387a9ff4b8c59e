import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import { addMod61, addMod61Three, type ModularShape } from '../../../src/circuits/gadgets/mod61.ts';
import { costOf, runRows } from '../reference.ts';

const P = 2n ** 61n - 1n;
const SHAPES: ModularShape[] = ['ripple', 'sklansky', 'brentkung', { block: 8 }, { block: 16 }];
const element = fc.oneof(fc.bigInt(0n, P - 1n), fc.bigInt(0n, 3n), fc.bigInt(P - 3n, P - 1n));

function circuit(widths: readonly number[], shape: ModularShape) {
  const b = new CircuitBuilder();
  const [x, y, z] = widths.map((width) => Array.from({ length: width }, () => b.input()));
  const outputs = z === undefined ? addMod61(b, x!, y!, shape) : addMod61Three(b, x!, y!, z, shape);
  return { b, outputs };
}

describe('sums modulo 2^61-1', () => {
  it.each(SHAPES)('of two and three are canonical (%j)', (shape) => {
    const two = circuit([61, 61], shape);
    const three = circuit([61, 61, 61], shape);
    const [sum, sum3] = [two.b.build(two.outputs), three.b.build(three.outputs)];
    fc.assert(
      fc.property(fc.array(fc.tuple(element, element, element), { minLength: 40 }), (rows) => {
        const edges = rows.flatMap(([x, y, z]) => [
          [x, y, z],
          [x, (P - x) % P, 0n],
          [x, y, (2n * P - x - y) % P],
          [P - 1n, P - 1n, P - 1n],
        ]);
        expect(runRows(sum, [61, 61], edges)).toEqual(edges.map(([x, y]) => (x! + y!) % P));
        expect(runRows(sum3, [61, 61, 61], edges)).toEqual(
          edges.map(([x, y, z]) => (x! + y! + z!) % P),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('take narrow summands, which cost less', () => {
    for (const shape of SHAPES) {
      for (const width of [1, 7, 20, 60]) {
        const { b, outputs } = circuit([width, 61, 61], shape);
        const rows = [0n, 1n, 2n ** BigInt(width) - 1n].flatMap((x) =>
          [0n, 1n, P - 1n, P - x].map((y) => [x % P, y % P, P - 1n - x]),
        );
        expect(runRows(b.build(outputs), [width, 61, 61], rows)).toEqual(
          rows.map(([x, y, z]) => (x! + y! + z!) % P),
        );
        const ands = (of: ReturnType<typeof circuit>) =>
          Number(costOf(of.b, of.outputs).split('/')[0]);
        expect(ands({ b, outputs })).toBeLessThanOrEqual(ands(circuit([61, 61, 61], shape)));
      }
    }
  });

  it('cost what PROTOCOLS 2.6 and 3.2 say', () => {
    const table = (widths: number[]) =>
      SHAPES.map((shape) => {
        const { b, outputs } = circuit(widths, shape);
        return costOf(b, outputs);
      });
    expect(table([61, 61])).toEqual(['121/121', '473/8', '343/11', '198/19', '186/34']);
    expect(table([61, 61, 61])).toEqual(['182/122', '534/9', '404/12', '259/20', '247/35']);
  });
});
