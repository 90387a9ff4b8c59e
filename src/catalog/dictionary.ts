/** Order of two strings by their UTF-8 bytes (= by code points), as DuckDB compares VARCHAR. */
export function compareUtf8(a: string, b: string): number {
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  for (;;) {
    const x = left.next();
    const y = right.next();
    if (x.done === true || y.done === true)
      return Number(y.done === true) - Number(x.done === true);
    const difference = (x.value.codePointAt(0) ?? 0) - (y.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}

/** Codes of the dictionary's strings that satisfy a condition, ascending. */
export function codesWhere(
  dictionary: readonly string[],
  condition: (value: string) => boolean,
): bigint[] {
  return dictionary.flatMap((value, code) => (condition(value) ? [BigInt(code)] : []));
}
