import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeCrypto as crypto } from '../../src/crypto/node.ts';
import { type LmdbStore, openLmdbStore } from '../../src/storage/lmdb-store.ts';
import { keyOf } from '../contracts/share-store.ts';
import { BLOCK_BYTES, blockKeys, fillOf, isCommitted, partIds } from './upload-shape.ts';

const CHILD = fileURLToPath(new URL('upload-loop.ts', import.meta.url));
const KILLS = process.env['TACIT_LONG'] ? 20 : 3;

/** Lets the child publish for `ms` after it is ready, kills it, and returns the part ids it acknowledged. */
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

function partIsWhole(store: LmdbStore, id: string): boolean {
  return blockKeys(id).every((key, block) => {
    const bytes = store.read(key, BLOCK_BYTES);
    return bytes.every((byte) => byte === fillOf(id, block));
  });
}

describe('kill -9 while tables are being published', () => {
  it(`${KILLS} random moments: acknowledged parts survive, tables are whole or absent`, async () => {
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
      const tables = store.tables();
      const visible = tables.flatMap(({ parts }) => parts.map(({ id }) => id));
      expect(
        tables.every(({ parts }) => parts.length === 2),
        hint,
      ).toBe(true);
      for (const id of visible) expect(partIsWhole(store, id), hint).toBe(true);
      for (const id of acknowledged) expect(partIsWhole(store, id), hint).toBe(true);
      const pairs = acknowledged.filter((id) => Number.parseInt(id, 16) % 2 === 1);
      expect(visible, hint).toEqual(expect.arrayContaining(pairs));
      for (const id of partIds(tables.length)) {
        const committed = await isCommitted(store, id);
        if (committed) expect(partIsWhole(store, id), hint).toBe(true);
        else expect(() => store.read(keyOf(id), BLOCK_BYTES), hint).toThrow(/missing/);
      }
      await store.close();
    }
    await rm(path, { recursive: true });
  }, 600_000);
});
