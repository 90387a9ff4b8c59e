import { TacitError } from '../../src/errors/tacit-error.ts';
import type { SourceConfig } from '../config.ts';
import { type CsvHeader, readCsvHeader } from './csv-header.ts';
import { type Duck, ident, literal } from './duckdb.ts';
import { type FileColumn, invalidSource, type Sample, type SourceFile } from './file.ts';

/** Malformed rows that are recorded; one is reported. */
const REJECTS_MAX = 1000;
const REJECTS = 'csv_rejects';
const SCANS = 'csv_reject_scans';
/** Malformed rows are left out and written down. */
const REJECT =
  `, store_rejects=true, rejects_limit=${REJECTS_MAX}, ` +
  `rejects_table='${REJECTS}', rejects_scan='${SCANS}'`;

/** What is wrong with a row, by DuckDB's name for it; none of these texts contains data. */
const PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['TOO MANY COLUMNS', 'the row has more columns than the first line'],
  ['MISSING COLUMNS', 'the row has fewer columns than the first line'],
  ['UNQUOTED VALUE', 'a quote is not closed or text follows a closing quote'],
  ['LINE SIZE OVER MAXIMUM', 'the row is too long'],
  ['INVALID ENCODING', 'the row is not UTF-8'],
  ['INVALID STATE', 'a quote is not closed or text follows a closing quote'],
]);

interface Sniffed {
  readonly columns: readonly FileColumn[];
  readonly dateFormat: string | undefined;
  readonly timestampFormat: string | undefined;
}

/** A CSV or TSV file; so many rows are looked at to decide the types. */
export async function openCsv(
  duck: Duck,
  { owner, path, source }: SourceConfig,
  sample: Sample,
  fixedDelimiter?: string,
): Promise<SourceFile> {
  const header = await readCsvHeader(path, source, fixedDelimiter);
  const sniffed = await sniff(duck, path, source, header, sample);
  const select = (columns: readonly FileColumn[], rejects: string) => {
    const names = columns.map((column) => ident(column.name)).join(', ');
    const formats = [
      sniffed.dateFormat ? `, dateformat=${literal(sniffed.dateFormat)}` : '',
      sniffed.timestampFormat ? `, timestampformat=${literal(sniffed.timestampFormat)}` : '',
    ].join('');
    const types = sniffed.columns.map(
      ({ name, type }) => columns.find((column) => column.name === name)?.type ?? type,
    );
    return `SELECT ${names} FROM ${reader(path, header, types, formats + rejects)}`;
  };
  return {
    owner,
    source,
    columns: sniffed.columns,
    select: (columns) => select(columns, REJECT),
    selectStrictly: (columns) => select(columns, ''),
    verify: () => verify(duck, source),
    explain: async (error) => error,
  };
}

async function sniff(
  duck: Duck,
  path: string,
  source: string,
  header: CsvHeader,
  sample: Sample,
): Promise<Sniffed> {
  // Malformed rows are skipped here and reported by line when the rows are loaded.
  const options = `sample_size=${sample}, ignore_errors=true, ${dialect(header)}`;
  const sql = `SELECT Columns, DateFormat, TimestampFormat FROM sniff_csv(${literal(path)}, ${options})`;
  try {
    const [columns, dateFormat, timestampFormat] = await duck.row(sql, `${source}: reading it`);
    const types = (columns as { type: string }[]).map((column) => column.type);
    if (types.length === header.names.length) {
      return {
        columns: header.names.map((name, k) => ({ name, type: types[k] ?? 'VARCHAR' })),
        dateFormat: (dateFormat as string | null) ?? undefined,
        timestampFormat: (timestampFormat as string | null) ?? undefined,
      };
    }
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
  }
  await reportMalformedRow(duck, path, source, header);
  throw invalidSource(source, 'the file is not CSV as its first line announces it');
}

/** Reads everything as text to find the row that kept the sniffer from understanding the file. */
async function reportMalformedRow(
  duck: Duck,
  path: string,
  source: string,
  header: CsvHeader,
): Promise<void> {
  const types = header.names.map(() => 'VARCHAR');
  const sql = `SELECT count(*) FROM ${reader(path, header, types, REJECT)}`;
  await duck.rows(sql, `${source}: reading it`);
  await verify(duck, source);
}

function reader(path: string, header: CsvHeader, types: readonly string[], more: string): string {
  const columns = header.names.map((name, k) => `${literal(name)}: ${literal(types[k] ?? '')}`);
  return (
    `read_csv(${literal(path)}, auto_detect=false, columns={${columns.join(', ')}}, ` +
    `${dialect(header)}${more})`
  );
}

function dialect(header: CsvHeader): string {
  return `delim=${literal(header.delimiter)}, quote='"', escape='"', header=true, skip=0, comment=''`;
}

async function verify(duck: Duck, source: string): Promise<void> {
  const doing = `${source}: checking its rows`;
  const [line, kind, column] = await duck.row(
    `SELECT line, error_type::VARCHAR, column_name FROM ${REJECTS}
     ORDER BY line, error_type = 'CAST' LIMIT 1`,
    doing,
  );
  await duck.run(`DROP TABLE ${REJECTS}; DROP TABLE ${SCANS}`, doing);
  if (line === undefined) return;
  const problem =
    kind === 'CAST'
      ? `the value of column ${String(column)} does not have the column's type`
      : (PROBLEMS.get(String(kind)) ?? 'the row is malformed');
  throw new TacitError(
    'SOURCE_INVALID',
    `${source}, line ${String(line)} (row ${Number(line) - 1} of the data): ${problem}`,
  );
}
