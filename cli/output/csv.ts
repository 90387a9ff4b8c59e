import type { JsonValue } from '../../src/client/query/print-value.ts';
import { costLine, describeFailure } from './lines.ts';
import { inPieces } from './pieces.ts';
import type { ResultWriter } from './result-writer.ts';

/**
 * Comma-separated values as in RFC 4180: a header line, CRLF, quotes where needed. NULL is an empty
 * field, the empty string is `""`. An empty line stands between the results of two statements.
 */
export function csvWriter(): ResultWriter {
  let first = true;
  return {
    result: (_statement, result) => {
      const header = result.columns.map((column) => column.name);
      const line = (row: readonly JsonValue[]) => `${row.map(field).join(',')}\r\n`;
      const gap = first ? '' : '\r\n';
      first = false;
      return {
        stdout: [gap + line(header), ...inPieces(result.rows, line)],
        stderr: costLine(result),
      };
    },
    failure: (statement, error) => ({ stdout: [], stderr: describeFailure(statement, error) }),
  };
}

function field(value: JsonValue): string {
  if (value === null) return '';
  const text = String(value);
  if (text !== '' && !/[",\r\n]/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}
