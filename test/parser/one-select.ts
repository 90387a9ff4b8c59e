import { parseStatement } from '../../src/parser/parse.ts';
import type { SelectStatement } from '../../src/parser/syntax.ts';

/** The tree of a statement that is one SELECT and no set operation. */
export function oneSelect(sql: string): SelectStatement {
  const { select } = parseStatement(sql);
  if (select.kind !== 'select') throw new Error(`a set operation: ${sql}`);
  return select;
}
