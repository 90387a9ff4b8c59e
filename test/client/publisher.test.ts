import { beforeAll, describe, expect, it } from 'vitest';
import { planeCount, storedForm, type TableDefinition } from '../../src/catalog/table.ts';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import {
  type PublishPart,
  type PublishTable,
  publishPart,
  publishTable,
} from '../../src/client/publish/publisher.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { blockRows, ingestBlocks } from '../../src/engine/ingest.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { BLOCK_ROWS, planeBytes } from '../../src/field/planes.ts';
import { UPLOAD_BODY_BYTES_MAX, type UploadContext } from '../../src/sharing/upload.ts';
import { decodeBlocks, encodeBlocks } from '../../src/sharing/upload-codec.ts';
import type { ExpandedBlock } from '../../src/sharing/upload-expand.ts';
import { splitBlock } from '../../src/sharing/upload-split.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';
import { publishable, publishInProcess, storeUploads } from '../oracle/publish.ts';
import { randomTable, type TestTable, wholeColumns } from '../oracle/tables.ts';
import { fromPlanes, fromShares } from '../sharing/upload-reconstruct.ts';

let context: UploadContext;
beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

function stores(): ShareStore[] {
  return [0, 1, 2].map(() => new MemoryStore(nodeCrypto));
}

/** One stored block of one column at one party. */
function stored(
  store: ShareStore,
  definition: TableDefinition,
  part: string,
  column: number,
  block: number,
  rows: number,
): ExpandedBlock {
  const declared = definition.columns[column];
  if (!declared) throw new Error('a column');
  const key = { part, column, block, limb: 0 };
  const bytes = 2 * planeCount(declared) * planeBytes(rows);
  const boolean = store.read({ ...key, form: 'boolean' }, bytes).slice();
  const field = Array.from({ length: storedForm(declared).limbs }, (_, limb) =>
    store.read({ ...key, form: 'field', limb }, rows * 8).slice(),
  );
  return { boolean, field };
}

/** Every value of a published table from the shares of parties 0 and 1, as [value, isNull] by column. */
function reconstruct(parties: readonly ShareStore[]): [bigint, boolean][][] {
  const [first, second] = parties;
  const [version] = first?.tables() ?? [];
  if (!first || !second || !version) throw new Error('a published table');
  return version.definition.columns.map((declared, column) => {
    const form = storedForm(declared);
    return version.parts.flatMap((part) => {
      const out: [bigint, boolean][] = [];
      for (let block = 0; block * BLOCK_ROWS < part.rows; block++) {
        const rows = blockRows(part.rows, block);
        const at = [version.definition, part.id, column, block, rows] as const;
        const [a, b] = [stored(first, ...at), stored(second, ...at)];
        const clear = fromPlanes(form, rows, a, b).slice(0, rows);
        const values = fromShares(rows, [0, 1], [a, b]);
        expect(values).toEqual(clear.map((row) => row.value));
        out.push(...clear.map((row): [bigint, boolean] => [row.value, row.isNull]));
      }
      return out;
    });
  });
}

/** Rows of a table as comparable text: owners' parts may be stored in any order. */
function rowsOf(columns: readonly (readonly [bigint, boolean])[][]): string[] {
  const rows = columns[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column) => column[row]?.join(' ')).join('|'),
  ).sort();
}

function clearRows(table: TestTable): string[] {
  return rowsOf(
    wholeColumns(table).map(({ values, nulls }) =>
      Array.from(values, (value, row): [bigint, boolean] => [value, nulls?.[row] === 1]),
    ),
  );
}

describe('publishTable', () => {
  it('stores shares of every value of random tables', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const table = randomTable(seed);
      const parties = stores();
      await publishInProcess(context, [table], parties);
      expect(rowsOf(reconstruct(parties))).toEqual(clearRows(table));
      const digests = parties.map((store) => store.tables()[0]?.digest);
      expect(new Set(digests).size).toBe(1);
    }
  });

  it('cuts parts into blocks and requests below the limit', async () => {
    const table = randomTable(5, { rows: 2 * BLOCK_ROWS + 7, owners: 1 });
    const sizes: number[] = [];
    const parties = stores();
    const uploads = parties.map((store): PartyUploads => {
      const inner = storeUploads(context, store);
      return {
        ...inner,
        blocks: async (id, bytes) => {
          sizes.push(bytes.length);
          await inner.blocks(id, bytes);
        },
      };
    });
    await publishTable(context, publishable(table), uploads);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(UPLOAD_BODY_BYTES_MAX);
    expect(sizes.length).toBeGreaterThan(6);
    const [version] = parties[0]?.tables() ?? [];
    const last = stored(
      parties[2] as ShareStore,
      table.definition,
      version?.parts[0]?.id ?? '',
      3,
      2,
      7,
    );
    expect(last.field[0]?.length).toBe(56);
  });

  it('has at most one request per party under way', async () => {
    const table = randomTable(6, { rows: 3 * BLOCK_ROWS, owners: 1 });
    let underWay = 0;
    let most = 0;
    const uploads = [0, 1, 2].map(
      (): PartyUploads => ({
        define: async () => undefined,
        begin: async () => undefined,
        blocks: async () => {
          underWay += 1;
          most = Math.max(most, underWay);
          await new Promise((resolve) => setTimeout(resolve, 1));
          underWay -= 1;
        },
        commit: async () => undefined,
        uploads: async () => [],
      }),
    );
    await publishTable(context, publishable(table), uploads);
    expect(most).toBe(3);
  });

  it('finishes what was interrupted between commits, and uploads nothing twice', async () => {
    const table = randomTable(9, { rows: 50, owners: 2 });
    for (let interrupted = 0; interrupted < 12; interrupted++) {
      const parties = stores();
      let commits = 0;
      const [party, part] = [interrupted % 3, Math.floor(interrupted / 3) % 2];
      // The last six lose the answer of a commit that was made.
      const isMade = interrupted >= 6;
      const failing = parties.map((store, index): PartyUploads => {
        const inner = storeUploads(context, store);
        if (index !== party) return inner;
        return {
          ...inner,
          commit: async (id) => {
            const gone = commits++ === part;
            if (!gone || isMade) await inner.commit(id);
            if (gone) throw new TacitError('PARTY_UNREACHABLE', 'a party is gone');
          },
        };
      });
      const publish = (uploads: readonly PartyUploads[]) =>
        publishTable(context, publishable(table), uploads);
      await expect(publish(failing)).rejects.toMatchObject({ code: 'PARTY_UNREACHABLE' });
      const whole = parties.map((store) => storeUploads(context, store));
      const isOver = isMade && part === 1;
      if (isOver) await expect(publish(whole)).rejects.toMatchObject({ code: 'UPLOAD_CONFLICT' });
      else await publish(whole);
      expect(rowsOf(reconstruct(parties))).toEqual(clearRows(table));
      expect(new Set(parties.map((store) => store.tables()[0]?.digest)).size).toBe(1);
      await expect(publish(whole)).rejects.toMatchObject({ code: 'UPLOAD_CONFLICT' });
    }
  });

  it('counts nothing twice when the answers of all commits are lost, and keeps no one out', async () => {
    const table = randomTable(10, { rows: 30, owners: 2 });
    const { definition, parts } = publishable(table);
    const [first, second] = parts as [PublishPart, PublishPart];
    const parties = stores();
    const uploads = parties.map((store) => storeUploads(context, store));
    const owners = parts.map(({ owner }) => owner);
    for (const party of uploads) await party.define(definition, owners);
    const deaf = uploads.map(
      (party): PartyUploads => ({
        ...party,
        commit: async (id) => {
          await party.commit(id);
          throw new TacitError('PARTY_UNREACHABLE', 'a party is gone');
        },
      }),
    );
    const publish = (slot: number, part: PublishPart, to: readonly PartyUploads[]) =>
      publishPart(context, { definition, slot }, part, to);
    await expect(publish(0, first, deaf)).rejects.toMatchObject({ code: 'PARTY_UNREACHABLE' });
    await publish(0, first, uploads);
    // Another process of the owner, with as many rows: what it holds may differ.
    await expect(publish(0, { ...first }, uploads)).rejects.toMatchObject({
      code: 'UPLOAD_CONFLICT',
      message: expect.stringMatching(/slot 0 of table t \(owner "owner 0"\) is published already/),
    });
    await expect(publish(1, first, uploads)).rejects.toMatchObject({ code: 'UPLOAD_INVALID' });
    for (const store of parties) expect(store.tables()).toEqual([]);
    await publish(1, second, uploads);
    expect(rowsOf(reconstruct(parties))).toEqual(clearRows(table));
  });

  it('finishes what another process left, but does not take it for its own rows', async () => {
    const table = randomTable(11, { rows: 30, owners: 1 });
    const parties = stores();
    const uploads = parties.map((store) => storeUploads(context, store));
    const gone = async () => {
      throw new TacitError('PARTY_UNREACHABLE', 'a party is gone');
    };
    const interrupted = uploads.map((party, i) => (i === 0 ? party : { ...party, commit: gone }));
    const made = publishable(table);
    await expect(publishTable(context, made, interrupted)).rejects.toThrow(/gone/);
    const stranger = { ...made, parts: made.parts.map((part) => ({ ...part })) };
    await expect(publishTable(context, stranger, uploads)).rejects.toMatchObject({
      code: 'UPLOAD_CONFLICT',
      message: expect.stringContaining('of another call; its rows stand'),
    });
    expect(rowsOf(reconstruct(parties))).toEqual(clearRows(table));
    expect(new Set(parties.map((store) => store.tables()[0]?.digest)).size).toBe(1);
  });

  it('keeps several parts of one owner apart, also equally long ones', async () => {
    const table = randomTable(12, { rows: 40, owners: 1 });
    const rows = table.parts[0] as TestTable['parts'][number];
    const half = (from: number) => ({
      ...rows,
      rows: 20,
      columns: rows.columns.map(({ values, nulls }) => ({
        values: values.slice(from, from + 20),
        ...(nulls ? { nulls: nulls.slice(from, from + 20) } : {}),
      })),
    });
    const halves: TestTable = { ...table, parts: [half(0), half(20)] };
    for (const lost of [0, 1]) {
      const parties = stores();
      const uploads = parties.map((store) => storeUploads(context, store));
      let commits = 0;
      const commit = async (id: string) => {
        if (commits++ === lost) throw new TacitError('PARTY_UNREACHABLE', 'a party is gone');
        await uploads[2]?.commit(id);
      };
      const failing = uploads.map((party, i) => (i === 2 ? { ...party, commit } : party));
      const made = publishable(halves);
      await expect(publishTable(context, made, failing)).rejects.toThrow(/gone/);
      await publishTable(context, made, uploads);
      expect(rowsOf(reconstruct(parties))).toEqual(clearRows(table));
    }
  });

  it('refuses a definition that no later step could work with, before anything is sent', async () => {
    const good = publishable(randomTable(8, { rows: 5, owners: 1 }));
    const [first] = good.definition.columns;
    if (!first) throw new Error('a column');
    const twice = { ...good.definition, columns: [first, first] };
    await expect(publishTable(context, { ...good, definition: twice }, [])).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
    });
  });

  it('commits nothing when a party fails or a value lies outside its bounds', async () => {
    const table = randomTable(7, { rows: 50, owners: 2 });
    const parties = stores();
    const failing = parties.map((store, index): PartyUploads => {
      const inner = storeUploads(context, store);
      if (index !== 1) return inner;
      const closed = async () => {
        throw new TacitError('PARTY_UNREACHABLE', 'party 1 is gone');
      };
      return { ...inner, blocks: closed };
    });
    await expect(publishTable(context, publishable(table), failing)).rejects.toMatchObject({
      code: 'PARTY_UNREACHABLE',
    });
    const good = publishable(randomTable(8, { name: 'narrow', rows: 50, owners: 1 }));
    const narrow: PublishTable = {
      ...good,
      definition: {
        ...good.definition,
        columns: good.definition.columns.map((column) => ({
          ...column,
          ...(column.name === 'n' ? { bounds: { min: 2000n, max: 3000n } } : {}),
        })),
      },
    };
    const uploads = parties.map((store) => storeUploads(context, store));
    await expect(publishTable(context, narrow, uploads)).rejects.toMatchObject({
      code: 'VALUE_OUT_OF_BOUNDS',
      message: expect.stringMatching(/^narrow\.n of owner 0: row \d+ lies outside the bounds/),
    });
    for (const store of parties) expect(store.tables()).toEqual([]);
  });
});

describe('ingestBlocks', () => {
  const definition: TableDefinition = {
    name: 't',
    columns: [
      {
        name: 'x',
        type: { kind: 'integer', name: 'BIGINT' },
        nullable: false,
        bounds: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
      },
    ],
    keys: [],
  };
  const part = {
    id: '00112233445566778899aabbccddeeff',
    table: 't',
    slot: 0,
    owner: 'o',
    rows: BLOCK_ROWS + 5,
  };

  function message(block: number, rows: number, column = 0) {
    const form = storedForm(definition.columns[0] as TableDefinition['columns'][0]);
    const place = { what: 't.x', column, block, firstRow: 0 };
    const [first] = splitBlock(context, form, place, { values: new BigInt64Array(rows) });
    if (!first) throw new Error('three parties');
    return first;
  }

  async function open(): Promise<ShareStore> {
    const store = new MemoryStore(nodeCrypto);
    await store.define(definition, ['o']);
    await store.begin(part);
    return store;
  }

  it('writes blocks that belong to the part', async () => {
    const store = await open();
    const bytes = encodeBlocks([message(1, 5)]);
    await ingestBlocks(context, store, definition, part, bytes);
    expect(stored(store, definition, part.id, 0, 1, 5).field.length).toBe(2);
  });

  const refused: [name: string, bytes: () => Uint8Array][] = [
    ['another number of rows', () => encodeBlocks([message(1, 6)])],
    ['a block behind the last', () => encodeBlocks([message(2, 5)])],
    ['an unknown column', () => encodeBlocks([message(1, 5, 1)])],
    ['an empty block', () => encodeBlocks([message(2, 0)])],
    ['a body that is too long', () => new Uint8Array(UPLOAD_BODY_BYTES_MAX + 1)],
    ['no msgpack', () => new TextEncoder().encode('hello')],
    [
      'seeds that expand to more than a request may store',
      () => encodeBlocks(new Array(3).fill(message(0, BLOCK_ROWS))),
    ],
  ];
  for (const [name, bytes] of refused) {
    it(`refuses ${name} and writes nothing`, async () => {
      const store = await open();
      const good = [...decodeBlocks(encodeBlocks([message(1, 5)]))];
      await expect(ingestBlocks(context, store, definition, part, bytes())).rejects.toMatchObject({
        code: 'UPLOAD_INVALID',
      });
      expect(() => stored(store, definition, part.id, 0, 1, 5)).toThrow(
        expect.objectContaining({ code: 'STORAGE_CORRUPT' }),
      );
      await ingestBlocks(context, store, definition, part, encodeBlocks(good));
    });
  }
});
