import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';

export type PrefixNetwork = 'sklansky' | 'brentkung';

/**
 * Carries of an addition, from bits that generate one (a & b) and bits that propagate one (a ^ b).
 * Index i of the result spans bits 0..i: generate[i] is the carry out of bit i without a carry in,
 * and propagate[i] says that a carry in comes out. sklansky: depth ceil(log2 n), about n/2 log2 n
 * steps of two ANDs; brentkung: depth up to 2 log2 n - 2, fewer than 2n steps. Steps whose
 * propagate nobody reads cost one AND.
 */
export function prefixCarries(
  b: CircuitBuilder,
  generate: readonly Wire[],
  propagate: readonly Wire[],
  network: PrefixNetwork,
): { generate: Wire[]; propagate: Wire[] } {
  const [g, p] = [[...generate], [...propagate]];
  const join = (high: number, low: number) => {
    g[high] = b.xor(g[high]!, b.and(p[high]!, g[low]!));
    p[high] = b.and(p[high]!, p[low]!);
  };
  const n = g.length;
  let span = 1;
  if (network === 'sklansky') {
    for (; span < n; span *= 2) {
      for (let i = 0; i < n; i += 1) {
        if (Math.floor(i / span) % 2 === 1) join(i, i - (i % span) - 1);
      }
    }
  } else {
    for (; span < n; span *= 2) {
      for (let i = 2 * span - 1; i < n; i += 2 * span) join(i, i - span);
    }
    for (span /= 2; span >= 1; span /= 2) {
      for (let i = 3 * span - 1; i < n; i += 2 * span) join(i, i - span);
    }
  }
  return { generate: g, propagate: p };
}
