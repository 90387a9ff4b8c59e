import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { TacitError } from '../../src/errors/tacit-error.ts';
import type { SourceConfig } from '../config.ts';
import { type Duck, ident, literal } from './duckdb.ts';
import { type FileColumn, invalidSource, type SourceFile } from './file.ts';

/** A JSON file: an array of objects, or one object a line (`byLine`). All of it is looked at: any row may name a new column. */
export async function openJson(
  duck: Duck,
  { owner, path, source }: SourceConfig,
  byLine: boolean,
): Promise<SourceFile> {
  const format = byLine ? "format='newline_delimited'" : "format='auto'";
  const from = `${literal(path)}, sample_size=-1, maximum_depth=2, ${format}`;
  const explain = async (error: TacitError): Promise<TacitError> => {
    const row = byLine ? await firstMalformedLine(path) : undefined;
    if (row !== undefined) return invalidSource(source, `row ${row} is not a JSON object`);
    return invalidSource(source, `the file is not JSON whose rows are objects (${kindOf(error)})`);
  };
  let columns: FileColumn[] = [];
  try {
    const rows = await duck.rows(`DESCRIBE SELECT * FROM read_json(${from}, records=true)`, source);
    columns = rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  } catch (error) {
    // A document without rows names no column, which is no mistake.
    if (!(await isEmpty(duck, from, source))) throw await explain(error as TacitError);
  }
  return {
    owner,
    source,
    columns,
    select: (wanted) => {
      const names = wanted.map((column) => ident(column.name)).join(', ');
      const types = wanted.map(({ name, type }) => `${literal(name)}: ${literal(type)}`).join(', ');
      const options = `columns={${types}}, ${format}`;
      return `SELECT ${names} FROM read_json(${literal(path)}, ${options})`;
    },
    verify: async () => undefined,
    explain,
  };
}

async function isEmpty(duck: Duck, from: string, source: string): Promise<boolean> {
  try {
    const [count] = await duck.row(`SELECT count(*) FROM read_json(${from})`, source);
    return count === 0n;
  } catch {
    return false;
  }
}

function kindOf(error: TacitError): string {
  return /DuckDB reports ([A-Za-z ]+)$/.exec(error.message)?.[1] ?? 'no detail';
}

/** 1-based number of the first line that is not one JSON object. */
async function firstMalformedLine(path: string): Promise<number | undefined> {
  const input = createReadStream(path, 'utf8');
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (line.trim() !== '' && !isObject(line)) return number;
    }
  } finally {
    input.destroy();
  }
  return undefined;
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
