/** Lines or rows that are put together to one piece of output. */
const AT_ONCE = 1024;

/** The texts in their order, as fewer and longer ones, with a separator between any two. */
export function inPieces<Item>(
  items: readonly Item[],
  print: (item: Item) => string,
  separator = '',
): string[] {
  const count = Math.ceil(items.length / AT_ONCE);
  return Array.from({ length: count }, (_, k) => {
    const text = items
      .slice(k * AT_ONCE, (k + 1) * AT_ONCE)
      .map(print)
      .join(separator);
    return k === 0 ? text : separator + text;
  });
}
