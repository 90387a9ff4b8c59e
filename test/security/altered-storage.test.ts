import { describe, expect, it } from 'vitest';
import { planeBytes } from '../../src/field/planes.ts';
import type { MemoryStore } from '../../src/storage/memory-store.ts';
import type { BlockKey, ShareStore } from '../../src/storage/share-store.ts';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { overwrite } from '../contracts/commitments.ts';
import { inProcessConsortium } from '../engine/consortium.ts';
import { plainTable, variedRow } from './plain-table.ts';

/** PROTOCOLS 9, attack 21: what a party stores is not what its owner gave it. */

const ROWS = 1500;
const COLUMNS = { a: 1, b: 2 };
const SQL = 'SELECT SUM(b), COUNT(*) FROM t WHERE a < 700';

describe('a party whose stored shares were altered', () => {
  it('aborts the query before it sends anything that depends on them', async () => {
    const traces: TraceEntry[][] = [];
    const consortium = await inProcessConsortium([plainTable([ROWS], variedRow)], () => {
      const record: TraceEntry[] = [];
      traces.push(record);
      return { record };
    });
    const { rows } = await consortium.query(SQL);
    const honest = traces.pop() ?? [];
    expect(honest.map(({ step }) => step)).toContain('barrier');
    const [version] = consortium.stores[0]?.tables() ?? [];
    const part = version?.parts[0]?.id ?? '';
    const stride = planeBytes(ROWS);
    const boolean = (column: number, planes: number, at: number) => {
      const key: BlockKey = { part, column, form: 'boolean', limb: 0, block: 0 };
      return { key, length: 2 * planes * stride, at };
    };
    const field: BlockKey = { part, column: COLUMNS.b, form: 'field', limb: 0, block: 0 };
    const altered = [
      { ...boolean(COLUMNS.a, 11, 0), sent: /^(hello|echo)$/ },
      { ...boolean(COLUMNS.a, 11, stride + 3), sent: /^(hello|echo)$/ },
      // Elements are loaded after the circuit, which is on other shares.
      { key: field, length: 8 * ROWS, at: 8 * 700, sent: /^(hello|echo|0\.0\/a\d+)$/ },
    ];
    for (const [k, { at, key, length, sent }] of altered.entries()) {
      const store = consortium.stores[k] as MemoryStore;
      const good = store.read(key, length).slice();
      const bad = good.slice();
      bad[at] = (bad[at] ?? 0) ^ 1;
      await overwrite(store, key, bad);
      await expect(consortium.query(SQL)).rejects.toMatchObject({ code: 'COMMITMENT_MISMATCH' });
      const trace = traces.pop() ?? [];
      expect(trace.filter(({ from, step }) => from === k && !sent.test(step))).toEqual([]);
      expect(trace.filter(({ step }) => step === 'barrier')).toEqual([]);
      await overwrite(store, key, good);
    }
    expect((await consortium.query(SQL)).rows).toEqual(rows);
  });

  it('cannot put another root in the place of the one that was signed', async () => {
    const root = '0'.repeat(64);
    const { query } = await inProcessConsortium(
      [plainTable([ROWS], variedRow)],
      undefined,
      (parts) => (parts.self === 1 ? { ...parts, store: withRoot(parts.store, root) } : parts),
    );
    await expect(query(SQL)).rejects.toMatchObject({ code: 'PLAN_MISMATCH' });
  });
});

/** A store whose catalog has another root for every part under the digests that were signed. */
function withRoot(store: ShareStore, root: string): ShareStore {
  const tables = () =>
    store.tables().map((table) => ({
      ...table,
      parts: table.parts.map((part) => ({ ...part, root })),
    }));
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'tables') return tables;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
