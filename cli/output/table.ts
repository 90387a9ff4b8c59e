import type { JsonValue } from '../../src/client/query/print-value.ts';
import type { QueryResult } from '../../src/client/query/run-query.ts';
import { costLine, describeFailure, printable } from './lines.ts';
import type { ResultWriter } from './result-writer.ts';

/** Aligned columns for people; numbers to the right, NULL as NULL, doubles to eight digits. */
export function tableWriter(): ResultWriter {
  let first = true;
  return {
    result: (_statement, result) => {
      const gap = first ? '' : '\n';
      first = false;
      return { stdout: [gap + layoutTable(result)], stderr: costLine(result) };
    },
    failure: (statement, error) => ({ stdout: [], stderr: describeFailure(statement, error) }),
  };
}

/** Types whose values are aligned to the right. */
const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DOUBLE|DECIMAL)/;

/** The table as text, ending in a line break; an explanation is printed as it is. */
export function layoutTable({ columns, rows }: Pick<QueryResult, 'columns' | 'rows'>): string {
  if (columns.length === 1 && columns[0]?.name === 'explain') {
    return rows.map((row) => `${printable(String(row[0] ?? ''))}\n`).join('');
  }
  const head = columns.map((column) => printable(column.name));
  const body = rows.map((row) => row.map(cell));
  const widths = head.map((name, i) =>
    body.reduce((widest, row) => Math.max(widest, width(row[i] ?? '')), width(name)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((text, i) => {
      const blank = ' '.repeat((widths[i] ?? 0) - width(text));
      return NUMERIC.test(columns[i]?.type ?? '') ? blank + text : text + blank;
    });
    return `${padded.join('  ').trimEnd()}\n`;
  };
  const rule = widths.map((columns) => '─'.repeat(columns)).join('  ');
  return `${line(head)}${rule}\n${body.map(line).join('')}`;
}

function cell(value: JsonValue): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'number' || Number.isInteger(value)) return printable(String(value));
  return String(Number(value.toPrecision(8)));
}

/** Columns of a terminal that a text takes: wide East Asian characters and emoji take two. */
function width(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    const wide =
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;
    columns += wide.test(character) ? 2 : 1;
  }
  return columns;
}
