import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { decodeReceipt } from '../../src/receipt/decode.ts';
import { receiptDigest } from '../../src/receipt/digest.ts';
import { Workplace } from './tacit.ts';

let place: Workplace;
beforeAll(async () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i},${['ca', 'ny'][i % 2]}`);
  place = await Workplace.create({
    'a.csv': `id,state\n${rows.join('\n')}\n`,
    'claims.yaml':
      'tables: { claims: { owner: a, source: a.csv, columns: { state: { dictionary: true } } } }\n',
  });
});
afterAll(() => place.remove());

const COUNT = "SELECT COUNT(*) FROM claims WHERE state = 'ca'";
const PAIRS =
  'SELECT /*+ JOIN_ROWS(DISCLOSED) */ COUNT(*) FROM claims a JOIN claims b ON a.state = b.state WHERE a.id < b.id';
const SUM = 'SELECT SUM(id) FROM claims WHERE id > 3';
const file = (...names: string[]) => join(place.dir, ...names);
const digestOf = (text: string) => hex(receiptDigest(nodeCrypto, text));
const decode = (text: string) => decodeReceipt(new TextEncoder().encode(text));

describe('tacit run --receipt', () => {
  it('fills a folder with one chain, and goes on with it', async () => {
    const dir = file('receipts');
    const run = ['run', file('claims.yaml'), '--receipt', dir, '--format', 'json'];
    const sql = `${COUNT}; SELECT 1 AS one; SELECT nope FROM claims; ${SUM}`;
    const consortium = file('trial.json');
    const first = await place.tacit([...run, '-e', sql, '--save-consortium', consortium]);
    expect(first.code, first.stderr).toBe(1);
    expect(await readdir(dir)).toEqual(['0001.receipt.json', '0002.receipt.json']);
    expect(first.stderr).toMatch(
      /receipt .*0001\.receipt\.json: signed by all 3 parties; \d+ batch(es)? verified/,
    );
    expect(first.stderr).toContain('no receipt: nothing was computed on shares');
    const second = await place.tacit([...run, '-e', PAIRS]);
    expect(second.code, second.stderr).toBe(0);
    const { countStats, ...answer } = JSON.parse(second.stdout);
    expect(answer).toMatchObject({ sql: PAIRS, rows: [[30]], joinRows: 72 });
    expect(countStats.rounds).toBeGreaterThan(0);
    expect(second.stderr).toMatch(/the join has 72 rows by its keys, .*\n\(1 row: \d+ rounds, /);
    const names = [1, 2, 3, 4].map((n) => `000${n}.receipt.json`);
    expect(await readdir(dir)).toEqual(names);
    const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
    const receipts = texts.map(decode);
    expect(receipts.map(({ body }) => body.question.sql)).toEqual([
      ...[COUNT, SUM, PAIRS],
      PAIRS.replace('DISCLOSED', '72       '),
    ]);
    expect(receipts.map(({ body }) => body.previous)).toEqual([
      null,
      ...texts.slice(0, 3).map(digestOf),
    ]);
    expect(receipts.map(({ result }) => result.rows)).toEqual([[[6]], [[60]], [[72]], [[30]]]);
    const trial = JSON.parse(await readFile(consortium, 'utf8'));
    expect(trial.parties).toHaveLength(3);
    const verify = [...names.slice(0, 2).map((name) => join(dir, name))];
    const verified = await place.tacit(['verify', ...verify, '--consortium', consortium]);
    expect(verified.code, verified.stdout).toBe(0);
    // The third one was signed by other parties.
    const wrong = await place.tacit([
      'verify',
      join(dir, names[2] ?? ''),
      '--consortium',
      consortium,
    ]);
    expect(wrong.code).toBe(1);
  });

  it('refuses a folder that holds anything else, before anything starts', async () => {
    const dir = file('other');
    await mkdir(dir);
    for (const name of ['notes.txt', '0002.receipt.json', '1.receipt.json']) {
      const other = await readdir(dir);
      expect(other).toEqual([]);
      await writeFile(join(dir, name), 'x');
      const { code, stderr } = await place.tacit([
        ...['run', file('claims.yaml'), '--receipt', dir, '-e', COUNT],
      ]);
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^error CONFIG_INVALID: --receipt: .*${name} is in it`));
      await rm(join(dir, name));
    }
    await writeFile(join(dir, '0001.receipt.json'), '{}');
    const broken = await place.tacit(['run', file('claims.yaml'), '--receipt', dir, '-e', COUNT]);
    expect(broken.stderr).toMatch(/^error CONFIG_INVALID: .*0001\.receipt\.json is no receipt/);
    expect(await place.leftovers()).toEqual([]);
  });
});

describe('tacit up', () => {
  it('returns receipts to those who want them, and whose keys they are signed with', async () => {
    const running = place.start('up', file('claims.yaml'), '--port', '0');
    while (!running.stdout.includes('\n')) {
      expect(running.process.exitCode, running.stderr).toBeNull();
      await wait(20);
    }
    const url = running.stdout.trim();
    const ask = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(`${url}/v1/query`, {
        ...{ method: 'POST', headers, body: JSON.stringify(body) },
      });
      return (await reply.json()) as Record<string, unknown>;
    };
    const first = String((await ask({ sql: COUNT, receipt: true }))['receipt']);
    expect(decode(first).body.question.sql).toBe(COUNT);
    expect(await ask({ sql: COUNT })).not.toHaveProperty('receipt');
    expect(await ask({ sql: 'SELECT 1', receipt: true })).toMatchObject({ receipt: null });
    const second = String((await ask({ sql: SUM, receipt: true }))['receipt']);
    expect(decode(second).body.previous).toBe(digestOf(first));
    const consortium = JSON.parse(await (await fetch(`${url}/v1/consortium`)).text());
    expect(consortium.parties).toHaveLength(3);
    running.process.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });
});
