import type { ResultWriter } from './result-writer.ts';

/**
 * One compact JSON object per statement, one a line: `{sql, columns, rows, tables, stats}` or `{sql, error}`.
 * Line and column of an error count inside `sql`, so that the object stands for itself.
 */
export function jsonWriter(): ResultWriter {
  const line = (value: unknown) => ({ stdout: `${JSON.stringify(value)}\n`, stderr: '' });
  return {
    result: ({ sql }, { columns, rows, stats, tables }) =>
      line({ sql, columns, rows, tables, stats }),
    failure: ({ sql }, { code, message, position }) => {
      const at = { line: position?.line ?? null, column: position?.column ?? null };
      return line({ sql, error: { code, message, ...at } });
    },
  };
}
