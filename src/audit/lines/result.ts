import { printType } from '../../catalog/types.ts';
import { fromBase64 } from '../../client/base64.ts';
import { decodeRows } from '../../client/query/decode-rows.ts';
import { openResult } from '../../client/query/reconstruct.ts';
import { blindingSharesBytes, splitShares } from '../../commit/blinding.ts';
import { resultShareBytes } from '../../program/measure.ts';
import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/**
 * The shares of all members belong to one result, and it decodes, by the shape of the compiled statement, to the columns and
 * rows that the receipt shows.
 */
export function resultLine(subject: Subject): Outcome {
  const { prepared, receipt } = subject;
  const { program, shape } = prepared;
  const totals = receipt.body.audit?.totals.length ?? 0;
  const expected = resultShareBytes(program.results) + blindingSharesBytes(totals);
  const vectors = receipt.parties.map(({ party, shares }) => {
    const bytes = fromBase64(shares) ?? new Uint8Array();
    if (bytes.length === expected) return bytes;
    throw refuted(`${subject.nameOf(party)} has ${bytes.length} bytes of shares, not ${expected}`);
  });
  const [a, b, c, ...others] = vectors;
  if (!a || !b || !c || others.length > 0) throw refuted('there are not three vectors of shares');
  const results = (vector: Uint8Array) => splitShares(vector, totals).results;
  const rows = decodeRows(shape, openResult(shape, [results(a), results(b), results(c)]));
  const columns = shape.columns.map(({ name, type }) => ({ name, type: printType(type) }));
  if (JSON.stringify(columns) !== JSON.stringify(receipt.result.columns)) {
    throw refuted('the columns shown are not those of the statement');
  }
  // As the receipt's text has them: JSON knows fewer numbers than DOUBLE.
  if (JSON.stringify(rows) !== JSON.stringify(receipt.result.rows)) {
    throw refuted('the rows shown are not what the shares say');
  }
  return holds(
    `the shares of all parties are consistent and say exactly the ${rows.length} row(s) shown`,
  );
}
