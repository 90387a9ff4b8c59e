import type { QueryResult } from '../../src/client/query/run-query.ts';
import { inPieces } from './pieces.ts';
import type { ResultWriter } from './result-writer.ts';

/**
 * One compact JSON object per statement, one a line: `{sql, columns, rows, tables, stats}` or `{sql, error}`.
 * Line and column of an error count inside `sql`, so that the object stands for itself. `withReceipts` adds `receipt`, the text of a
 * receipt's file, or null where there is none. Where a join's size was asked for first there are `joinRows`, `countStats` and `countReceipt`.
 */
export function jsonWriter(withReceipts = false): ResultWriter {
  return {
    result: ({ sql }, { columns, counted, receipt, rows, stats, tables }) => {
      const own = {
        ...ofCount(counted, withReceipts),
        ...(withReceipts && { receipt: receipt?.text() ?? null }),
      };
      const head = `${JSON.stringify({ sql, columns }).slice(0, -1)},"rows":[`;
      const tail = `],${JSON.stringify({ tables, stats, ...own }).slice(1)}\n`;
      const list = inPieces(rows, (row) => JSON.stringify(row), ',');
      return { stdout: [head, ...list, tail], stderr: '' };
    },
    failure: ({ counted, sql }, { code, message, position }) => {
      const at = { line: position?.line ?? null, column: position?.column ?? null };
      const text = JSON.stringify({
        ...{ sql, error: { code, message, ...at } },
        ...ofCount(counted, withReceipts),
      });
      return { stdout: [`${text}\n`], stderr: '' };
    },
  };
}

/** How many rows a join has, if that was asked first. */
function ofCount(counted: QueryResult | undefined, withReceipts: boolean) {
  if (counted === undefined) return {};
  const joinRows = counted.rows[0]?.[0];
  return {
    ...{ joinRows, countStats: counted.stats },
    ...(withReceipts && { countReceipt: counted.receipt?.text() ?? null }),
  };
}
