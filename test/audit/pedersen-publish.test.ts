import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditedTotals } from '../../src/catalog/audited.ts';
import { checkDefinition } from '../../src/catalog/check-definition.ts';
import type { TableDefinition } from '../../src/catalog/table.ts';
import { PartTotals } from '../../src/client/publish/part-totals.ts';
import { type Publication, publishRows } from '../../src/client/publish/publisher.ts';
import { blindingShares, combineBlindings } from '../../src/commit/blinding.ts';
import { type PartAudit, splitCommitments } from '../../src/commit/part-audit.ts';
import { commitTo, opensTo } from '../../src/commit/pedersen.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { readSalts } from '../../src/storage/part-leaves.ts';
import { defineInProcess, publishable, sharedDefinition } from '../oracle/publish.ts';
import type { TestTable } from '../oracle/tables.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';

let context: UploadContext;

beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

/** A table of one owner with commitments to the columns. */
function table(audited: readonly string[], rows = 40): TestTable {
  const plain = plainTable([rows], variedRow);
  const columns = plain.definition.columns.map((column) =>
    audited.includes(column.name) ? { ...column, audit: true as const } : column,
  );
  return { ...plain, definition: { ...plain.definition, columns } };
}

/** Publishes the table; `alter` changes what the owner says of its totals. */
async function published(
  what: TestTable,
  alter: (audit: PartAudit | undefined) => PartAudit | undefined = (audit) => audit,
): Promise<MemoryStore[]> {
  const stores = [0, 1, 2].map(() => new MemoryStore(nodeCrypto));
  const sessions = await defineInProcess(context, sharedDefinition(what), stores);
  const [session] = sessions.values();
  const [part] = what.parts;
  if (!session || !part) throw new TypeError('one owner with one part');
  const parties = session.parties.map((party) => ({
    ...party,
    commit: (id: string, audit?: PartAudit) => party.commit(id, alter(audit)),
  }));
  const publication: Publication = { table: 't', operation: 'append', part: publishable(part) };
  await publishRows({ ...session, parties }, context, publication);
  return stores;
}

describe('publishing audited columns', () => {
  it('leaves commitments that open to the totals, with blindings that the parties share', async () => {
    for (const rows of [40, 0]) {
      const what = table(['a', 'c', 'flag', 'word'], rows);
      const stores = await published(what);
      const totals = new PartTotals(what.definition);
      totals.add(what.parts[0]?.columns ?? []);
      const audits = stores.map((store) => store.uploads()[0]?.audit);
      expect(audits[1]).toEqual(audits[0]);
      expect(audits[2]).toEqual(audits[0]);
      const points = splitCommitments(audits[0]?.commitments ?? '', 6) ?? [];
      const places = points.map((_, k) => k);
      const shares = stores.map((store) => {
        const [upload] = store.uploads();
        const part = { id: upload?.id ?? '', rows };
        return blindingShares(nodeCrypto, [{ part: part.id, ...readSalts(store, part) }], places);
      });
      const blindings = combineBlindings(shares, 6);
      expect(totals.totals).toHaveLength(6);
      for (const [k, total] of totals.totals.entries()) {
        expect(opensTo([points[k] as Uint8Array], total, blindings[k] ?? 0n)).toBe(true);
      }
    }
  });

  it('is covered by the root that all parties sign', async () => {
    const [store] = await published(table(['a']));
    const upload = store?.uploads()[0];
    expect(upload?.extra).toMatch(/^[0-9a-f]{64}$/);
    expect(store?.tables()[0]?.parts[0]?.root).toBe(upload?.root);
    const [plain] = await published(table([]));
    expect(plain?.uploads()[0]).toMatchObject({ extra: null });
    expect(plain?.uploads()[0]?.audit).toBeUndefined();
  });

  it.each<[string, (audit: PartAudit | undefined) => PartAudit | undefined, RegExp]>([
    ['no commitments', () => undefined, /expected commitments to 2 totals/],
    [
      'too few',
      (audit) => audit && { ...audit, commitments: audit.commitments.slice(64) },
      /2 points/,
    ],
    ['no points', (audit) => audit && { ...audit, commitments: 'ff'.repeat(64) }, /2 points/],
    [
      'others than it signed',
      (audit) => audit && { ...audit, commitments: hex(commitTo(1n, 2n)).repeat(2) },
      /has not signed/,
    ],
    [
      'no signature',
      (audit) => audit && { ...audit, signature: '00'.repeat(64) },
      /has not signed/,
    ],
  ])('is refused with %s', async (_, alter, message) => {
    await expect(published(table(['a']), alter)).rejects.toThrow(message);
  });

  it('is refused with commitments that nobody asked for', async () => {
    const uninvited = () => ({ commitments: '', signature: '00'.repeat(64) });
    await expect(published(table([]), uninvited)).rejects.toThrow(/expected commitments to 0/);
  });
});

describe('totals of a part', () => {
  const definition = {
    ...{ name: 't', keys: [] },
    columns: [
      {
        ...{
          name: 'x',
          nullable: true,
          audit: true,
          bounds: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
        },
        type: { kind: 'integer', name: 'BIGINT' },
      },
    ],
  } as const satisfies TableDefinition;

  it('are exact for all values of 64 bits, with and without NULLs', () => {
    const value = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const row = fc.record({ value, isNull: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.array(row)), (blocks) => {
        const totals = new PartTotals(definition);
        for (const rows of blocks) {
          const values = BigInt64Array.from(rows, (one) => one.value);
          const nulls = Uint8Array.from(rows, ({ isNull }) => Number(isNull));
          totals.add([{ values, nulls }]);
        }
        const kept = blocks.flat().filter(({ isNull }) => !isNull);
        const sum = kept.reduce((total, one) => total + one.value, 0n);
        expect(totals.totals).toEqual([sum, BigInt(kept.length)]);
      }),
    );
  });

  it('do not lose a bit in the largest block', () => {
    const values = new BigInt64Array(65_536).fill(2n ** 63n - 1n);
    const totals = new PartTotals(definition);
    for (let k = 0; k < 3; k++) totals.add([{ values }]);
    expect(totals.totals).toEqual([3n * 65_536n * (2n ** 63n - 1n), 3n * 65_536n]);
  });

  it('exist for numbers, BOOLEAN, and counts of what may be NULL', () => {
    const kinds = (type: TableDefinition['columns'][number]['type'], nullable: boolean) => {
      const column = { ...definition.columns[0], type, nullable };
      return auditedTotals({ ...definition, columns: [column] }).map(({ kind }) => kind);
    };
    expect(kinds({ kind: 'decimal', precision: 9, scale: 2 }, false)).toEqual(['sum']);
    expect(kinds({ kind: 'boolean' }, true)).toEqual(['sum', 'count']);
    expect(kinds({ kind: 'date' }, true)).toEqual(['count']);
    const day = { ...definition.columns[0], type: { kind: 'date' } as const, nullable: false };
    const bounds = { min: 0n, max: 10n };
    const dated = { ...definition, columns: [{ ...day, bounds }] };
    expect(() => checkDefinition(dated)).toThrow(/audit: expected it for numbers/);
  });
});
