import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Site } from './site.ts';

const TABLE = `table: small
owners: [north]
columns:
  id: { type: INTEGER, bounds: [0, 999], multiplicity: 1 }
  amount: { type: INTEGER, bounds: [0, 1000] }
`;
const SQL = 'SELECT SUM(amount) FROM small WHERE id > 1';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
  await writeFile(site.file('small.yaml'), TABLE);
  await writeFile(site.file('small.csv'), 'id,amount\n1,10\n2,20\n3,30\n');
  await done('define', 'small.yaml', '--as', 'north', '--yes');
  await done('publish', 'small', 'small.csv', '--as', 'north', '--yes');
}, 120_000);
afterAll(() => site?.close());

/** The command must succeed. */
async function done(...args: readonly string[]) {
  const ended = await site.tacit(...args);
  expect(ended.code, `${args.join(' ')}\n${ended.stderr}`).toBe(0);
  return ended;
}

describe('tacit query --receipt', () => {
  it('writes a chain that others verify by their own consortium.json', async () => {
    const query = ['query', '--as', 'ana', '-e', SQL, '--format', 'csv'];
    const first = await done(...query, '--receipt', 'one.json');
    expect(first.stdout).toBe('sum(amount)\r\n50\r\n');
    expect(first.stderr).toMatch(/^receipt one\.json: signed by all 3 parties; \d+ batch/m);
    await done(...query, '--receipt', 'two.json', '--previous', 'one.json');
    const both = ['verify', 'one.json', 'two.json', '--consortium', 'north/consortium.json'];
    const verified = await done(...both);
    expect(verified.stdout).toContain('alice');
    expect(verified.stdout).toContain('follows the receipt before it');
    const shown = JSON.parse(await readFile(site.file('two.json'), 'utf8'));
    expect(shown.result.rows).toEqual([[50]]);
  });

  it.each([
    ['a file that is there', ['-e', SQL, '--receipt', 'small.csv'], /small\.csv exists already/],
    ['two statements', ['-e', `${SQL};${SQL}`, '--receipt', 'x.json'], /one statement, not of 2/],
    ['no receipt to follow', ['-e', SQL, '--previous', 'one.json'], /--previous needs --receipt/],
    [
      'something else to follow',
      ['-e', SQL, '--receipt', 'x.json', '--previous', 'small.csv'],
      /small\.csv is no receipt that could be followed/,
    ],
  ])('asks nothing if told %s', async (_what, args, message) => {
    const { code, stderr, stdout } = await site.tacit('query', '--as', 'ana', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
