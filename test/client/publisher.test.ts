import { beforeAll, describe, expect, it } from 'vitest';
import { definitionDigest } from '../../src/catalog/digest.ts';
import { storedForm, type TableDefinition } from '../../src/catalog/table.ts';
import { textBounds } from '../../src/catalog/types.ts';
import { acceptDefinition, proposeDefinition } from '../../src/client/publish/definitions.ts';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import type { PublishPart } from '../../src/client/publish/upload-part.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { ingestBlocks } from '../../src/engine/ingest.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import {
  type ColumnBlock,
  sealedBodyContext,
  UPLOAD_BODY_BYTES,
  UPLOAD_BODY_BYTES_MAX,
  type UploadContext,
} from '../../src/sharing/upload.ts';
import { encodeBlocks } from '../../src/sharing/upload-codec.ts';
import { splitBlock } from '../../src/sharing/upload-split.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';
import {
  defineInProcess,
  desksOf,
  publishable,
  publishInProcess,
  sessionOf,
  sharedDefinition,
  textBlock,
} from '../oracle/publish.ts';
import { randomTable } from '../oracle/tables.ts';
import { bodyFor, freshSeeds } from '../sharing/upload-reconstruct.ts';
import { clearRows, reconstruct, rowsOf, stored } from './published-rows.ts';

let context: UploadContext;
beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

function stores(): ShareStore[] {
  return [0, 1, 2].map(() => new MemoryStore(nodeCrypto));
}

describe('publishRows', () => {
  it('stores shares of every value of random tables', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const table = randomTable(seed);
      const parties = stores();
      await publishInProcess(context, [table], parties);
      expect(rowsOf(reconstruct(parties))).toEqual(clearRows(table));
      const digests = parties.map((store) => store.tables()[0]?.digest);
      expect(new Set(digests).size).toBe(1);
      expect(parties[0]?.tables()[0]?.number).toBe(table.parts.length);
    }
  });

  it('cuts parts into blocks and requests below the limit, one per party at a time', async () => {
    const table = randomTable(5, { rows: 2 * BLOCK_ROWS + 7, owners: 1 });
    const [part] = table.parts;
    if (!part) throw new TypeError('one part');
    const sizes: number[] = [];
    const underWay = [0, 0, 0];
    const parties = stores();
    await defineInProcess(context, sharedDefinition(table), parties);
    const watched = (inner: PartyUploads, party: number): PartyUploads => ({
      ...inner,
      blocks: async (id, sequence, sealed) => {
        sizes.push(sealed.length);
        underWay[party] = (underWay[party] ?? 0) + 1;
        expect(underWay[party]).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        await inner.blocks(id, sequence, sealed);
        underWay[party] -= 1;
      },
    });
    const session = sessionOf(part.owner, desksOf(context, parties, [part.owner]), watched);
    const progress: number[] = [];
    await publishRows(session, context, {
      ...{ table: 't', operation: 'append', part: publishable(part) },
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(UPLOAD_BODY_BYTES + 48);
    expect(sizes.length).toBeGreaterThan(6);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, 1]);
    const [version] = parties[0]?.tables() ?? [];
    const id = version?.parts[0]?.id ?? '';
    const last = stored(parties[2] as ShareStore, table.definition, id, 3, 2, 7);
    expect(last.field[0]?.length).toBe(56);
  });

  it('stores secret text as planes', async () => {
    const column = { name: 'name', type: { kind: 'varchar' }, bytes: 6, nullable: true } as const;
    const table = { name: 't', columns: [{ ...column, bounds: textBounds(6) }], keys: [] };
    const parties = stores();
    const owners = await defineInProcess(context, { table, owners: ['o'] }, parties);
    const values = ['b', null, '', 'a', 'äää', 'ab'];
    const part = partOf(values.length, [textBlock(values)]);
    const session = owners.get('o');
    if (!session) throw new TypeError('an owner');
    await publishRows(session, context, { table: 't', operation: 'append', part });
    const found = (reconstruct(parties)[0] ?? []).map(([value, isNull]) => {
      const bytes = Buffer.from(value.toString(16).padStart(12, '0'), 'hex');
      return isNull ? null : bytes.toString('utf8').replace(/\0+$/, '');
    });
    expect(found).toEqual(values);
  });

  it('refuses what does not fit by row and column, and leaves nothing behind', async () => {
    const integer = { kind: 'integer', name: 'INTEGER' } as const;
    const columns = [
      { name: 'id', type: integer, nullable: false, bounds: { min: 0n, max: 1_000_000n } },
      { name: 'n', type: integer, nullable: true, bounds: { min: 0n, max: 9n }, multiplicity: 2 },
    ];
    const keys = [
      { columns: ['id'], multiplicity: 1 },
      { columns: ['n'], multiplicity: 4 },
    ];
    const table: TableDefinition = { name: 't', columns, keys };
    const parties = stores();
    const session = (await defineInProcess(context, { table, owners: ['o'] }, parties)).get('o');
    if (!session) throw new TypeError('an owner');
    const publish = (ids: bigint[], ns: (bigint | null)[]) => {
      const nulls = Uint8Array.from(ns, (n) => (n === null ? 1 : 0));
      const values = BigInt64Array.from(ns, (n) => n ?? 0n);
      const block = [{ values: BigInt64Array.from(ids) }, { values, nulls }];
      const part = partOf(ids.length, block);
      return publishRows(session, context, { table: 't', operation: 'append', part });
    };
    const refused = async (call: Promise<unknown>, message: string) => {
      await expect(call).rejects.toMatchObject({ code: 'VALUE_OUT_OF_BOUNDS', message });
      for (const store of parties) expect([store.tables(), store.uploads()]).toEqual([[], []]);
    };
    const outside = 'lies outside the bounds declared for the column';
    await refused(publish([1n, 2n], [3n, 10n]), `t.n of o: row 2 ${outside}`);
    await refused(publish([1n, -1n], [3n, null]), `t.id of o: row 2 ${outside}`);
    await refused(
      publish([7n, 8n, 7n], [null, null, null]),
      't (id): row 3 has the key of row 1; a value may be in one row at most',
    );
    await refused(
      publish([1n, 2n, 3n, 4n], [5n, 5n, null, 5n]),
      't (n): row 4 has the key of row 1; a value may be in 2 rows at most',
    );
    await publish([1n, 2n, 3n, 4n], [5n, 5n, null, null]);
    expect(parties.map((store) => store.tables().length)).toEqual([1, 1, 1]);
  });
});

describe('definitions', () => {
  const shared = {
    ...sharedDefinition(randomTable(3, { owners: 1, rows: 5 })),
    owners: ['a', 'b'],
  };

  it('must be accepted by all listed owners before any rows', async () => {
    const parties = stores();
    const desks = desksOf(context, parties, ['a', 'b', 'c']);
    const [a, b, c] = ['a', 'b', 'c'].map((owner) => sessionOf(owner, desks));
    if (!a || !b || !c) throw new TypeError('three owners');
    const [part] = randomTable(3, { owners: 1, rows: 5 }).parts;
    if (!part) throw new TypeError('one part');
    const made = { table: 't', operation: 'append', part: publishable(part) } as const;
    await expect(publishRows(a, context, made)).rejects.toThrow(/not defined at all parties/);
    expect(await proposeDefinition(c, shared)).toMatch(/^[0-9a-f]{64}$/);
    await expect(publishRows(a, context, made)).rejects.toThrow(/you have not accepted/);
    await acceptDefinition(a, shared);
    await expect(publishRows(a, context, made)).rejects.toThrow(/^b must accept/);
    await expect(acceptDefinition(c, shared)).rejects.toThrow(/"c" is not an owner that/);
    await acceptDefinition(b, shared);
    await publishRows(a, context, made);
    await expect(publishRows(c, context, made)).rejects.toThrow(/you have not accepted/);
    expect(parties[0]?.tables()[0]?.parts.map(({ owner }) => owner)).toEqual(['a']);
  });

  it("list owners of the consortium, and count only with the owner's own signature", async () => {
    const desks = desksOf(context, stores(), ['a', 'b']);
    const session = sessionOf('a', desks);
    const stranger = { ...shared, owners: ['a', 'stranger'] };
    await expect(proposeDefinition(session, stranger)).rejects.toThrow(/no member "stranger"/);
    await proposeDefinition(session, shared);
    const forger = { ...sessionOf('b', desks), parties: session.parties };
    await expect(acceptDefinition(forger, shared)).rejects.toMatchObject({ code: 'AUTH_DENIED' });
    const elsewhere = { ...session, consortium: new Uint8Array(32) };
    await expect(acceptDefinition(elsewhere, shared)).rejects.toMatchObject({
      code: 'AUTH_DENIED',
    });
    const [column, ...rest] = shared.table.columns;
    if (!column) throw new TypeError('a column');
    const columns = [{ ...column, reveal: 'rows' as const }, ...rest];
    const other = { ...shared, table: { ...shared.table, columns } };
    await expect(acceptDefinition(session, other)).rejects.toMatchObject({
      code: 'UPLOAD_CONFLICT',
    });
    await expect(proposeDefinition(session, other)).rejects.toMatchObject({
      code: 'UPLOAD_CONFLICT',
    });
  });

  it('of a form that no later step could work with are refused before anything is sent', async () => {
    const [column] = shared.table.columns;
    if (!column) throw new TypeError('a column');
    const twice = { ...shared, table: { ...shared.table, columns: [column, column] } };
    const nobody = { ...sessionOf('a', []), parties: [] };
    await expect(proposeDefinition(nobody, twice)).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
    });
  });
});

describe('sealed bodies', () => {
  it('are refused if altered, repeated, out of order, or sealed to anybody else', async () => {
    const table = randomTable(4, { rows: 20, owners: 1 });
    const [part] = table.parts;
    if (!part) throw new TypeError('one part');
    const { owner } = part;
    const parties = stores();
    await defineInProcess(context, sharedDefinition(table), parties);
    const desks = desksOf(context, parties, [owner]);
    const outcomes: unknown[] = [];
    const spy = (inner: PartyUploads, party: number): PartyUploads => ({
      ...inner,
      blocks: async (id, sequence, sealed) => {
        const altered = sealed.map((byte, k) => (k === 100 ? byte ^ 1 : byte));
        const other = desks[(party + 1) % 3]?.uploads;
        const attempts = [
          () => inner.blocks(id, sequence, altered),
          () => inner.blocks(id, sequence + 1, sealed),
          () => inner.blocks(id, sequence, sealed.subarray(0, 40)),
          async () => other?.blocks(id, owner, sequence, sealed),
        ];
        for (const attempt of attempts) {
          outcomes.push(await attempt().catch((error: { code: string }) => error.code));
        }
        await inner.blocks(id, sequence, sealed);
        // The same body again is taken for a lost answer; in another place it opens no more.
        await inner.blocks(id, sequence, sealed);
        outcomes.push(
          await inner.blocks(id, sequence + 1, sealed).catch((e: { code: string }) => e.code),
        );
      },
    });
    const session = sessionOf(owner, desks, spy);
    const made = { table: 't', operation: 'append', part: publishable(part) } as const;
    await publishRows(session, context, made);
    expect(outcomes).toEqual(new Array(15).fill('UPLOAD_INVALID'));
    expect(rowsOf(reconstruct(parties))).toEqual(clearRows(table));
  });

  it('go to keys that the parties have signed', async () => {
    const table = randomTable(4, { rows: 20, owners: 1 });
    const [part] = table.parts;
    if (!part) throw new TypeError('one part');
    const parties = stores();
    await defineInProcess(context, sharedDefinition(table), parties);
    const desks = desksOf(context, parties, [part.owner]);
    const between = (inner: PartyUploads, party: number): PartyUploads => ({
      ...inner,
      begin: async (pending) => {
        const offer = await inner.begin(pending);
        return party === 1 ? { ...offer, publicKey: new Uint8Array(32).fill(9) } : offer;
      },
      blocks: async () => expect.unreachable('nothing is sent'),
    });
    const session = sessionOf(part.owner, desks, between);
    const made = { table: 't', operation: 'append', part: publishable(part) } as const;
    await expect(publishRows(session, context, made)).rejects.toMatchObject({
      code: 'PEER_PROTOCOL',
      message: expect.stringContaining('party 2 sent a signature'),
    });
    expect(sealedBodyContext('a', 1, 2)).not.toEqual(sealedBodyContext('a', 2, 1));
  });
});

function partOf(rows: number, block: readonly ColumnBlock[]): PublishPart {
  return {
    rows,
    blocks: async function* () {
      yield block;
    },
  };
}

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
  const shared = { table: definition, owners: ['o'] };
  const part = {
    id: '00112233445566778899aabbccddeeff',
    table: 't',
    definition: definitionDigest(nodeCrypto, shared),
    owner: 'o',
    rows: BLOCK_ROWS + 5,
  };
  const own = { ...part, self: 0 };
  const form = () => storedForm(definition.columns[0] as TableDefinition['columns'][0]);

  function message(block: number, rows: number, column = 0) {
    const place = { what: 't.x', column, block, firstRow: 0 };
    const values = { values: new BigInt64Array(rows) };
    return splitBlock(context, form(), place, values, freshSeeds);
  }

  const bodyWith = (...split: ReturnType<typeof message>[]) =>
    encodeBlocks(bodyFor(context, form(), part.id, 0, ...split));

  async function open(): Promise<ShareStore> {
    const store = new MemoryStore(nodeCrypto);
    await defineInProcess(context, shared, [
      store,
      new MemoryStore(nodeCrypto),
      new MemoryStore(nodeCrypto),
    ]);
    await store.begin(part);
    await ingestBlocks(context, store, definition, own, bodyWith(message(0, BLOCK_ROWS)));
    return store;
  }

  it('writes blocks that belong to the part', async () => {
    const store = await open();
    await ingestBlocks(context, store, definition, own, bodyWith(message(1, 5)));
    expect(stored(store, definition, part.id, 0, 1, 5).field.length).toBe(2);
  });

  const refused: [name: string, bytes: () => Uint8Array][] = [
    ['another number of rows', () => bodyWith(message(1, 6))],
    ['a block behind the last', () => bodyWith(message(2, 5))],
    ['an unknown column', () => bodyWith(message(1, 5, 1))],
    ['an empty block', () => bodyWith(message(2, 0))],
    ['a block that is there already', () => bodyWith(message(0, BLOCK_ROWS))],
    ['a body that is too long', () => new Uint8Array(UPLOAD_BODY_BYTES_MAX + 1)],
    ['no msgpack', () => new TextEncoder().encode('hello')],
    [
      'seeds that expand to more than a request may store',
      () => bodyWith(...new Array(40).fill(message(0, BLOCK_ROWS))),
    ],
  ];
  for (const [name, bytes] of refused) {
    it(`refuses ${name} and writes nothing`, async () => {
      const store = await open();
      const good = bodyWith(message(1, 5));
      await expect(ingestBlocks(context, store, definition, own, bytes())).rejects.toMatchObject({
        code: 'UPLOAD_INVALID',
      });
      expect(() => stored(store, definition, part.id, 0, 1, 5)).toThrow(
        expect.objectContaining({ code: 'STORAGE_CORRUPT' }),
      );
      await ingestBlocks(context, store, definition, own, good);
    });
  }
});
