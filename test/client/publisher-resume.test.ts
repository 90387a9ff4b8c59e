import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ResumeFile } from '../../cli/connect/resume-file.ts';
import { openStores, publishResumable, rows, wrongRows } from './resumed-rows.ts';

const CHILD = fileURLToPath(new URL('resumed-child.ts', import.meta.url));
const KILLS = process.env['TACIT_LONG'] ? 12 : 2;
const dirs: string[] = [];

async function newDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tacit-resume-'));
  dirs.push(dir);
  return dir;
}

afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true });
});

/** Lets a child publish until it has acknowledged some units, kills it; returns the last number it told. */
async function publishUntilKilled(dir: string, units: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (Number(output.trim().split('\n').at(-1)) >= units) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return Number(output.trim().split('\n').at(-1));
}

describe('kill -9 of an owner and all parties while rows are uploaded', () => {
  it(`goes on where it was, ${KILLS} times`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const dir = await newDir();
      const told = await publishUntilKilled(dir, 1 + ((kill * 7) % 20));
      const stores = await openStores(dir);
      const hint = `kill ${kill} at ${told} units`;
      const [upload] = stores[0]?.uploads() ?? [];
      expect(upload?.held, hint).toBeGreaterThanOrEqual(told);
      const resume = join(dir, 'resume');
      if (told < 24) expect((await stat(resume)).mode & 0o777, hint).toBe(0o600);
      const progress: number[] = [];
      await publishResumable(dir, stores, rows(), (done) => progress.push(done));
      if (told < 24) expect(progress[0], hint).toBeGreaterThanOrEqual(told);
      expect(stores.flatMap((store) => store.uploads().map(({ id }) => id))).toEqual(
        new Array(3).fill(upload?.id),
      );
      expect(wrongRows(stores), hint).toBe(0);
      await expect(stat(resume), hint).rejects.toThrow(/ENOENT/);
      for (const store of stores) await store.close();
    }
  });

  it('starts anew if a block that was sent has changed', async () => {
    const dir = await newDir();
    await publishUntilKilled(dir, 9);
    const stores = await openStores(dir);
    const [upload] = stores[0]?.uploads() ?? [];
    const isChanged = (block: number) => block === 1;
    await publishResumable(dir, stores, rows(isChanged), () => undefined);
    expect(wrongRows(stores, isChanged)).toBe(0);
    const ids = stores.map((store) => store.uploads().map(({ id }) => id));
    expect(ids[0]).toHaveLength(1);
    expect(ids[0]).not.toEqual([upload?.id]);
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    for (const store of stores) await store.close();
  });
});

describe('ResumeFile', () => {
  const start = {
    partId: '0123456789abcdef0123456789abcdef',
    definition: 'ab'.repeat(32),
    rows: 7,
    seed: new Uint8Array(32).fill(3),
  };

  it('keeps what was acknowledged, and no torn line', async () => {
    const path = join(await newDir(), 'resume');
    const file = new ResumeFile(path);
    expect(await file.read()).toBeUndefined();
    await file.start(start);
    const digests = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
    for (const digest of digests) await file.append(digest);
    await file.close();
    expect(await new ResumeFile(path).read()).toEqual({ ...start, digests });
    await writeFile(path, 'abc', { flag: 'a' });
    const again = new ResumeFile(path);
    expect(await again.read()).toEqual({ ...start, digests });
    const third = new Uint8Array(32).fill(9);
    await again.append(third);
    await again.close();
    expect((await new ResumeFile(path).read())?.digests).toEqual([...digests, third]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await again.remove();
    await again.remove();
    expect(await again.read()).toBeUndefined();
  });

  it('is as if it were not there if it is not what was written', async () => {
    const path = join(await newDir(), 'resume');
    await new ResumeFile(path).start(start);
    const whole = await readFile(path, 'utf8');
    const broken = [
      '',
      '{}\n',
      'null\n',
      whole.slice(0, -1),
      whole.replace('"seed":"03', '"seed":"3'),
    ];
    for (const text of [...broken, whole.replace('"format":1', '"format":2')]) {
      await writeFile(path, text);
      expect(await new ResumeFile(path).read(), text).toBeUndefined();
    }
  });
});
