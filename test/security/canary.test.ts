import { beforeAll, describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { mod } from '../../src/field/p61.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import type { SentMessage } from '../../src/transport/memory.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { publishInProcess } from '../oracle/publish.ts';
import { type PlainRow, plainTable } from './plain-table.ts';

/** Values that occur nowhere by chance: in any of these forms, a party or a log has seen a secret. */
const CANARIES = [23_456_789_012_347n, -19_283_746_501_234n, 31_415_926_535_897n];

function forms(value: bigint): { readonly text: string; readonly bytes: readonly Buffer[] } {
  const raw = Buffer.alloc(8);
  raw.writeBigInt64LE(value);
  const element = Buffer.alloc(8);
  element.writeBigUInt64LE(mod(value));
  const low = Buffer.alloc(8);
  low.writeUInt32LE(Number(BigInt.asUintN(32, value)));
  const halves = [raw.subarray(0, 6), element.subarray(0, 6), low];
  const text = (value < 0n ? -value : value).toString();
  return { text, bytes: [...halves, Buffer.from(raw).reverse().subarray(2), Buffer.from(text)] };
}

function expectNone(where: string, bytes: Uint8Array): void {
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const value of CANARIES) {
    for (const needle of forms(value).bytes) {
      if (haystack.includes(needle)) throw new Error(`a secret value is visible in ${where}`);
    }
  }
}

const row = (k: number): PlainRow => ({
  id: 1,
  a: 800,
  b: 3,
  c: CANARIES[k % 3] ?? 0n,
  flag: true,
  word: 'NE',
});
const TABLE = plainTable([60, 40], row);

/** Everything an error would show in a log: message, stack and causes. */
function printed(error: unknown): string {
  const lines: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    lines.push(String(at), at.stack ?? '', JSON.stringify({ ...at }));
  }
  return lines.join('\n');
}

describe('secret values stay secret', () => {
  const sent: SentMessage[] = [];
  const shown: string[] = [];
  let broken = false;
  let consortium: Consortium;

  beforeAll(async () => {
    const message = (m: SentMessage) => {
      sent.push({ ...m, payload: m.payload.slice() });
      if (!broken || m.from !== 1 || !m.step.includes('/')) return [m];
      return [{ ...m, payload: m.payload.slice(1) }];
    };
    consortium = await inProcessConsortium([TABLE], () => ({ tamper: { message } }));
  });

  async function run(sql: string): Promise<string> {
    const write = { out: process.stdout.write, err: process.stderr.write };
    const capture = (chunk: string | Uint8Array): boolean => {
      shown.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
      return true;
    };
    process.stdout.write = capture;
    process.stderr.write = capture;
    try {
      const { explain, disclosures, stats, columns } = await consortium.query(sql);
      shown.push(explain, JSON.stringify([disclosures, stats, columns]));
      return 'answered';
    } catch (error) {
      shown.push(printed(error));
      return (error as { code?: string }).code ?? 'no code';
    } finally {
      process.stdout.write = write.out;
      process.stderr.write = write.err;
    }
  }

  it.each([
    ['SELECT SUM(c), AVG(c), COUNT(*) FROM t WHERE a < 700', 'answered'],
    ['SELECT SUM(c) FROM t', 'answered'],
    ['SELECT word, SUM(c * a) FROM t WHERE c > 5 GROUP BY word', 'answered'],
    ['EXPLAIN SELECT SUM(c) FROM t WHERE c > 0', 'answered'],
    ['SELECT SUM(c * c * c * c * c * c) FROM t', 'SQL_OVERFLOW'],
    ['SELECT SUM(nothing) FROM t', 'SQL_UNKNOWN_COLUMN'],
    ['SELECT c FROM t', 'SQL_POLICY'],
    ["SELECT SUM(c) FROM t WHERE word = 3 + 'x'", 'SQL_TYPE'],
  ])('%s: %s', async (sql, outcome) => {
    expect(await run(sql)).toBe(outcome);
  });

  it('also when a peer breaks the protocol in the middle', async () => {
    broken = true;
    expect(await run('SELECT SUM(c) FROM t WHERE a < 900')).toBe('PEER_PROTOCOL');
    broken = false;
  });

  it('also when a value does not fit its declaration', async () => {
    const bounds = { min: 0n, max: 5n };
    const columns = TABLE.definition.columns.map((c) => (c.name === 'c' ? { ...c, bounds } : c));
    const wrong = { ...TABLE, definition: { ...TABLE.definition, columns } };
    const failure = await inProcessConsortium([wrong]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'VALUE_OUT_OF_BOUNDS' });
    shown.push(printed(failure));
  });

  it('in every message, text and error of the above', () => {
    expect(sent.length).toBeGreaterThan(100);
    for (const { step, from, to, payload } of sent) {
      expectNone(`step ${step} from party ${from + 1} to party ${to + 1}`, payload);
    }
    expect(shown.length).toBeGreaterThan(10);
    for (const text of shown) expectNone('a text', new TextEncoder().encode(text));
  });

  it('in what a party stores and in what is uploaded to it', async () => {
    const { kernels, arena } = await loadKernels();
    const context: UploadContext = { crypto: nodeCrypto, kernels, arena };
    let stored = 0;
    class WatchedStore extends MemoryStore {
      override async write(...args: Parameters<MemoryStore['write']>): Promise<void> {
        for (const { bytes } of args[2].flat()) {
          stored += bytes.length;
          expectNone('a stored block', bytes);
        }
        await super.write(...args);
      }
    }
    const stores = [0, 1, 2].map(() => new WatchedStore(nodeCrypto));
    await publishInProcess(context, [TABLE], stores);
    expect(stored).toBeGreaterThan(3 * 100 * 16);
  });

  it('would be found', () => {
    for (const value of CANARIES) {
      const bytes = Buffer.alloc(24);
      bytes.writeBigUInt64LE(mod(value), 5);
      expect(() => expectNone('x', bytes)).toThrow();
      expect(() => expectNone('x', Buffer.from(`value ${value} is`))).toThrow();
    }
  });
});
