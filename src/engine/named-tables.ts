import type { CheckTable, CommonTable, Query } from '../parser/syntax.ts';

/**
 * Lower-case names of the stored tables that a statement names anywhere, subqueries included, sorted: what the parties agree on
 * versions of. A common table expression hides a stored table of its name from what comes after it.
 */
export function namedTables(query: Query): readonly string[] {
  const found = new Set<string>();
  collect(query, new Set(), found);
  return [...found].sort();
}

/** As {@link namedTables} of CHECK TABLE. */
export function checkedTable({ check }: CheckTable): string {
  return check.name.toLowerCase();
}

/** Whatever a query is made of: clauses and expressions are walked alike, because any of them may hold a query. */
function collect(part: unknown, hidden: ReadonlySet<string>, found: Set<string>): void {
  if (typeof part !== 'object' || part === null) return;
  if (Array.isArray(part)) {
    for (const each of part) collect(each, hidden, found);
    return;
  }
  const inner = 'with' in part ? collectCommon(part.with as Query['with'], hidden, found) : hidden;
  for (const [name, each] of Object.entries(part)) {
    if (name === 'from' || name === 'left' || name === 'right') collectFrom(each, inner, found);
    else if (name !== 'with' && name !== 'at') collect(each, inner, found);
  }
}

/** Names that are hidden behind the common tables. */
function collectCommon(
  tables: readonly CommonTable[],
  outer: ReadonlySet<string>,
  found: Set<string>,
): ReadonlySet<string> {
  const hidden = new Set(outer);
  for (const { name, select } of tables) {
    collect(select, hidden, found);
    hidden.add(name.toLowerCase());
  }
  return hidden;
}

/** A side of FROM, or of an expression: only tables have a name and nothing that says what else they are. */
function collectFrom(part: unknown, hidden: ReadonlySet<string>, found: Set<string>): void {
  const isTable = typeof part === 'object' && part !== null && 'name' in part && !('kind' in part);
  if (!isTable) {
    collect(part, hidden, found);
    return;
  }
  const name = String(part.name).toLowerCase();
  if (!hidden.has(name)) found.add(name);
}
