import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNetwork } from '../../cli/query/network-profile.ts';
import { parseSettings } from '../../server/identity/party-directory.ts';
import { addressesOf, filesOf, type Step, shownAfter, stepsOf } from './document.ts';
import { freePorts, Machines } from './machines.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
const STEPS = stepsOf(DOCUMENT);
const PARTIES = ['alice', 'bob', 'carol'];
/** A dozen commands one after another, on a busy machine. */
const PATIENCE_MS = 180_000;
const EVERYBODY = [...PARTIES, 'north', 'south', 'ana'];

let machines: Machines;
/** Address of the document -> address of this machine. */
let addresses: ReadonlyMap<string, string>;

beforeAll(async () => {
  machines = await Machines.create(EVERYBODY);
  const names = addressesOf(DOCUMENT);
  const ports = await freePorts(names.length);
  addresses = new Map(names.map((name, i) => [name, `127.0.0.1:${ports[i]}`]));
});
afterAll(() => machines.remove());

/** The command as it is typed here: the only two changes that the document announces. */
function literally(command: string): string {
  const here = command.replaceAll(/\w+\.example:\d+/g, (name) => addresses.get(name) ?? name);
  return /^tacit (join|define|publish) /.test(here) ? `${here} --yes` : here;
}

/** Types all commands of the steps; stdout of each. */
async function type(steps: readonly Step[]): Promise<string[]> {
  const printed: string[] = [];
  for (const { commands, machine } of steps) {
    for (const command of commands.map(literally)) {
      if (command.startsWith('tacit party ')) {
        await machines.start(machine, command, 'party listens');
        continue;
      }
      const { code, stderr, stdout } = await machines.run(machine, command);
      expect(code, `at ${machine}: ${command}\n${stdout}${stderr}`).toBe(0);
      printed.push(stdout);
    }
  }
  return printed;
}

/** The steps from the first one with this command to the last one before the other. */
function stepsFrom(first: string, before?: string): readonly Step[] {
  const find = (command: string) =>
    STEPS.findIndex(({ commands }) => commands[0]?.startsWith(`tacit ${command} `));
  return STEPS.slice(find(first), before === undefined ? undefined : find(before));
}

describe('docs/deploy.md', () => {
  it('asks at most three commands of a party', () => {
    for (const party of PARTIES) {
      const commands = STEPS.filter(({ machine }) => machine === party).flatMap((s) => s.commands);
      expect(commands.map((command) => command.split(' ')[1])).toEqual(['init', 'join', 'party']);
    }
  });

  it('lists all settings of a party with their defaults', () => {
    const yaml = /## party\.yaml\n\n```yaml\n([\s\S]*?)```/.exec(DOCUMENT)?.[1] ?? '';
    const plain = 'control: { host: 0.0.0.0, port: 7100 }\nexchange: { host: 0.0.0.0, port: 7200 }';
    expect(parseSettings(yaml)).toEqual(parseSettings(plain));
  });

  it(
    'leads from empty folders to three parties that run',
    async () => {
      await type(stepsFrom('init', 'join'));
      for (const from of EVERYBODY) {
        const name = `${from}.tacit.json`;
        const others = EVERYBODY.filter((to) => to !== from);
        for (const to of others) await machines.send(from, `${from}/${name}`, to, name);
      }
      const joined = await type(stepsFrom('join', 'party'));
      const digests = joined.map((text) => text.trimEnd().split('\n').slice(-2));
      expect(new Set(digests.map(String)).size).toBe(1);
      const files = await Promise.all(
        EVERYBODY.map((name) => readFile(machines.file(name, name, 'consortium.json'), 'utf8')),
      );
      expect(new Set(files).size).toBe(1);
      await type(stepsFrom('party', 'doctor'));
      const [doctor, tables] = await type(stepsFrom('doctor', 'define'));
      expect(doctor).toContain('checks passed');
      expect(doctor).not.toContain('FAIL');
      expect(doctor?.match(/^PASS {2}exchange /gm)).toHaveLength(6);
      expect(tables).toBe('no tables\n');
      const measured = await readFile(machines.file('ana', 'network.json'), 'utf8');
      expect(parseNetwork(measured, 'network.json').roundTripSeconds).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  it(
    'leads on to the answer of a query',
    async () => {
      const files = filesOf(DOCUMENT);
      for (const owner of ['north', 'south']) {
        for (const name of ['claims.yaml', `claims_${owner}.csv`]) {
          await writeFile(machines.file(owner, name), files.get(name) ?? '');
        }
      }
      const printed = await type(stepsFrom('define'));
      const shown = shownAfter(DOCUMENT, 'The last command prints');
      expect(printed.at(-1)).toBe(shown);
      const sql = /-e "([^"]+)"$/.exec(STEPS.at(-1)?.commands.at(-1) ?? '')?.[1] ?? '';
      const rows = shown?.trimEnd().split('\n').slice(2) ?? [];
      expect(rows.map((row) => row.trim().split(/ +/))).toEqual(await expectedRows(sql));
    },
    PATIENCE_MS,
  );
});

describe('a consortium that was deployed so', () => {
  it('says where the SQL is wrong, and who may not ask', async () => {
    const wrong = await machines.run('ana', 'tacit query --as ana -e "SELECT 1 AS a; SELECT nope"');
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('a') });
    expect(wrong.stderr).toMatch(
      /^error SQL_\w+ at line 1, column 23: .*\n {2}SELECT nope\n {9}\^$/m,
    );
    const owner = await machines.run('north', 'tacit query --as north -e "SELECT 1"');
    expect(owner.stderr).toContain('AUTH_DENIED: "north" is not analyst');
    const party = await machines.run('alice', 'tacit tables --as alice');
    expect(party).toMatchObject({ code: 1, stdout: '' });
  });

  it('is examined also when a party does not know somebody, and when one is down', async () => {
    const stranger = 'tacit init x --name ana --role analyst && cp ana/consortium.json x';
    expect((await machines.run('ana', stranger)).code).toBe(0);
    const unknown = await machines.run('ana', 'tacit doctor --as x');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('does not list the certificate of identity.json');
    const codes = await machines.stop('bob');
    expect(codes).toEqual([0]);
    const command =
      'chmod 644 ana/identity.json; tacit doctor --as ana --json --save-network n.json';
    const { code, stderr, stdout } = await machines.run('ana', command);
    expect(code).toBe(1);
    expect(stderr).toContain('n.json was not written');
    const { checks, ok } = JSON.parse(stdout);
    expect(ok).toBe(false);
    const failed = checks.filter((check: { ok: boolean }) => !check.ok);
    expect(
      failed.map(({ check, subject }: Record<string, string>) => `${check} ${subject}`),
    ).toEqual([
      'key ana (analyst)',
      'control party 2 (bob)',
      'exchange party 1 (alice) to party 2 (bob)',
      'exchange party 2 (bob)',
      'exchange party 3 (carol) to party 2 (bob)',
    ]);
    for (const { fix } of failed) expect(fix).toMatch(/\.$/);
    const tables = await machines.run('ana', 'tacit tables --as ana');
    expect(tables).toMatchObject({ code: 1, stderr: expect.stringContaining('party 2 (bob)') });
    expect(await machines.stop()).toEqual([0, 0]);
  });
});

/** What DuckDB answers over the rows of both owners. */
async function expectedRows(sql: string): Promise<string[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const source = ['north', 'south'].map((o) => `'${machines.file(o, `claims_${o}.csv`)}'`).join();
  const types = "types = {'amount': 'DECIMAL(9,2)'}";
  await connection.run(`CREATE VIEW claims AS FROM read_csv([${source}], ${types})`);
  const reader = await connection.runAndReadAll(`${sql} ORDER BY ALL`);
  return reader.getRows().map((row) => row.map(String));
}
