import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duck } from '../sources/fixture.ts';
import { Site } from './site.ts';

const LONG = process.env['TACIT_LONG'] !== undefined;
/** Rows of an owner in the tests that are killed, and how often they are. */
const ROWS = LONG ? 1_000_000 : 250_000;
const KILLS = LONG ? 5 : 1;
const PATIENCE_MS = LONG ? 900_000 : 120_000;
/** What an owner's machine may have for a publication of any size. */
const MEMORY_MB = 512;

const SMALL = `table: small
owners: [north, south]
columns:
  id: { type: INTEGER, bounds: [0, 999], multiplicity: 1 }
  state: { type: VARCHAR, dictionary: [CA, NY, TX] }
  amount: { type: "DECIMAL(9,2)", bounds: [0, 1000], nullable: true }
`;
const BIG = `table: big
owners: [north, south]
columns:
  id: { type: INTEGER, bounds: [0, 99999999], multiplicity: 1 }
  state: { type: VARCHAR, dictionary: [CA, NY, TX] }
  age: { type: TINYINT, bounds: [0, 120] }
  amount: { type: "DECIMAL(9,2)", bounds: [0, 100000] }
  day: { type: DATE, bounds: ["2024-01-01", "2024-12-31"] }
  flag: { type: BOOLEAN }
  account: { type: VARCHAR(16), reveal: never }
  points: { type: INTEGER, bounds: [0, 1000000], nullable: true }
`;

/** Rows of table `big`, other ones for each seed. */
function bigRows(seed: number, rows: number): string {
  const dice = (k: number, below: number) =>
    `(hash(range * 16 + ${k} + ${seed}) % ${below})::INTEGER`;
  return `SELECT range + ${seed} AS id, ['CA', 'NY', 'TX'][1 + ${dice(1, 3)}] AS state, ${dice(2, 121)} AS age,
    (${dice(3, 10_000_000)} / 100)::DECIMAL(9,2) AS amount, DATE '2024-01-01' + ${dice(4, 366)} AS day,
    ${dice(5, 2)} = 0 AS flag, 'DE' || ${dice(6, 1_000_000)} AS account,
    CASE WHEN ${dice(7, 10)} > 0 THEN ${dice(8, 1_000_000)} END AS points FROM range(${rows})`;
}

let site: Site;

beforeAll(async () => {
  site = await Site.start();
  for (const [name, text] of Object.entries({
    'small.yaml': SMALL,
    'big.yaml': BIG,
    'north.csv': 'id,state,amount,extra\n1,CA,10.50,x\n2,NY,,y\n3,TX,99.99,z\n',
    'south.ndjson': '{"id":11,"state":"NY","amount":1}\n{"id":12,"state":"CA","amount":2.5}\n',
    'bad.csv': 'id,state,amount\n1,CA,10.50\n2,XX,1\n',
    'twice.csv': 'id,state,amount\n7,CA,1\n7,NY,2\n',
  })) {
    await writeFile(site.file(name), text);
  }
  await duck(async (connection) => {
    await connection.run(`COPY (${bigRows(0, ROWS)}) TO '${site.file('big-north.csv')}' (HEADER)`);
    const south = `${bigRows(50_000_000, ROWS)}`;
    await connection.run(`COPY (${south}) TO '${site.file('big-south.parquet')}' (FORMAT parquet)`);
  });
}, 300_000);
afterAll(() => site?.close());

/** The command must succeed. */
async function done(...args: readonly string[]) {
  const ended = await site.tacit(...args);
  expect(ended.code, `${args.join(' ')}\n${ended.stderr}`).toBe(0);
  return ended;
}

/** The command must fail and say this. */
async function refused(message: string | RegExp, ...args: readonly string[]) {
  const ended = await site.tacit(...args);
  expect(ended.code, args.join(' ')).toBe(1);
  expect(ended.stderr).toMatch(message);
}

const sums = (table: string) => `SELECT COUNT(*), COUNT(amount), SUM(amount) FROM ${table}`;

describe('tacit define', () => {
  it('signs for each owner, shows the same digest to both, and says who is missing', async () => {
    await refused('nobody can be asked here', 'define', 'small.yaml', '--as', 'north');
    const first = await done('define', 'small.yaml', '--as', 'north', '--yes');
    expect(first.stderr).toContain('Signed by north; still to sign with the same file: south.');
    expect(first.stdout).toContain('small.state: VARCHAR, the values "CA", "NY", "TX" (3 in all)');
    await refused(
      'UPLOAD_INVALID: south must accept',
      'publish',
      'small',
      'north.csv',
      '--as',
      'north',
      '--yes',
    );
    const second = await done('define', 'small.yaml', '--as', 'south', '--yes');
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain('All owners have signed');
    const again = await done('define', 'small.yaml', '--as', 'south');
    expect(again.stderr).toContain('You have signed this definition already.');
  });

  it('says what is different where the parties hold another definition', async () => {
    await writeFile(site.file('other.yaml'), SMALL.replace('1000]', '2000]'));
    await refused(
      /UPLOAD_CONFLICT: other.yaml: the parties hold another definition of table small, signed by north, south .*there: small.amount: .*0.00 to 1000.00.*here: small.amount: .*0.00 to 2000.00/,
      ...['define', 'other.yaml', '--as', 'north', '--yes'],
    );
  });

  it('names owners that the consortium does not have, and who may not sign', async () => {
    await writeFile(
      site.file('far.yaml'),
      SMALL.replace('south]', 'west]').replace('small', 'far'),
    );
    const unknown =
      /far.yaml, line 2, owners\[1\]: consortium.json has no owner of this name; it has north, south/;
    await refused(unknown, 'define', 'far.yaml', '--as', 'north', '--yes');
    await writeFile(site.file('alone.yaml'), SMALL.replace('north, south', 'north'));
    await refused(
      'you (south) are not one of the owners',
      'define',
      'alone.yaml',
      '--as',
      'south',
      '--yes',
    );
    await refused('AUTH_DENIED: "ana" is no owner', 'define', 'small.yaml', '--as', 'ana', '--yes');
  });
});

describe('tacit publish', () => {
  it('refuses rows that do not fit with their place, and leaves nothing', async () => {
    const publish = (file: string) => ['publish', 'small', file, '--as', 'north', '--yes'];
    await refused(
      'VALUE_OUT_OF_BOUNDS: bad.csv, row 2: the value of column state is not in the dictionary',
      ...publish('bad.csv'),
    );
    await refused(
      'VALUE_OUT_OF_BOUNDS: small (id): row 2 has the key of row 1',
      ...publish('twice.csv'),
    );
    await refused(
      'UPLOAD_INVALID: table nope is not defined',
      'publish',
      'nope',
      'bad.csv',
      '--as',
      'north',
      '--yes',
    );
    expect(await site.journals('north')).toEqual([]);
    await expect(site.query(sums('small'))).rejects.toThrow('small');
  });

  it('adds rows, replaces them and drops them; the other owner’s rows stay', async () => {
    const north = await done('publish', 'small', 'north.csv', '--as', 'north', '--yes');
    expect(north.stdout).toMatch(/^small: version 1 with 3 rows of north, digest [0-9a-f]{16}\n$/);
    expect(north.stderr).toContain('north.csv: not in the definition, so not published: extra');
    expect(north.stderr).toContain('becomes public: 3 rows of north\n');
    await done('publish', 'small', 'south.ndjson', '--as', 'south', '--yes');
    expect(await site.query(sums('small'))).toEqual([[5, 4, '113.99']]);
    const more = ['--query', 'SELECT id + 100 AS id, state, amount FROM south WHERE amount > 2'];
    const added = await done('publish', 'small', 'south.ndjson', '--as', 'south', '--yes', ...more);
    expect(added.stderr).toContain('becomes public: 3 rows of south (2 rows of version 2 stay)');
    expect(await site.query(sums('small'))).toEqual([[6, 5, '116.49']]);
    await done('publish', 'small', 'south.ndjson', '--as', 'south', '--yes', '--replace', ...more);
    expect(await site.query(sums('small'))).toEqual([[4, 3, '112.99']]);
    const dropped = await done('drop', 'small', '--as', 'south', '--yes');
    expect(dropped.stdout).toMatch(/^small: version 5 without rows of south/);
    expect(await site.query(sums('small'))).toEqual([[3, 2, '110.49']]);
  });

  it(
    'goes on after kill -9, within its memory, while the other owner’s rows are seen',
    async () => {
      for (const owner of ['north', 'south'])
        await done('define', 'big.yaml', '--as', owner, '--yes');
      await done('publish', 'big', 'big-north.csv', '--as', 'north', '--yes');
      const alone = await site.query(sums('big'));
      const publish = ['publish', 'big', 'big-south.parquet', '--as', 'south', '--yes'];
      let reached = 0;
      for (let kill = 1; kill <= KILLS; kill++) {
        const running = site.start(publish);
        await running.says(new RegExp(`^${Math.floor((60 * kill) / KILLS / 10)}\\d %`, 'm'));
        running.process.kill('SIGKILL');
        const { stderr } = await running.ended;
        const [first = 0] = percents(stderr);
        expect(first).toBeGreaterThanOrEqual(reached);
        reached = Math.max(first, 1);
        expect(await site.query(sums('big'))).toEqual(alone);
        expect(await site.journals('south')).toHaveLength(2);
      }
      const seen = new Set<string>();
      const resumed = site.start(publish);
      while (resumed.process.exitCode === null)
        seen.add(JSON.stringify(await site.query(sums('big'))));
      const { code, stderr, stdout } = await resumed.ended;
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('An upload into this table was under way.');
      expect(percents(stderr)[0]).toBeGreaterThan(0);
      expect(stdout).toContain(`version 2 with ${ROWS.toLocaleString('en-US')} rows of south`);
      expect(Number(/at most (\d+) MB of memory/.exec(stderr)?.[1])).toBeLessThan(MEMORY_MB);
      expect(await site.journals('south')).toEqual([]);
      const both = await site.query(sums('big'));
      expect(both[0]?.[0]).toBe(2 * ROWS);
      expect(both).toEqual(await expectedSums());
      for (const answer of seen)
        expect([JSON.stringify(alone), JSON.stringify(both)]).toContain(answer);
      expect(seen).toContain(JSON.stringify(alone));
    },
    PATIENCE_MS,
  );
});

/** What a progress without a terminal shows, line by line. */
function percents(stderr: string): number[] {
  return Array.from(stderr.matchAll(/^(\d+) % /gm), ([, percent]) => Number(percent));
}

/** What DuckDB says of both owners' rows. */
async function expectedSums(): Promise<unknown[][]> {
  let rows: unknown[][] = [];
  await duck(async (connection) => {
    const files = `(SELECT amount FROM '${site.file('big-north.csv')}' UNION ALL SELECT amount FROM '${site.file('big-south.parquet')}')`;
    const reader = await connection.runAndReadAll(
      `SELECT COUNT(*), COUNT(amount), SUM(amount::DECIMAL(9,2)) FROM ${files}`,
    );
    rows = reader.getRows().map(([all, some, sum]) => [Number(all), Number(some), String(sum)]);
  });
  return rows;
}
