/**
 * Row ranges of a chunk for bit injection: group q is dealt by party q, so that all parties send alike. Starts are
 * multiples of 64 so that a group's bits begin at a whole word; the last group takes the rest.
 */
export function injectionGroups(
  rows: number,
): readonly { readonly start: number; readonly rows: number }[] {
  const third = Math.floor(rows / 3 / 64) * 64;
  return [
    { start: 0, rows: third },
    { start: third, rows: third },
    { start: 2 * third, rows: rows - 2 * third },
  ];
}
