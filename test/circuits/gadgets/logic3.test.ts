import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../../src/circuits/builder.ts';
import {
  and3,
  fromNullable,
  isNull3,
  not3,
  or3,
  type Truth,
  truthOf,
} from '../../../src/circuits/gadgets/logic3.ts';
import { costOf, runRows } from '../reference.ts';

/** SQL's truth values by their order: AND is the minimum, OR the maximum. */
const RANK = { false: 0, unknown: 1, true: 2 };

function rank(value: bigint | undefined, isNull: bigint | undefined): number {
  if (isNull === 1n) return RANK.unknown;
  return value === 1n ? RANK.true : RANK.false;
}

const wires = (truth: Truth) => [truth.isTrue, truth.isFalse];
const code = (truth: number) => (truth === RANK.true ? 1n : truth === RANK.false ? 2n : 0n);

describe('three-valued logic', () => {
  it('has the truth tables of SQL', () => {
    const b = new CircuitBuilder();
    const x = fromNullable(b, b.input(), b.input());
    const y = fromNullable(b, b.input(), b.input());
    const rows = Array.from({ length: 16 }, (_, r) =>
      [0, 1, 2, 3].map((i) => BigInt((r >> i) & 1)),
    );
    const truths = rows.map(([v, vNull, w, wNull]) => [rank(v, vNull), rank(w, wNull)] as const);
    const run = (outputs: ReturnType<typeof wires>) =>
      runRows(b.build(outputs), [1, 1, 1, 1], rows);
    expect(run(wires(x))).toEqual(truths.map(([p]) => code(p)));
    expect(run(wires(and3(b, x, y)))).toEqual(truths.map(([p, q]) => code(Math.min(p, q))));
    expect(run(wires(or3(b, x, y)))).toEqual(truths.map(([p, q]) => code(Math.max(p, q))));
    expect(run(wires(not3(b, x)))).toEqual(truths.map(([p]) => code(2 - p)));
    expect(run([isNull3(b, x)])).toEqual(truths.map(([p]) => (p === RANK.unknown ? 1n : 0n)));
  });

  it('costs one AND per connective without NULLs, two with', () => {
    const b = new CircuitBuilder();
    const [x, y] = [truthOf(b, b.input()), fromNullable(b, b.input(), b.zero)];
    const z = fromNullable(b, b.input(), b.input());
    expect(y.isFalse).toBe(b.not(y.isTrue));
    for (const connect of [and3, or3]) {
      const plain = connect(b, x, y);
      expect(plain.isFalse).toBe(b.not(plain.isTrue));
      expect(costOf(b, wires(plain))).toBe('1/1');
      expect(costOf(b, wires(connect(b, x, z)))).toBe('3/2');
    }
    expect(isNull3(b, x)).toBe(b.zero);
    expect(costOf(b, wires(z))).toBe('1/1');
  });
});
