import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../cli/config.ts';
import { generateDemo, ROWS } from '../../demo/generate.ts';
import { QUESTIONS } from '../../demo/questions.ts';
import { parseStatement } from '../../src/parser/parse.ts';

describe('the data of the demo', () => {
  const folders: string[] = [];
  const generate = async (seed: number) => {
    const folder = await mkdtemp(join(tmpdir(), 'tacit-test-'));
    folders.push(folder);
    const config = await generateDemo(folder, seed);
    const names = await readdir(folder);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return { config, files: new Map(names.map((name, i) => [name, texts[i] ?? ''])) };
  };
  let first: Awaited<ReturnType<typeof generate>>;
  beforeAll(async () => {
    first = await generate(1);
  });
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  it('depends on the seed only', async () => {
    expect((await generate(1)).files).toEqual(first.files);
    expect((await generate(2)).files).not.toEqual(first.files);
  });

  it('has the announced rows of the announced owners', () => {
    const rows = (name: string) => (first.files.get(name) ?? '').trimEnd().split('\n').length - 1;
    expect(rows('north.csv')).toBe(ROWS.publisher_north);
    expect(rows('south.csv')).toBe(ROWS.publisher_south);
    expect(rows('purchases.csv')).toBe(ROWS.advertiser);
    const owners = loadConfig(first.config).tables.flatMap(({ sources }) =>
      sources.map(({ owner }) => owner),
    );
    expect(owners).toEqual(Object.keys(ROWS));
  });

  it('is asked about in SQL that is supported', () => {
    for (const { sql } of QUESTIONS) expect(parseStatement(sql).explain).toBe(false);
  });
});
