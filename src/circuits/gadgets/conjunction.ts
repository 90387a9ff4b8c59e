import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';

/**
 * The AND of all wires; one if there are none. At most n - 1 ANDs, depth ceil(log2 n) over wires of
 * depth 0; shallow wires are combined first, so that deep ones are waited for as late as possible.
 */
export function conjunction(b: CircuitBuilder, wires: Iterable<Wire>): Wire {
  const byDepth = new Map<number, Wire[]>();
  let left = 0;
  for (const wire of new Set(wires)) {
    insert(byDepth, b.depth(wire), wire);
    left += 1;
  }
  if (left === 0) return b.one;
  for (let depth = Math.min(...byDepth.keys()); ; depth += 1) {
    const level = byDepth.get(depth) ?? [];
    if (left === 1 && level.length === 1) return level[0]!;
    for (let i = 0; i < level.length; i += 2) {
      const pair = level[i + 1];
      insert(byDepth, depth + 1, pair === undefined ? level[i]! : b.and(level[i]!, pair));
      if (pair !== undefined) left -= 1;
    }
  }
}

/** The OR of all wires; zero if there are none. Costs as `conjunction`. */
export function disjunction(b: CircuitBuilder, wires: Iterable<Wire>): Wire {
  return b.not(
    conjunction(
      b,
      Array.from(wires, (wire) => b.not(wire)),
    ),
  );
}

function insert(byDepth: Map<number, Wire[]>, depth: number, wire: Wire): void {
  const level = byDepth.get(depth);
  if (level === undefined) byDepth.set(depth, [wire]);
  else level.push(wire);
}
