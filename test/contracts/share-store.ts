import { afterEach, describe, expect, it } from 'vitest';
import { definitionDigest } from '../../src/catalog/digest.ts';
import type { Operation, VersionProposal } from '../../src/catalog/version.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { BlockKey, ShareStore, StoredUnit } from '../../src/storage/share-store.ts';
import { unitKeys } from '../../src/storage/upload-rules.ts';
import { deletionContract } from './stored-deletion.ts';
import {
  A,
  B,
  C,
  COMMITMENT,
  certificateOf,
  claims,
  defined,
  FIRST,
  fill,
  keyOf,
  OWNERS,
  partOf,
  proposalOf,
  publish,
  SECOND,
  SIGNATURE,
  shared,
  unitOf,
  upload,
} from './stored-table.ts';

/** What the suite needs from an implementation. */
export interface StoreHarness {
  open(): Promise<ShareStore>;
  close(): Promise<void>;
}

const code = (name: string) => expect.objectContaining({ code: name });
const invalid = code('UPLOAD_INVALID');
const conflict = code('UPLOAD_CONFLICT');
const stale = code('VERSION_STALE');

/** What every {@link ShareStore} promises; each implementation calls this. */
export function shareStoreContract(name: string, harness: StoreHarness): void {
  describe(`share store contract: ${name}`, () => {
    afterEach(() => harness.close());
    definitionsContract(harness);
    uploadsContract(harness);
    versionsContract(harness);
    deletionContract(harness);
  });
}

function definitionsContract(harness: StoreHarness): void {
  it('keeps definitions and the consents to them', async () => {
    const store = await harness.open();
    await store.define(shared());
    const digest = definitionDigest(nodeCrypto, shared());
    expect(store.definitions()).toEqual([{ definition: shared(), digest, accepted: [] }]);
    const acceptance = { owner: SECOND, signature: SIGNATURE };
    await store.accept('CLAIMS', digest, acceptance);
    await store.accept('claims', digest, acceptance);
    await store.define(structuredClone(shared()));
    expect(store.definitions()[0]?.accepted).toEqual([acceptance]);
    expect(store.tables()).toEqual([]);
    expect(store.state('claims')).toEqual({ head: undefined, pending: undefined });
    expect(() => store.state('nothing')).toThrow(invalid);
  });

  it('refuses another definition of the same name, and consents to it', async () => {
    const store = await harness.open();
    await store.define(shared());
    const [first, ...rest] = claims.columns;
    if (!first) throw new TypeError('a column');
    const wider = { ...claims, columns: [{ ...first, bounds: { min: 0n, max: 5n } }, ...rest] };
    const shown = { ...claims, columns: [{ ...first, reveal: 'rows' as const }, ...rest] };
    for (const table of [wider, shown, { ...claims, name: 'CLAIMS' }, { ...claims, keys: [] }]) {
      await expect(store.define({ table, owners: OWNERS })).rejects.toEqual(conflict);
    }
    await expect(store.define(shared('claims', [FIRST]))).rejects.toEqual(conflict);
    // What is said besides: the order of owners, and a default.
    const usual = { ...claims, columns: [{ ...first, reveal: 'aggregate' as const }, ...rest] };
    await store.define({ table: usual, owners: [SECOND, FIRST] });
    const digest = definitionDigest(nodeCrypto, shared());
    const other = definitionDigest(nodeCrypto, { table: wider, owners: OWNERS });
    const by = (owner: string) => ({ owner, signature: SIGNATURE });
    await expect(store.accept('claims', other, by(FIRST))).rejects.toEqual(conflict);
    await expect(store.accept('claims', digest, by('somebody'))).rejects.toEqual(invalid);
    await expect(store.accept('nothing', digest, by(FIRST))).rejects.toEqual(invalid);
    for (const owners of [[], [FIRST, FIRST]]) {
      await expect(store.define(shared('x', owners))).rejects.toEqual(invalid);
    }
    await expect(store.define(shared(''))).rejects.toEqual(invalid);
  });

  it('keeps secret text, whose bounds are wider than any integer', async () => {
    const store = await harness.open();
    const bounds = { min: 0n, max: 2n ** 2048n - 1n };
    const type = { kind: 'varchar' } as const;
    const text = { name: 'note', type, nullable: true, bytes: 256, bounds };
    const table = { name: 'notes', columns: [text], keys: [] };
    await store.define({ table, owners: [FIRST] });
    expect(store.definitions()[0]?.definition.table).toEqual(table);
  });
}

function uploadsContract(harness: StoreHarness): void {
  it('gives blocks back byte for byte, of any size', async () => {
    const store = await harness.open();
    await defined(store);
    const part = partOf(A, BLOCK_ROWS + 1);
    await store.begin(part);
    const sizes = [1, 64, 0, 524_288, 1_100_000, 16];
    const units = sizes.map((size, unit) =>
      unitKeys(claims, A, unit).map((key, limb) => ({
        key,
        bytes: Uint8Array.from({ length: size }, (_, at) => (at * 7 + unit + limb) & 0xff),
      })),
    );
    await store.write(A, 0, units.slice(0, 2));
    await store.write(A, 2, units.slice(2));
    for (const { key, bytes } of units.flat()) {
      const copy = store.read(key, bytes.length).slice();
      expect(Buffer.compare(copy, bytes)).toBe(0);
    }
    await store.commit(A, COMMITMENT);
    const [, , , { bytes, key } = { bytes: new Uint8Array(), key: keyOf(A) }] = units.flat();
    expect(store.read(key, bytes.length)).toHaveLength(bytes.length);
  });

  it('a missing block or one of another length is STORAGE_CORRUPT', async () => {
    const store = await harness.open();
    await defined(store);
    await store.begin(partOf(A));
    await store.write(A, 0, [unitOf(A, 0, 16)]);
    expect(() => store.read(keyOf(A), 32)).toThrow(/16 bytes instead of 32/);
    expect(() => store.read(keyOf(A, { block: 1 }), 16)).toThrow(
      /block 1 of column 0 \(boolean, limb 0\) of part aaaaaaaa00000001 is missing/,
    );
    expect(() => store.read(keyOf(A, { column: 1, form: 'field' }), 16)).toThrow(/missing/);
  });

  it('an upload goes on where it stopped', async () => {
    const store = await harness.open();
    await defined(store);
    const part = partOf(A, BLOCK_ROWS + 1);
    const none = { promised: 0, root: null, extra: null };
    expect(await store.begin(part)).toEqual({ ...part, held: 0, committed: false, ...none });
    await store.write(A, 0, [unitOf(A, 0), unitOf(A, 1)]);
    await expect(store.commit(A, COMMITMENT)).rejects.toThrow(
      /block 0 of column amount has not arrived/,
    );
    expect((await store.begin({ ...part, table: 'CLAIMS' })).held).toBe(2);
    for (const first of [0, 1, 3]) {
      await expect(store.write(A, first, [unitOf(A, first)])).rejects.toThrow(/unit 2, not/);
    }
    await store.write(
      A,
      2,
      [2, 3, 4].map((unit) => unitOf(A, unit)),
    );
    await expect(store.commit(A, COMMITMENT)).rejects.toThrow(
      /block 1 of column amount has not arrived/,
    );
    await store.write(A, 5, [unitOf(A, 5)]);
    await expect(store.write(A, 6, [])).resolves.toBeUndefined();
    await store.commit(A, COMMITMENT);
    await store.commit(A, COMMITMENT);
    const whole = { ...part, held: 6, committed: true, promised: 0, ...COMMITMENT };
    expect(await store.begin(part)).toEqual(whole);
    expect(store.uploads()).toEqual([whole]);
    expect(store.upload(A)).toEqual(whole);
    expect(store.upload(B)).toBeUndefined();
    expect(store.upload('')).toBeUndefined();
    expect(store.tables()).toEqual([]);
  });

  it('takes exactly the blocks of a unit, and all units of a request or none', async () => {
    const store = await harness.open();
    await defined(store);
    await store.begin(partOf(A));
    const [boolean, low, high, leaves, salts] = unitOf(A, 0);
    if (!boolean || !low || !high || !leaves || !salts) {
      throw new TypeError('an integer of 64 bits has two limbs');
    }
    const moved = (change: Partial<BlockKey>) => ({ ...high, key: { ...high.key, ...change } });
    const shares: StoredUnit[] = [
      [boolean, low],
      [boolean, high, low],
      [boolean, low, high, high],
      ...[{ limb: 2 }, { column: 1 }, { block: 1 }, { part: B }].map((k) => [
        boolean,
        low,
        moved(k),
      ]),
    ];
    const besides = [[], [leaves], [salts], [leaves, leaves], [salts, leaves]];
    const bad: StoredUnit[] = [
      [],
      ...shares.map((unit) => [...unit, leaves, salts]),
      ...besides.map((rest) => [boolean, low, high, ...rest]),
    ];
    for (const unit of bad) await expect(store.write(A, 0, [unit])).rejects.toEqual(invalid);
    await expect(store.write(A, 0, [unitOf(A, 0), bad[1] ?? []])).rejects.toEqual(invalid);
    expect(() => store.read(keyOf(A), 1)).toThrow(/missing/);
    await fill(store, partOf(A));
    await expect(store.write(A, 3, [unitOf(A, 3)])).rejects.toThrow(/too many blocks/);
  });

  it('refuses uploads that fit nowhere', async () => {
    const store = await harness.open();
    await store.define(shared());
    await expect(store.begin(partOf(A))).rejects.toThrow(/not every owner has accepted/);
    await defined(store);
    await expect(store.begin({ ...partOf(A), table: 'other' })).rejects.toEqual(invalid);
    await expect(store.begin({ ...partOf(A), owner: 'x' })).rejects.toEqual(invalid);
    const other = { ...partOf(A), definition: '0'.repeat(64) };
    await expect(store.begin(other)).rejects.toEqual(conflict);
    for (const id of ['', 'short', 'UPPER000', '../../etc', `${A}\0`, 'a'.repeat(65)]) {
      await expect(store.begin(partOf(id))).rejects.toEqual(invalid);
      await expect(store.commit(id, COMMITMENT)).rejects.toEqual(invalid);
      await expect(store.discard(id)).rejects.toEqual(invalid);
      await expect(store.write(id, 0, [])).rejects.toEqual(invalid);
    }
    for (const rows of [-1, 0.5, Number.NaN, 2 ** 28 + 1]) {
      await expect(store.begin(partOf(A, rows))).rejects.toEqual(invalid);
    }
    await store.begin(partOf(A));
    await expect(store.begin(partOf(A, 6))).rejects.toEqual(conflict);
    await expect(store.begin({ ...partOf(A), owner: SECOND })).rejects.toEqual(conflict);
    for (let k = 1; k < 64; k++) await store.begin(partOf(`${k}`.padStart(8, '0')));
    await expect(store.begin(partOf(C))).rejects.toThrow(/64 uploads of "hospital a"/);
    await store.begin(partOf(B));
  });

  it('no block lands after the commit, also when both are under way', async () => {
    const store = await harness.open();
    await defined(store);
    const part = partOf(A);
    await store.begin(part);
    await store.write(A, 0, [unitOf(A, 0), unitOf(A, 1)]);
    const before = store.write(A, 2, [unitOf(A, 2, 1, 8)]);
    const commit = store.commit(A, COMMITMENT);
    await expect(store.write(A, 3, [unitOf(A, 3)])).rejects.toEqual(invalid);
    await Promise.all([before, commit]);
    expect([...store.read(keyOf(A, { column: 2 }), 1)]).toEqual([8]);
  });
}

function versionsContract(harness: StoreHarness): void {
  it('shows a version when it is certified, and keeps the one before', async () => {
    const store = await harness.open();
    await defined(store);
    const seen: (string | undefined)[] = [];
    const history: [string, Operation, string[], string[]][] = [
      [FIRST, 'append', [A], [A]],
      [SECOND, 'append', [B], [A, B]],
      [FIRST, 'replace', [C], [B, C]],
      [SECOND, 'drop', [], [C]],
      [FIRST, 'append', ['dddddddd'], [C, 'dddddddd']],
    ];
    for (const [k, [owner, operation, added, expected]] of history.entries()) {
      for (const id of added) await upload(store, partOf(id, 5 + k));
      const before = store.tables();
      await publish(store, proposalOf(store, owner, operation, added));
      const versions = store.tables();
      expect(versions[0]?.parts.map(({ id }) => id)).toEqual(expected);
      expect(versions[0]?.number).toBe(k + 1);
      expect(versions[0]?.definition).toEqual(claims);
      expect(versions.slice(1)).toEqual(before.slice(0, 1));
      seen.push(versions[0]?.digest);
    }
    expect(new Set(seen).size).toBe(history.length);
    expect(seen.every((digest) => /^[0-9a-f]{64}$/.test(digest ?? ''))).toBe(true);
  });

  it('lists tables by name, of each the newest version first', async () => {
    const store = await harness.open();
    for (const [k, name] of ['zeta', 'Alpha', 'mid'].entries()) {
      const definition = shared(name, [FIRST]);
      await defined(store, definition);
      for (const version of [0, 1]) {
        const id = `0000000${2 * k + version}`;
        await upload(store, partOf(id, 0, definition));
        await publish(store, proposalOf(store, FIRST, 'append', [id], definition));
      }
    }
    const listed = store.tables().map(({ definition, number }) => `${definition.name} ${number}`);
    expect(listed).toEqual(['Alpha 2', 'Alpha 1', 'mid 2', 'mid 1', 'zeta 2', 'zeta 1']);
  });

  it('refuses proposals that are not based on the newest version', async () => {
    const store = await harness.open();
    await defined(store);
    await upload(store, partOf(A));
    await upload(store, partOf(B));
    const first = proposalOf(store, FIRST, 'append', [A]);
    const rival = proposalOf(store, SECOND, 'append', [B]);
    await publish(store, first);
    await expect(publish(store, rival)).rejects.toEqual(stale);
    await expect(store.certify(certificateOf(rival))).rejects.toEqual(stale);
    await store.certify(certificateOf(first));
    const next = proposalOf(store, SECOND, 'append', [B]);
    for (const change of [{ number: 3 }, { number: 1 }, { base: first.base }]) {
      const signed = { proposal: { ...next, ...change }, ownerSignature: SIGNATURE };
      await expect(store.promise(signed)).rejects.toEqual(stale);
    }
    await publish(store, next);
    expect(store.tables().map(({ number }) => number)).toEqual([2, 1]);
  });

  it('is bound to one version of a number for good', async () => {
    const store = await harness.open();
    await defined(store);
    await upload(store, partOf(A));
    await upload(store, partOf(B));
    const signatures = { ready: [SIGNATURE], signatures: [SIGNATURE] };
    const of = (proposal: VersionProposal) => {
      return { proposal, ownerSignature: SIGNATURE, ...signatures };
    };
    const first = proposalOf(store, FIRST, 'append', [A]);
    const rival = proposalOf(store, SECOND, 'append', [B]);
    await store.promise({ proposal: rival, ownerSignature: SIGNATURE });
    await store.bind(of(first));
    expect(store.state('claims').pending).toEqual(of(first));
    await expect(store.bind(of(rival))).rejects.toEqual(stale);
    await store.bind(of(first));
    await store.certify(certificateOf(first));
    await store.bind(of(first));
    expect(store.state('claims')).toEqual({ head: certificateOf(first), pending: undefined });
  });

  it('refuses versions that change rows of others, or name parts that are not here', async () => {
    const store = await harness.open();
    await defined(store);
    await upload(store, partOf(A));
    await publish(store, proposalOf(store, FIRST, 'append', [A]));
    await upload(store, partOf(B, 6));
    await store.begin(partOf(C));
    const good = proposalOf(store, SECOND, 'append', [B]);
    const [a, b] = good.parts;
    if (!a || !b) throw new TypeError('two parts');
    const bad: Partial<VersionProposal>[] = [
      { parts: [b] },
      { parts: [b, a] },
      { parts: [a] },
      { parts: [a, b, b] },
      { parts: [{ ...a, rows: 4 }, b] },
      { parts: [a, { ...b, rows: 5 }] },
      { parts: [a, { ...b, owner: FIRST }] },
      { parts: [a, { ...b, id: 'eeeeeeee' }] },
      { owner: FIRST },
      { owner: 'somebody' },
      { operation: 'drop' },
      { operation: 'replace', owner: FIRST, parts: [b] },
      {
        operation: 'append',
        owner: FIRST,
        parts: [a, { id: C, owner: FIRST, rows: 5, root: COMMITMENT.root }],
      },
    ];
    for (const change of bad) {
      const proposal = { ...good, ...change };
      await expect(publish(store, proposal), JSON.stringify(change)).rejects.toEqual(invalid);
    }
    const other = { ...good, definition: '0'.repeat(64) };
    await expect(publish(store, other)).rejects.toEqual(conflict);
    expect(store.state('claims').pending).toBeUndefined();
    await publish(store, good);
  });
}
