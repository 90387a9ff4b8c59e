import type { DuckDBAppender } from '@duckdb/node-api';
import type { Client, QueryArrayResult } from 'pg';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Duck } from './duckdb.ts';
import { invalidSource, type SourceFile, sameName } from './file.ts';
import { parsePostgresUrl } from './postgres-address.ts';
import { tableSource } from './query.ts';

const ROWS = 'postgres_rows';
/** Rows in memory at a time. */
const FETCH_ROWS = 4096;
const CONNECT_MS = 30_000;
/** What is wrong with the text of a query, its names or its rights, or with a connection: it quotes no value of a row. */
const HARMLESS = /^(08|0A|28|3D|42|57)/;

/** Values arrive as text that DuckDB reads, in the same order each time as far as the server's plan allows. */
const SETTINGS = [
  "SET LOCAL DateStyle = 'ISO, YMD'",
  "SET LOCAL TimeZone = 'UTC'",
  'SET LOCAL extra_float_digits = 1',
  'SET LOCAL synchronize_seqscans = off',
  'SET LOCAL max_parallel_workers_per_gather = 0',
];

/**
 * Runs a SELECT at an owner's Postgres in a read-only transaction and takes its rows over into DuckDB, which spills
 * what does not fit its memory. SOURCE_INVALID names the server, and neither values nor the password.
 */
export async function openPostgres(duck: Duck, url: string, query: string): Promise<SourceFile> {
  const { label, ...address } = parsePostgresUrl(url);
  const { default: pg } = await import('pg');
  const client = new pg.Client({ ...address, connectionTimeoutMillis: CONNECT_MS });
  // Without a listener, a connection that breaks between two requests would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await takeOver(duck, client, label, query.replace(/[\s;]+$/, ''));
  } catch (error) {
    throw error instanceof TacitError ? error : refused(label, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function takeOver(
  duck: Duck,
  client: Client,
  label: string,
  query: string,
): Promise<SourceFile> {
  await client.query('BEGIN TRANSACTION READ ONLY');
  for (const setting of SETTINGS) await client.query(setting);
  await client.query(`DECLARE tacit NO SCROLL CURSOR FOR SELECT * FROM (\n${query}\n) AS q`);
  let page = await fetchPage(client);
  const columns = page.fields.map(({ name }) => ({ name, type: 'VARCHAR' }));
  requireNames(columns);
  const types = columns.map((_, k) => `c${k} VARCHAR`).join(', ');
  await duck.run(`CREATE TABLE ${ROWS} (${types})`, label);
  const appender = await duck.appender(ROWS);
  while (page.rows.length > 0) {
    append(appender, page.rows);
    page = await fetchPage(client);
  }
  appender.closeSync();
  await client.query('COMMIT');
  const source = tableSource(label, ROWS, columns);
  const place = (name: string) => columns.findIndex((column) => column.name === name);
  return {
    ...source,
    select: (wanted) =>
      `SELECT ${wanted.map(({ name }) => `c${place(name)}`).join(', ')} FROM ${ROWS}`,
  };
}

function fetchPage(client: Client): Promise<QueryArrayResult<(string | null)[]>> {
  return client.query<(string | null)[]>({
    text: `FETCH ${FETCH_ROWS} FROM tacit`,
    rowMode: 'array',
    // As the server spells it: JavaScript's numbers and dates would lose digits.
    types: { getTypeParser: () => (text: string) => text },
  });
}

function append(appender: DuckDBAppender, rows: readonly (readonly (string | null)[])[]): void {
  for (const row of rows) {
    for (const cell of row) {
      if (cell === null) appender.appendNull();
      else appender.appendVarchar(cell);
    }
    appender.endRow();
  }
  appender.flushSync();
}

/** Postgres's message may quote values, so only what is known to be harmless gets out. */
function refused(label: string, cause: unknown): TacitError {
  const make = (what: string) =>
    new TacitError('SOURCE_INVALID', `${label}: ${what}`, undefined, { cause });
  if (!(cause instanceof Error)) return make('the connection failed');
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (/^[0-9A-Z]{5}$/.test(code)) {
    const detail = HARMLESS.test(code) ? `: ${cause.message}` : '';
    return make(`PostgreSQL reports error ${code}${detail}`);
  }
  if (/^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS)/.test(code)) {
    return make(
      `its certificate is not trusted (${code}); name its authority with sslrootcert=FILE`,
    );
  }
  if (/does not support SSL/.test(cause.message)) {
    return make('the server speaks no TLS; sslmode=disable lets rows travel in the clear');
  }
  if (/password/i.test(cause.message)) {
    return make('the server asks for a password; set PGPASSWORD or write ~/.pgpass');
  }
  return make(code ? `it cannot be reached (${code})` : 'the connection failed');
}

/** SOURCE_INVALID if two columns have one name. */
function requireNames(columns: SourceFile['columns']): void {
  columns.forEach(({ name }, k) => {
    if (!columns.slice(0, k).some((other) => sameName(other.name, name))) return;
    throw invalidSource('the query', `two columns are called ${name}; give them names with AS`);
  });
}
