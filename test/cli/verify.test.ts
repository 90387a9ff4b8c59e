import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyCommand } from '../../cli/verify/verify-command.ts';
import { auditedConsortium } from '../audit/audited-consortium.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tacit-test-'));
  const consortium = await auditedConsortium([plainTable([7], variedRow)]);
  const receipt = await consortium.receiptOf('SELECT SUM(a) AS "total\u001b[2J" FROM t');
  await writeFile(join(dir, 'consortium.json'), consortium.pins);
  await writeFile(join(dir, 'good.json'), receipt);
  const text = new TextDecoder().decode(receipt);
  await writeFile(join(dir, 'bad.json'), text.replace(/"rows":\[\[\d/, '"rows":[[9'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Exit code and lines of `tacit verify`. */
async function verify(names: readonly string[], consortium?: string) {
  let text = '';
  const output = { stdout: (piece: string) => (text += piece), stderr: () => undefined };
  const pins = consortium === undefined ? {} : { consortium: join(dir, consortium) };
  const files = names.map((name) => join(dir, name));
  const code = await verifyCommand({ files, ...pins }, output);
  return { code, lines: text.trimEnd().split('\n') };
}

describe('tacit verify', () => {
  it('exits 0 only if every line holds', async () => {
    const good = await verify(['good.json'], 'consortium.json');
    expect(good).toMatchObject({ code: 0 });
    expect(good.lines.at(-1)).toBe('verified: 1 receipt');
    const bad = await verify(['bad.json'], 'consortium.json');
    expect(bad.code).toBe(1);
    expect(bad.lines.at(-1)).toBe(`REJECTED: result (${join(dir, 'bad.json')})`);
    const both = await verify(['good.json', 'bad.json'], 'consortium.json');
    expect(both.code).toBe(1);
  });

  it('says first that keys are not pinned', async () => {
    const found = await verify(['good.json']);
    expect(found.code).toBe(0);
    expect(found.lines[0]).toBe('keys not pinned: internal consistency only');
    expect((await verify(['bad.json'])).code).toBe(1);
  });

  it('lets nothing of a receipt move the cursor of a terminal', async () => {
    const { lines } = await verify(['good.json'], 'consortium.json');
    expect(lines.join('')).toContain('total\u{fffd}[2J');
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('names a file that cannot be read, and a consortium file that is none', async () => {
    for (const [name, consortium] of [
      ['none.json', 'consortium.json'],
      ['good.json', 'none.json'],
      ['good.json', 'good.json'],
    ] as const) {
      await expect(verify([name], consortium)).rejects.toThrowError(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      );
    }
  });
});
