import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { invalidSource } from './file.ts';

const HEADER_BYTES_MAX = 1024 * 1024;
const DELIMITERS = [',', ';', '\t', '|'];
const QUOTE = '"';
/** Text that is data rather than a name: numbers, dates, truth values. */
const LOOKS_LIKE_DATA =
  /^([-+]?[\d.,]+(e[-+]?\d+)?|\d{4}-\d\d-\d\d.*|\d\d?[./]\d\d?[./]\d{4}|true|false)$/i;

export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/**
 * Reads the first line of a CSV file. The delimiter is decided here and not by DuckDB's sniffer, which,
 * given one ragged row, prefers to read the whole file as a single column.
 */
export async function readCsvHeader(
  path: string,
  source: string,
  fixedDelimiter: string | undefined,
): Promise<CsvHeader> {
  const line = await firstLine(path, source);
  const delimiter = fixedDelimiter ?? mostFrequent(line);
  const names = splitLine(line, delimiter).map((name) => name.trim());
  names.forEach((name, k) => {
    if (name === '') throw invalidSource(source, `column ${k + 1} has no name in the first line`);
    if (LOOKS_LIKE_DATA.test(name)) {
      throw invalidSource(
        source,
        `the first line must name the columns; number ${k + 1} is no name`,
      );
    }
  });
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) throw invalidSource(source, `two columns are named ${name}`);
    seen.add(name.toLowerCase());
  }
  return { delimiter, names };
}

async function firstLine(path: string, source: string): Promise<string> {
  const raw = createReadStream(path);
  const bytes = path.toLowerCase().endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  let text = '';
  try {
    for await (const chunk of bytes) {
      text += (chunk as Buffer).toString('latin1');
      if (text.length > HEADER_BYTES_MAX || endOfLine(text) >= 0) break;
    }
  } catch {
    throw invalidSource(source, 'the file cannot be read');
  } finally {
    raw.destroy();
  }
  const end = endOfLine(text);
  if (end < 0 && text.length > HEADER_BYTES_MAX) {
    throw invalidSource(source, 'the first line is longer than 1 MiB');
  }
  const line = decode(Buffer.from(end < 0 ? text : text.slice(0, end), 'latin1'), source);
  if (line.trim() === '') {
    throw invalidSource(source, 'the file is empty; its first line must name the columns');
  }
  return line;
}

function decode(bytes: Buffer, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidSource(source, 'the first line is not UTF-8');
  }
}

/** Position of the first line break outside quotes, or -1. */
function endOfLine(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === QUOTE) quoted = !quoted;
    else if (!quoted && (char === '\n' || char === '\r')) return at;
  }
  return -1;
}

function mostFrequent(line: string): string {
  const counts = DELIMITERS.map((delimiter) => splitLine(line, delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function splitLine(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] as string;
    if (char === QUOTE && quoted && line[at + 1] === QUOTE) {
      field += QUOTE;
      at += 1;
    } else if (char === QUOTE) quoted = !quoted;
    else if (char === delimiter && !quoted) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  return [...fields, field];
}
