import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeCrypto as crypto } from '../../src/crypto/node.ts';
import { type LmdbStore, openLmdbStore } from '../../src/storage/lmdb-store.ts';
import { keyOf } from '../contracts/stored-table.ts';
import { BLOCK_BYTES, BLOCKS, partId, unitOf } from './upload-shape.ts';

const CHILD = fileURLToPath(new URL('upload-loop.ts', import.meta.url));
const KILLS = process.env['TACIT_LONG'] ? 20 : 3;

/** Lets the child publish for `ms` after it is ready, kills it, and returns the lines it acknowledged. */
async function publishUntilKilled(path: string, ms: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), ms);
    output += text;
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return output.split('\n').slice(1, -1);
}

/** Whether the first blocks of a part are there, in both forms. */
function hasBlocks(store: LmdbStore, id: string, count: number): boolean {
  return Array.from({ length: count }, (_, block) => unitOf(id, block))
    .flat()
    .every(({ bytes, key }) => Buffer.compare(store.read(key, BLOCK_BYTES), bytes) === 0);
}

/** The largest number of a kind of acknowledgement. */
function last(lines: readonly string[], kind: string): number {
  const numbers = lines.filter((line) => line.startsWith(`${kind} `)).map((l) => l.split(' ')[1]);
  return Math.max(0, ...numbers.map(Number));
}

describe('kill -9 while versions are being published', () => {
  it(`${KILLS} random moments: what was acknowledged survives, versions are whole or absent`, async () => {
    const path = await mkdtemp(join(tmpdir(), 'tacit-kill-'));
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    const acknowledged: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      const ms = (state >>> 16) % 200;
      acknowledged.push(...(await publishUntilKilled(path, ms)));
      const store = await openLmdbStore({ path, crypto, role: 'writer' });
      const hint = `seed ${seed}, kill ${kill} after ${ms} ms`;
      const versions = store.tables();
      const newest = versions[0]?.number ?? 0;
      expect(
        versions.map(({ number }) => number),
        hint,
      ).toEqual([newest, newest - 1].filter((number) => number > 0));
      expect(newest, hint).toBeGreaterThanOrEqual(last(acknowledged, 'version'));
      for (const { number, parts } of versions) {
        expect(
          parts.map(({ id }) => id),
          hint,
        ).toEqual([partId(number)]);
        expect(hasBlocks(store, partId(number), BLOCKS), hint).toBe(true);
      }
      const next = store.uploads().find(({ id }) => id === partId(newest + 1));
      const sent = acknowledged.filter((line) => line.startsWith(`block ${newest + 1} `)).length;
      expect(next?.held ?? 0, hint).toBeGreaterThanOrEqual(sent);
      expect(hasBlocks(store, partId(newest + 1), next?.held ?? 0), hint).toBe(true);
      if (last(acknowledged, 'part') > newest) expect(next?.committed, hint).toBe(true);
      // Blocks of what is in no kept version are gone.
      expect(store.retired(), hint).toEqual([]);
      for (let old = 1; old < newest - 1; old++) {
        expect(() => store.read(keyOf(partId(old)), BLOCK_BYTES), hint).toThrow(/missing/);
      }
      await store.close();
    }
    await rm(path, { recursive: true });
  }, 600_000);
});
