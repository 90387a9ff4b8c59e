import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, type TableConfig } from '../../cli/config.ts';
import { readDefinitionFile } from '../../cli/define/definition-file.ts';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { printType } from '../../src/catalog/types.ts';
import { parseStatements } from '../../src/parser/parse.ts';
import { duck } from '../sources/fixture.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');
const FOLDERS = readdirSync(EXAMPLES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const CHOSEN = process.env['TACIT_LONG'] === undefined ? ['bank'] : FOLDERS;
const PATIENCE_MS = 300_000;

const run = promisify(execFile);

/** One line of `tacit run --format json`. */
interface Answer {
  readonly sql: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly error?: { readonly code: string; readonly message: string };
}

// Does nothing if dist/ is up to date.
beforeAll(() => run(process.execPath, [join(ROOT, 'scripts/prepare.mjs')]));

/** What the example's command prints, statement by statement, also where one fails. */
async function answersOf(folder: string): Promise<Answer[]> {
  const program = [join(ROOT, 'bin/tacit.js'), 'run', join(folder, 'tacit.yaml')];
  const options = ['--sql', join(folder, 'queries.sql'), '--format', 'json'];
  const { stdout } = await run(process.execPath, [...program, ...options], { cwd: ROOT }).catch(
    (error: { readonly stdout: string }) => error,
  );
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** DuckDB's type of a declared column. */
function typeOf({ name, type }: ColumnDefinition): string {
  return `'${name}': '${printType(type)}'`;
}

/** DuckDB's view of a table over its owners' CSV files, read with the declared types. */
function viewOf({ definition, name, sources }: TableConfig): string {
  const files = sources.map(({ path }) => `'${path}'`).join(', ');
  const types = (definition?.table.columns ?? []).map(typeOf).join(', ');
  return `CREATE VIEW ${name} AS FROM read_csv([${files}], types = {${types}})`;
}

/** What DuckDB answers to the same statements over the same files, as JSON says it. */
async function expectedOf(folder: string, tables: readonly TableConfig[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  await duck(async (connection) => {
    // x / 0 is NULL in Tacit, as DuckDB says without IEEE division.
    await connection.run('SET ieee_floating_point_ops = false');
    for (const table of tables) await connection.run(viewOf(table));
    for (const { sql } of parseStatements(readFileSync(join(folder, 'queries.sql'), 'utf8'))) {
      const reader = await connection.runAndReadAll(sql);
      const types = reader.columnTypes().map(String);
      const columns = reader.columnNames().map((name, k) => ({ name, type: types[k] ?? '' }));
      const rows = reader
        .getRows()
        .map((row) => row.map((cell, k) => printed(cell, types[k] ?? '')));
      answers.push({ sql, columns, rows });
    }
  });
  return answers;
}

function printed(cell: unknown, type: string): unknown {
  if (cell === null || typeof cell === 'boolean' || type === 'DOUBLE') return cell;
  if (!/INT$|INTEGER$/.test(type)) return String(cell);
  const value = BigInt(cell as number | bigint);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

/** Doubles may differ in their last digits where DuckDB itself adds doubles in some order. */
function expectSame(answer: Answer, expected: Answer): void {
  expect(answer.error, answer.sql).toBeUndefined();
  expect(answer.columns, answer.sql).toEqual(expected.columns);
  const isOrdered = /\bORDER BY\b(?![^(]*\))/i.test(expected.sql);
  const sort = (rows: Answer['rows'] = []) =>
    isOrdered
      ? [...rows]
      : rows
          .map((row) => JSON.stringify(row))
          .sort()
          .map((row) => JSON.parse(row));
  const [ours, theirs] = [sort(answer.rows), sort(expected.rows)];
  expect(ours.length, answer.sql).toBe(theirs.length);
  theirs.forEach((row, r) => {
    row.forEach((cell: unknown, c: number) => {
      const place = `${answer.sql}\nrow ${r + 1}, column ${c + 1}`;
      if (typeof cell !== 'number' || expected.columns?.[c]?.type !== 'DOUBLE') {
        expect(ours[r]?.[c], place).toEqual(cell);
      } else {
        const difference = Math.abs(Number(ours[r]?.[c]) - cell);
        expect(difference, place).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(cell)));
      }
    });
  });
}

describe('examples', () => {
  it('have a definition that can be signed', () => {
    expect(FOLDERS).toEqual(['ad-tech', 'bank', 'government', 'hospital', 'supply-chain']);
    for (const name of FOLDERS) {
      const files = readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith('.yaml'));
      const definitions = files.filter((file) => file !== 'tacit.yaml');
      for (const file of definitions) readDefinitionFile(join(EXAMPLES, name, file));
      expect(definitions.length).toBe(name === 'ad-tech' ? 2 : 1);
    }
  });

  it.each(CHOSEN)(
    '%s: every answer is DuckDB’s',
    async (name) => {
      const folder = join(EXAMPLES, name);
      await run(process.execPath, ['--import', 'tsx', join(folder, 'generate.ts')], { cwd: ROOT });
      const { tables } = loadConfig(join(folder, 'tacit.yaml'));
      expect(tables.every(({ definition }) => definition !== undefined)).toBe(true);
      const [answers, expected] = await Promise.all([
        answersOf(folder),
        expectedOf(folder, tables),
      ]);
      expect(answers.map(({ sql }) => sql)).toEqual(expected.map(({ sql }) => sql));
      expect(expected.length).toBeGreaterThanOrEqual(3);
      answers.forEach((answer, k) => {
        expectSame(answer, expected[k] ?? answer);
      });
    },
    PATIENCE_MS,
  );
});
