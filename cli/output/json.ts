import type { ResultWriter } from './result-writer.ts';

/**
 * One compact JSON object per statement, one a line: `{sql, columns, rows, tables, stats}` or `{sql, error}`.
 * Line and column of an error count inside `sql`, so that the object stands for itself. `withReceipts` adds `receipt`, the text of a
 * receipt's file, or null where there is none.
 */
export function jsonWriter(withReceipts = false): ResultWriter {
  const line = (value: unknown) => ({ stdout: `${JSON.stringify(value)}\n`, stderr: '' });
  return {
    result: ({ sql }, { columns, receipt, rows, stats, tables }) => {
      const own = withReceipts ? { receipt: receipt?.text() ?? null } : {};
      return line({ sql, columns, rows, tables, stats, ...own });
    },
    failure: ({ sql }, { code, message, position }) => {
      const at = { line: position?.line ?? null, column: position?.column ?? null };
      return line({ sql, error: { code, message, ...at } });
    },
  };
}
