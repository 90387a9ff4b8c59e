import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, printable } from '../../cli/output/lines.ts';
import { layoutTable } from '../../cli/output/table.ts';
import { createWriter } from '../../cli/output/writer.ts';
import { askAndKeep } from '../../cli/query/ask-statement.ts';
import { runStatements } from '../../cli/run/run-statements.ts';
import type { QueryResult } from '../../src/client/query/run-query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';

const RESULT: QueryResult = {
  columns: [
    { name: 'state', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'mean', type: 'DOUBLE' },
    { name: 'paid', type: 'DECIMAL(12,2)' },
  ],
  rows: [
    ['ca', 12, 1 / 3, '1.50'],
    [null, null, null, '-100.00'],
  ],
  stats: {
    seconds: { plan: 0.01, execute: 0.05, verify: 0, total: 0.08 },
    rounds: 3,
    bytesSentPerParty: [12_400_000, 12_399_000, 12_400_000],
    bytesToAnalyst: 192,
    andGates: 4,
    multiplications: 5,
    security: 'passive',
  },
  disclosures: [],
  tables: [{ name: 't', version: 3, digest: 'cd'.repeat(32) }],
  explain: '',
};
const STATEMENT = { sql: 'SELECT\n  nope FROM t', at: { line: 4, column: 3 } };
const ERROR = new TacitError('SQL_UNKNOWN_COLUMN', 'no column nope', { line: 2, column: 3 });

describe('table', () => {
  it('aligns columns, numbers to the right, and shows NULL', () => {
    expect(layoutTable(RESULT).split('\n')).toEqual([
      'state     n        mean     paid',
      '─────  ────  ──────────  ───────',
      'ca       12  0.33333333     1.50',
      'NULL   NULL        NULL  -100.00',
      '',
    ]);
  });

  it('tells the cost on stderr', () => {
    expect(createWriter('table').result(STATEMENT, RESULT).stderr).toBe(
      '(2 rows: 3 rounds, 12.4 MB sent per party, 0.08 s; security: passive (semi-honest))\n',
    );
  });

  it('points at errors in the whole text', () => {
    expect(createWriter('table').failure(STATEMENT, ERROR)).toEqual({
      stdout: [],
      stderr:
        'error SQL_UNKNOWN_COLUMN at line 5, column 3: no column nope\n    nope FROM t\n    ^\n',
    });
  });

  it('counts the columns that characters take', () => {
    const columns = [
      { name: 'x', type: 'VARCHAR' },
      { name: 'y', type: 'VARCHAR' },
    ];
    const rows = [
      ['日本', 'a'],
      ['e\u0301', 'b'],
      ['\u001b[31m', 'c'],
    ];
    expect(layoutTable({ columns, rows }).split('\n')).toEqual([
      'x           y',
      '──────────  ─',
      '日本        a',
      'e\u0301           b',
      '\\u{1b}[31m  c',
      '',
    ]);
  });

  it('lets nothing through that moves a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('json', () => {
  it('is one compact object a line, exactly these members', () => {
    const writer = createWriter('json');
    const { stdout: pieces, stderr } = writer.result(STATEMENT, RESULT);
    const stdout = pieces.join('');
    expect(stderr).toBe('');
    expect(stdout.endsWith('}\n') && !stdout.slice(0, -1).includes('\n')).toBe(true);
    const { columns, rows, stats, tables } = RESULT;
    expect(JSON.parse(stdout)).toEqual({ sql: STATEMENT.sql, columns, rows, tables, stats });
    expect(JSON.parse(writer.failure(STATEMENT, ERROR).stdout.join(''))).toEqual({
      sql: STATEMENT.sql,
      error: { code: 'SQL_UNKNOWN_COLUMN', message: 'no column nope', line: 2, column: 3 },
    });
  });
});

describe('long answers', () => {
  const columns = [{ name: 'n', type: 'INTEGER' }];
  const rows = Array.from({ length: 3000 }, (_, k) => [k]);
  const long = { ...RESULT, columns, rows };

  it('are the same JSON in several pieces', () => {
    const { stdout } = createWriter('json').result(STATEMENT, long);
    expect(Math.max(...stdout.map(({ length }) => length))).toBeLessThan(10_000);
    const { stats, tables } = RESULT;
    const whole = { sql: STATEMENT.sql, columns, rows, tables, stats };
    expect(stdout.join('')).toBe(`${JSON.stringify(whole)}\n`);
  });

  it('are the same CSV in several pieces', () => {
    const { stdout } = createWriter('csv').result(STATEMENT, long);
    expect(Math.max(...stdout.map(({ length }) => length))).toBeLessThan(10_000);
    expect(stdout.join('')).toBe(`n\r\n${rows.map(([n]) => `${n}\r\n`).join('')}`);
  });
});

describe('csv', () => {
  it('quotes as RFC 4180 wants and tells NULL from the empty string', () => {
    const columns = [
      { name: 'a,b', type: 'VARCHAR' },
      { name: 'c', type: 'BOOLEAN' },
    ];
    const rows = [
      ['say "hi"', true],
      ['', null],
      ['two\nlines', false],
      ['plain', 1],
    ];
    const writer = createWriter('csv');
    const csv = '"a,b",c\r\n"say ""hi""",true\r\n"",\r\n"two\nlines",false\r\nplain,1\r\n';
    expect(writer.result(STATEMENT, { ...RESULT, columns, rows }).stdout.join('')).toBe(csv);
    expect(writer.result(STATEMENT, { ...RESULT, columns, rows }).stdout.join('')).toBe(
      `\r\n${csv}`,
    );
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [12_400_000, '12.4 MB'],
  ])('%s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('the size of a join', () => {
  it('is told beside the error of the question that follows', async () => {
    const lines: string[] = [];
    const hinted = (pairs: string) =>
      `SELECT /*+ JOIN_ROWS(${pairs}) */ x.a FROM t x JOIN t y ON x.a = y.a`;
    const ask = async (sql: string) => {
      if (sql === hinted('7        ')) throw new TacitError('SQL_TOO_LARGE', 'seven');
      return { ...RESULT, rows: [[7]] };
    };
    const output = { stdout: (text: string) => void lines.push(text), stderr: () => {} };
    const asking = askAndKeep(undefined, ask, () => {});
    const text = `${hinted('DISCLOSED')}; SELECT 1`;
    expect(await runStatements(text, false, asking, createWriter('json'), output)).toBe(1);
    const [failed, next] = lines.join('').trimEnd().split('\n');
    expect(JSON.parse(failed ?? '')).toEqual({
      sql: hinted('DISCLOSED'),
      error: { code: 'SQL_TOO_LARGE', message: 'seven', line: null, column: null },
      ...{ joinRows: 7, countStats: RESULT.stats },
    });
    expect(next).not.toContain('joinRows');
  });
});
