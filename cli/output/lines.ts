import type { QueryResult } from '../../src/client/query/run-query.ts';
import type { TacitError } from '../../src/errors/tacit-error.ts';
import type { StatementText } from './result-writer.ts';

/** What stderr says under a result: rows, cost and the kind of security. */
export function costLine({ columns, rows, stats }: QueryResult): string {
  const explained = columns.length === 1 && columns[0]?.name === 'explain';
  const shown = explained ? 'predicted' : `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`;
  const bytes = formatBytes(Math.max(0, ...stats.bytesSentPerParty));
  const rounds = `${stats.rounds} ${stats.rounds === 1 ? 'round' : 'rounds'}`;
  const time = `${stats.seconds.total.toFixed(2)} s`;
  const security = stats.security === 'passive' ? 'passive (semi-honest)' : stats.security;
  return `(${shown}: ${rounds}, ${bytes} sent per party, ${time}; security: ${security})\n`;
}

/** An error for people: code, message, and the line of the statement with a caret below it. */
export function describeFailure({ sql, at }: StatementText, error: TacitError): string {
  const { code, message, position } = error;
  if (position === undefined) return `error ${code}: ${printable(message)}\n`;
  const source = sql.split('\n')[position.line - 1] ?? '';
  const indent = [...source].slice(0, position.column - 1);
  const blank = indent.map((character) => (character === '\t' ? '\t' : ' ')).join('');
  const line = at.line + position.line - 1;
  const column = position.line === 1 ? at.column + position.column - 1 : position.column;
  const shown = printable(source.replaceAll('\t', ' '));
  const caret = `  ${blank.replaceAll('\t', ' ')}^`;
  return `error ${code} at line ${line}, column ${column}: ${printable(message)}\n  ${shown}\n${caret}\n`;
}

/** An error that belongs to no statement. */
export function describeError(error: TacitError): string {
  return `error ${error.code}: ${printable(error.message)}\n`;
}

/** Bytes for people, in decimal units: `12.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** The text without characters that would move a terminal's cursor or change its state. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
}
