import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';

/**
 * One-hot form of an unsigned code (LSB first): wire i says whether the code is i, for i < count;
 * codes from `count` on give all zeros. All 2^n codes of n bits cost 2^n - n - 1 ANDs and depth
 * ceil(log2 n).
 *
 * Row h, column l of the table is high[h] & low[l]. A row sums to high[h] and a column to low[l],
 * so the last of each is a sum instead of an AND.
 */
export function decode(b: CircuitBuilder, bits: readonly Wire[], count: number): Wire[] {
  const codes = Math.min(count, 2 ** bits.length);
  const wires = decodeAll(b, bits, codes);
  while (wires.length < count) wires.push(b.zero);
  return wires;
}

function decodeAll(b: CircuitBuilder, bits: readonly Wire[], codes: number): Wire[] {
  if (bits.length === 0) return [b.one].slice(0, codes);
  if (bits.length === 1) return [b.not(bits[0]!), bits[0]!].slice(0, codes);
  const split = Math.floor(bits.length / 2);
  const columns = 2 ** split;
  const rows = Math.ceil(codes / columns);
  const low = decodeAll(b, bits.slice(0, split), Math.min(columns, codes));
  const high = decodeAll(b, bits.slice(split), rows);
  const allRows = rows === 2 ** (bits.length - split);
  const wires: Wire[] = [];
  for (let code = 0; code < codes; code += 1) {
    const column = code % columns;
    const row = (code - column) / columns;
    if (column === columns - 1) {
      wires.push(wires.slice(code - column).reduce((sum, wire) => b.xor(sum, wire), high[row]!));
    } else if (allRows && row === rows - 1) {
      const above = wires.filter((_, other) => other % columns === column);
      wires.push(above.reduce((sum, wire) => b.xor(sum, wire), low[column]!));
    } else {
      wires.push(b.and(high[row]!, low[column]!));
    }
  }
  return wires;
}
