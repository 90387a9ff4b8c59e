import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import type { Wire } from '../../../src/circuits/circuit.ts';
import { circuitCost } from '../../../src/circuits/cost.ts';
import { addBits } from '../../../src/circuits/gadgets/carry.ts';
import { lessThan } from '../../../src/circuits/gadgets/compare.ts';
import { divide, divideByPublic } from '../../../src/circuits/gadgets/divide.ts';
import { multiply } from '../../../src/circuits/gadgets/multiply.ts';
import { inputNumber } from '../../../src/circuits/gadgets/numbers.ts';
import { roundedQuotient } from '../../../src/circuits/gadgets/quotient.ts';
import { Shapes } from '../../../src/circuits/gadgets/shapes.ts';

const LAN = { roundTripSeconds: 0.00015, bytesPerSecond: 250_000_000 };
const WAN = { roundTripSeconds: 0.05, bytesPerSecond: 12_500_000 };

const number = (b: CircuitBuilder, width: number) => inputNumber(b, { width, signed: false });
const bits = (b: CircuitBuilder, width: number) => number(b, width).bits;

const GADGETS: Record<string, (b: CircuitBuilder, shapes: Shapes) => readonly Wire[]> = {
  comparison: (b, shapes) => [lessThan(b, number(b, 64), number(b, 64), shapes.compare(64))],
  addition: (b, shapes) => addBits(b, bits(b, 64), bits(b, 64), shapes.adder(64)),
  multiplication: (b, shapes) => {
    const to = { width: 64, signed: false };
    return multiply(b, number(b, 32), number(b, 32), to, shapes.multiplier(32, 32)).bits;
  },
  division: (b, shapes) => divide(b, bits(b, 64), bits(b, 32), 64, shapes).quotient,
  'division by 10': (b, shapes) => divideByPublic(b, bits(b, 64), 10n, shapes).quotient,
  quotient: (b, shapes) => roundedQuotient(b, bits(b, 70), bits(b, 30), 85, shapes).magnitude,
};

function costs(network: typeof LAN, rows: number) {
  const shapes = new Shapes(network, rows);
  return Object.fromEntries(
    Object.entries(GADGETS).map(([name, make]) => {
      const b = new CircuitBuilder();
      const { ands, layers } = circuitCost(b.build(make(b, shapes)));
      return [name, { ands, layers: layers.length }];
    }),
  );
}

describe('shapes', () => {
  const [lan, wan] = [costs(LAN, 1_000_000), costs(WAN, 1_000_000)];
  const few = costs(WAN, 20);

  it.each(Object.keys(GADGETS))(
    'of %s have fewer layers on a far network than on a near one',
    (name) => {
      expect(few[name]!.layers).toBeLessThan(lan[name]!.layers / 2);
      expect(wan[name]!.layers).toBeLessThanOrEqual(lan[name]!.layers);
      expect(lan[name]!.ands).toBeLessThanOrEqual(wan[name]!.ands);
      expect(lan[name]!.ands).toBeLessThan(few[name]!.ands);
    },
  );

  it('take at most 90 layers on a far network', () => {
    expect(Math.max(...Object.values(few).map(({ layers }) => layers))).toBeLessThanOrEqual(90);
  });

  it('are the soonest', () => {
    const shapes = new Shapes({ roundTripSeconds: 2, bytesPerSecond: 1 }, 8);
    const [wide, deep] = [
      { shape: 'wide', ands: 10, depth: 2 },
      { shape: 'deep', ands: 1, depth: 10 },
    ];
    expect(shapes.seconds(wide)).toBeCloseTo(12, 5);
    expect(shapes.cheapest([wide, deep])).toBe('deep');
    expect(shapes.cheapest([{ ...wide, ands: 8 }, deep])).toBe('wide');
  });
});
