import { hex } from '../../crypto/hex.ts';
import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** The statement, compiled anew with the definitions of the receipt, gives the program that was run, and reads these tables. */
export function programLine({ prepared, receipt }: Subject): Outcome {
  const { program, tables } = receipt.body;
  if (prepared.explainOnly)
    throw refuted('the statement is an EXPLAIN: nothing is computed for it');
  if (hex(prepared.digest) !== program) {
    throw refuted('the statement compiles to another program than the one that was run');
  }
  const listed = tables.map(({ digest, name, version }) => ({ name, version, digest }));
  if (JSON.stringify(prepared.tables) !== JSON.stringify(listed)) {
    throw refuted('the statement reads other tables than the receipt lists');
  }
  return holds('the SQL text compiles to exactly the program that all parties ran');
}
