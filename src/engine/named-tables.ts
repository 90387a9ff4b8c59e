import type { CheckTable, SelectStatement } from '../parser/syntax.ts';

/**
 * Lower-case names of the stored tables that a statement names anywhere, sorted: what the parties agree on versions
 * of. A common table expression hides a stored table of its name from what comes after it.
 */
export function namedTables(select: SelectStatement): readonly string[] {
  const found = new Set<string>();
  collect(select, new Set(), found);
  return [...found].sort();
}

/** As {@link namedTables} of CHECK TABLE. */
export function checkedTable({ check }: CheckTable): string {
  return check.name.toLowerCase();
}

function collect(select: SelectStatement, outer: ReadonlySet<string>, found: Set<string>): void {
  const hidden = new Set(outer);
  for (const common of select.with) {
    collect(common.select, hidden, found);
    hidden.add(common.name.toLowerCase());
  }
  const { from } = select;
  if (from === undefined) return;
  if ('select' in from) {
    collect(from.select, hidden, found);
    return;
  }
  const name = from.name.toLowerCase();
  if (!hidden.has(name)) found.add(name);
}
