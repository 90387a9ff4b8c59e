import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNetwork, readNetwork } from '../../cli/query/network-profile.ts';
import { parseParameter } from '../../cli/query/parameters.ts';
import { describeProgress, ProgressLine } from '../../cli/query/progress-line.ts';

describe('--param', () => {
  it.each<[string, ReturnType<typeof parseParameter>]>([
    ['NULL', null],
    ['true', true],
    ['FALSE', false],
    ['42', { number: '42' }],
    ['-1.50', { number: '-1.50' }],
    ['+.5', { number: '.5' }],
    ['CA', 'CA'],
    ["'42'", '42'],
    ["'it''s'", "it's"],
    ["it's", "it's"],
    ['1e5', '1e5'],
    ['2025-01-31', '2025-01-31'],
    ['', ''],
  ])('%s', (text, value) => expect(parseParameter(text)).toEqual(value));
});

describe('--network', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tacit-test-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is a name or a file, YAML or JSON', async () => {
    expect((await readNetwork('wan')).roundTripSeconds).toBeGreaterThan(
      (await readNetwork('lan')).roundTripSeconds,
    );
    const profile = { name: 'office', roundTripSeconds: 0.012, bytesPerSecond: 5e6 };
    const file = join(dir, 'office.json');
    await writeFile(file, JSON.stringify(profile));
    expect(await readNetwork(file)).toEqual(profile);
    const yaml = 'name: office\nroundTripSeconds: 0.012\nbytesPerSecond: 5000000\n';
    expect(parseNetwork(yaml, 'office.yaml')).toEqual(profile);
    await expect(readNetwork(join(dir, 'none'))).rejects.toThrowError(/lan, wan or a file/);
    await writeFile(file, `${JSON.stringify(profile)}${' '.repeat(5000)}`);
    await expect(readNetwork(file)).rejects.toThrowError(/more than 4096 bytes/);
  });

  it.each([
    ['roundTripSeconds', 0],
    ['roundTripSeconds', 11],
    ['roundTripSeconds', '0.1'],
    ['bytesPerSecond', 999],
    ['bytesPerSecond', Number.NaN],
    ['name', ''],
    ['color', 'red'],
  ])('refuses %s: %s', (field, value) => {
    const profile = { name: 'x', roundTripSeconds: 0.1, bytesPerSecond: 1e6, [field]: value };
    expect(() => parseNetwork(JSON.stringify(profile), 'n.json')).toThrowError(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(field) as string,
      }),
    );
  });
});

describe('--progress', () => {
  const running = (done: number) => ({ state: 'running', rounds: { done, total: 8 } }) as const;

  it('says in words how far a query is', () => {
    expect(describeProgress({ state: 'queued' })).toBe('waiting');
    expect(describeProgress({ state: 'queued', place: 3 })).toBe('waiting (2 before it)');
    expect(describeProgress(running(3))).toBe('round 3 of 8 (37 %)');
    expect(describeProgress({ state: 'running', rounds: { done: 0, total: 0 } })).toContain(
      '100 %',
    );
  });

  it('overwrites one line on a terminal, and removes it', () => {
    const written: string[] = [];
    const line = new ProgressLine((text) => written.push(text), true);
    line.show({ state: 'queued', place: 2 }, 0);
    line.show(running(1), 1);
    line.show(running(1), 2);
    line.clear();
    expect(written).toEqual([
      '\rwaiting (1 before it)',
      '\rround 1 of 8 (12 %)  ',
      `\r${' '.repeat(19)}\r`,
    ]);
  });

  it('writes a line a second elsewhere', () => {
    const written: string[] = [];
    const line = new ProgressLine((text) => written.push(text), false);
    for (const [i, ms] of [0, 500, 999, 1000, 1500, 2500].entries()) line.show(running(i), ms);
    line.clear();
    expect(written).toEqual([
      'round 0 of 8 (0 %)\n',
      'round 3 of 8 (37 %)\n',
      'round 5 of 8 (62 %)\n',
    ]);
  });
});
