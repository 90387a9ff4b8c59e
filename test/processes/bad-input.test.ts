import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, Folder } from './command.ts';

const LONG = process.env['TACIT_LONG'] !== undefined;
const GOOD = 'SELECT COUNT(*) AS n, SUM(b) AS s FROM t WHERE a < 3';
const ROWS = 'a,b,w,big\n1,10,x,9000000000000000000\n2,20,y,1\n3,30,x,2\n4,40,y,3\n';
const TABLE = '  t:\n    - { owner: o, source: good.csv, columns: { w: { dictionary: true } } }\n';

const FILES = {
  'good.csv': ROWS,
  'good.yaml': `tables:\n${TABLE}`,
  'badrow.csv': 'a,b\n1,10\n2,20,30\n',
  'badvalue.csv': 'a,b\n1,10\nseven,20\n',
  'badrow.yaml': 'tables:\n  t:\n    - { owner: o, source: badrow.csv }\n',
  'badvalue.yaml':
    'tables:\n  t:\n    - { owner: o, source: badvalue.csv, columns: { a: { type: INTEGER } } }\n',
  'bounds.yaml':
    'tables:\n  t:\n    - { owner: o, source: good.csv, columns: { b: { bounds: [0, 25] } } }\n',
  'missing.yaml': 'tables:\n  t:\n    - { owner: o, source: nowhere.csv }\n',
  'broken.yaml': 'tables: [\n',
  'four.yaml': 'parties: 4\ntables: {}\n',
  'threshold.yaml': 'threshold: 2\ntables: {}\n',
  'unknown.yaml': 'tabels: {}\n',
};

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.create(FILES);
});
afterAll(() => folder?.remove());

/** SQL that is refused, and what the message must say. */
const STATEMENTS: readonly (readonly [sql: string, code: string, message: RegExp])[] = [
  ['SELEC a FROM t', 'SQL_SYNTAX', /SELEC/],
  ['SELECT SUM(a FROM t', 'SQL_SYNTAX', /./],
  ['SELECT MODE(a) FROM t', 'SQL_UNSUPPORTED', /MODE/i],
  ['DELETE FROM t', 'SQL_UNSUPPORTED', /DELETE/i],
  ['SELECT a FROM t QUALIFY a > 1', 'SQL_UNSUPPORTED', /QUALIFY/i],
  ['WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r', 'SQL_UNSUPPORTED', /WITH|recursive/i],
  ['SELECT COUNT(*) FROM nowhere', 'SQL_UNKNOWN_TABLE', /nowhere.*t/],
  ['SELECT SUM(nothing) FROM t', 'SQL_UNKNOWN_COLUMN', /nothing.*a, b, w, big/],
  ["SELECT COUNT(*) FROM t WHERE a = 'x'", 'SQL_TYPE', /./],
  ['SELECT SUM(w) FROM t', 'SQL_TYPE', /./],
  ['SELECT SUM(big * big * big) FROM t', 'SQL_OVERFLOW', /./],
  ['SELECT a, COUNT(*) FROM t', 'SQL_GROUPING', /a/],
];

describe('refused statements', () => {
  let ended: Ended;
  let lines: { sql: string; rows?: unknown; error?: Record<string, unknown> }[];
  beforeAll(async () => {
    const sql = STATEMENTS.flatMap(([text]) => [text, GOOD]).join(';\n');
    const run = ['run', folder.file('good.yaml'), '--format', 'json', '-e', sql];
    ended = await folder.run(run);
    lines = ended.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }, 90_000);

  it('leave the others alone, nothing behind, and 1 as exit code', () => {
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.left).toEqual([]);
    expect(lines).toHaveLength(2 * STATEMENTS.length);
    for (const [i, { rows, sql }] of lines.entries()) {
      if (i % 2 === 1) expect({ sql, rows }).toEqual({ sql: GOOD, rows: [[2, 30]] });
    }
  });

  for (const [i, [sql, code, message]] of STATEMENTS.entries()) {
    it(`${code}: ${sql}`, () => {
      const { error } = lines[2 * i] ?? {};
      expect(error, JSON.stringify(lines[2 * i])).toMatchObject({ code });
      expect(error?.['message']).toMatch(message);
      expect(error).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
    });
  }
});

const CONFIGURATIONS: readonly (readonly [file: string, code: string, message: RegExp])[] = [
  ['four.yaml', 'SUITE_NOT_BUILT', /parties: 4.*use parties: 3/],
  ['threshold.yaml', 'SUITE_NOT_BUILT', /threshold: 2.*threshold: 1/],
  ['broken.yaml', 'CONFIG_INVALID', /broken\.yaml.*line \d|broken\.yaml:\d/],
  ['unknown.yaml', 'CONFIG_INVALID', /tabels/],
  ['absent.yaml', 'CONFIG_INVALID', /absent\.yaml.*no such file/],
  ['missing.yaml', 'SOURCE_INVALID', /nowhere\.csv/],
  ['badrow.yaml', 'SOURCE_INVALID', /badrow\.csv.*(row|line) \d/],
  ['badvalue.yaml', 'SOURCE_INVALID', /badvalue\.csv.*(row|line) \d/],
  ['bounds.yaml', 'VALUE_OUT_OF_BOUNDS', /b.*row \d|row \d.*b/],
];
/** One that stops before a party starts, and one that fails while the parties start. */
const SHORT = ['four.yaml', 'bounds.yaml'];

describe('refused configurations', () => {
  for (const [file, code, message] of CONFIGURATIONS) {
    it.runIf(LONG || SHORT.includes(file))(`${code}: ${file}`, async () => {
      const { left, stderr, stdout, ...ended } = await folder.run([
        'run',
        folder.file(file),
        '-e',
        GOOD,
      ]);
      expect(ended.code, stderr).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain(`error ${code}: `);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(left).toEqual([]);
    });
  }
});

describe('a party', () => {
  const SILENCE = { TACIT_SILENCE_SECONDS: '3' };
  const COUNT = 8;

  /** Runs many statements, disturbs party 3 after the second and helps it after the first failure. */
  async function disturb(first: (id: number) => void, then: (id: number) => void): Promise<Ended> {
    const sql = Array(COUNT).fill(GOOD).join(';');
    const run = ['run', folder.file('good.yaml'), '--format', 'json', '-e', sql];
    const command = await folder.start(run, SILENCE);
    await command.lines(1);
    const id = (await command.parties()).at(-1) ?? 0;
    first(id);
    const failed = async () => {
      while (!command.stdout.includes('"error"') && command.process.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await failed();
    then(id);
    return command.ended;
  }

  function expectRecovery({ code, left, stderr, stdout }: Ended, codes: RegExp): void {
    expect(code, stderr).toBe(1);
    expect(left).toEqual([]);
    const lines = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(COUNT);
    const errors = lines.flatMap(({ error }) => error ?? []);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error.code, error.message).toMatch(codes);
      expect(error.message).toMatch(/party \d/);
    }
  }

  it.runIf(LONG && process.platform === 'linux')(
    'that stops answering fails a statement; when it goes on, later ones are answered',
    async () => {
      const ended = await disturb(
        (id) => process.kill(id, 'SIGSTOP'),
        (id) => process.kill(id, 'SIGCONT'),
      );
      expectRecovery(ended, /^(PEER_TIMEOUT|PARTY_UNREACHABLE)$/);
      expect(ended.stdout.trimEnd().split('\n').at(-1)).toContain('[[2,30]]');
    },
    90_000,
  );

  it.runIf(LONG && process.platform === 'linux')(
    'that is killed fails all later statements, and tacit ends',
    async () => {
      const ended = await disturb(
        (id) => process.kill(id, 'SIGKILL'),
        () => {},
      );
      expectRecovery(ended, /^(PEER_CLOSED|PARTY_UNREACHABLE)$/);
    },
    90_000,
  );
});
