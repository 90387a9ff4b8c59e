import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TableVersion } from '../../src/catalog/table.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { BLOCK_ROWS, planeBytes } from '../../src/field/planes.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import type { BlockKey, ShareStore } from '../../src/storage/share-store.ts';
import { saltsKey } from '../../src/storage/upload-rules.ts';
import {
  type AgreedPart,
  type ShareKey,
  VerifiedShares,
} from '../../src/storage/verified-shares.ts';
import { publishInProcess } from '../oracle/publish.ts';
import type { TestTable } from '../oracle/tables.ts';
import type { StoreHarness } from './share-store.ts';
import {
  A,
  B,
  COMMITMENT,
  certificateOf,
  defined,
  FIRST,
  partOf,
  proposalOf,
  publish,
  SECOND,
  SIGNATURE,
  upload,
} from './stored-table.ts';

const mismatch = expect.objectContaining({ code: 'COMMITMENT_MISMATCH' });
const ROWS = 2 * BLOCK_ROWS;
const WIDTH = 40;
/** Two columns of one form in two blocks of one length, so that everything can be exchanged for its like. */
const TABLE: TestTable = {
  definition: {
    name: 'pairs',
    columns: ['x', 'y'].map((name) => ({
      name,
      type: { kind: 'integer', name: 'BIGINT' },
      nullable: false,
      bounds: { min: 0n, max: 2n ** 40n - 1n },
    })),
    keys: [],
  },
  parts: [0, 1].map(() => ({
    owner: 'owner',
    rows: ROWS,
    columns: [7n, 9n].map((factor) => ({
      values: BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(row) * factor),
    })),
  })),
};

const PLACES: ShareKey[] = [0, 1].flatMap((column) =>
  [0, 1].flatMap((block): ShareKey[] => [
    { column, form: 'boolean', limb: 0, block },
    { column, form: 'field', limb: 0, block },
    { column, form: 'field', limb: 1, block },
  ]),
);
const lengthOf = ({ form }: ShareKey) =>
  form === 'field' ? 8 * BLOCK_ROWS : 2 * WIDTH * planeBytes(BLOCK_ROWS);

/** Overwrites a stored block behind the rules' back, as somebody with access to the disk might. */
export async function overwrite(store: ShareStore, key: BlockKey, bytes: Uint8Array) {
  interface Inside {
    transact(
      change: (records: { putBlock(key: BlockKey, bytes: Uint8Array): void }) => void,
    ): Promise<void>;
  }
  const copy = bytes.slice();
  await (store as unknown as Inside).transact((records) => records.putBlock(key, copy));
}

/** What every store promises of commitments; each implementation calls this. */
export function commitmentsContract(name: string, harness: StoreHarness): void {
  describe(`commitments contract: ${name}`, () => {
    afterEach(() => harness.close());
    rootsContract(harness);
    readsContract(harness);
  });
}

function rootsContract(harness: StoreHarness): void {
  it('takes a part only with the root that it was committed with', async () => {
    const store = await harness.open();
    await defined(store);
    await upload(store, partOf(A));
    await publish(store, proposalOf(store, FIRST, 'append', [A]));
    await upload(store, partOf(B));
    const good = proposalOf(store, SECOND, 'append', [B]);
    const [a, b] = good.parts;
    if (!a || !b) throw new TypeError('two parts');
    const root = 'ef'.repeat(32);
    const invalid = expect.objectContaining({ code: 'UPLOAD_INVALID' });
    await expect(publish(store, { ...good, parts: [{ ...a, root }, b] })).rejects.toEqual(invalid);
    const proposal = { ...good, parts: [a, { ...b, root }] };
    const signed = { proposal, ownerSignature: SIGNATURE };
    const pending = { ...signed, ready: [], signatures: [] };
    await expect(store.promise(signed)).rejects.toEqual(mismatch);
    await expect(store.bind(pending)).rejects.toEqual(mismatch);
    await expect(store.certify(certificateOf(proposal))).rejects.toEqual(mismatch);
    expect(store.state('claims').pending).toBeUndefined();
    await publish(store, good);
    expect(store.tables()[0]?.parts.map((part) => part.root)).toEqual(
      [A, B].map(() => COMMITMENT.root),
    );
  });
}

interface Published {
  readonly stores: readonly ShareStore[];
  readonly version: TableVersion;
  readonly part: AgreedPart;
  readonly other: AgreedPart;
}

function readsContract(harness: StoreHarness): void {
  let context: UploadContext;
  beforeAll(async () => {
    context = { crypto: nodeCrypto, ...(await loadKernels()) };
  });

  async function published(): Promise<Published> {
    const stores = [await harness.open(), await harness.open(), await harness.open()];
    await publishInProcess(context, [TABLE], stores);
    const version = stores[0]?.tables()[0];
    const [part, other] = version?.parts ?? [];
    if (!version || !part || !other) throw new TypeError('a version of two parts');
    return { stores, version, part, other };
  }

  const readAll = (store: ShareStore, self: number, part: AgreedPart) => {
    const shares = new VerifiedShares(store, nodeCrypto, self);
    return PLACES.map((key) => shares.read('pairs', part, key, lengthOf(key)).slice());
  };

  it('reads what the owner committed to, at every party, and only as that party', async () => {
    const { part, stores } = await published();
    for (const [self, store] of stores.entries()) {
      const raw = PLACES.map((key) => store.read({ ...key, part: part.id }, lengthOf(key)).slice());
      expect(Buffer.compare(Buffer.concat(readAll(store, self, part)), Buffer.concat(raw))).toBe(0);
      expect(() => readAll(store, (self + 1) % 3, part)).toThrow(mismatch);
    }
  });

  it('finds one flipped bit of any block and names its place', async () => {
    const { part, stores } = await published();
    for (const [k, key] of PLACES.entries()) {
      const self = k % 3;
      const store = stores[self] as ShareStore;
      const at = { ...key, part: part.id };
      const good = store.read(at, lengthOf(key)).slice();
      const stride = planeBytes(BLOCK_ROWS);
      const spots = key.form === 'field' ? [0, good.length - 1] : [5, stride + 5, good.length - 1];
      for (const spot of spots) {
        const bad = good.slice();
        bad[spot] = (bad[spot] ?? 0) ^ 0x10;
        await overwrite(store, at, bad);
        const right = (self + 1) % 3;
        const component = spot % (2 * stride) < stride ? self : right;
        const which = key.form === 'field' ? `limb ${key.limb}` : `component ${component}`;
        const name = key.column === 0 ? 'x' : 'y';
        const message = `block ${key.block} of pairs.${name} (${key.form}, ${which}) of part ${part.id} is not`;
        const shares = new VerifiedShares(store, nodeCrypto, self);
        const read = () => shares.read('pairs', part, key, lengthOf(key));
        expect(read).toThrow(mismatch);
        expect(read).toThrow(message);
      }
      await overwrite(store, at, good);
      readAll(store, self, part);
    }
  });

  it('finds blocks, columns, limbs and leaves that were exchanged', async () => {
    const { part, stores } = await published();
    const [store] = stores as [ShareStore];
    const leaves = 3 * 3 * 32;
    const keys = (form: BlockKey['form'], limbs = [0, 0]) => {
      const [limb = 0, other = 0] = limbs;
      const at = (column: number, block: number, k = limb): BlockKey => {
        return { part: part.id, column, form, limb: k, block };
      };
      const pairs: [BlockKey, BlockKey][] = [
        [at(0, 0), at(0, 1)],
        [at(0, 0), at(1, 0)],
      ];
      return limb === other ? pairs : [...pairs, [at(0, 0), at(0, 0, other)] as const];
    };
    const swaps = [
      ...keys('boolean').map((pair) => ({ pair, length: 2 * WIDTH * planeBytes(BLOCK_ROWS) })),
      ...keys('field', [0, 1]).map((pair) => ({ pair, length: 8 * BLOCK_ROWS })),
      ...keys('leaves').map((pair) => ({ pair, length: leaves })),
    ];
    expect(swaps).toHaveLength(7);
    for (const { length, pair } of swaps) {
      const [first, second] = pair.map((key) => store.read(key, length).slice());
      if (!first || !second) throw new TypeError('two blocks');
      await overwrite(store, pair[0], second);
      await overwrite(store, pair[1], first);
      expect(() => readAll(store, 0, part)).toThrow(mismatch);
      await overwrite(store, pair[0], first);
      await overwrite(store, pair[1], second);
    }
    readAll(store, 0, part);
  });

  it("finds another part's blocks, leaves and salts in the place of a part's", async () => {
    const { other, part, stores } = await published();
    const [store] = stores as [ShareStore];
    const copy = async (key: Omit<BlockKey, 'part'>, length: number) => {
      const bytes = store.read({ ...key, part: other.id }, length).slice();
      await overwrite(store, { ...key, part: part.id }, bytes);
    };
    for (const key of PLACES) await copy(key, lengthOf(key));
    expect(() => readAll(store, 0, part)).toThrow(mismatch);
    await copy(saltsKey(''), 96);
    expect(() => readAll(store, 0, part)).toThrow(mismatch);
    for (const { form, ...place } of PLACES) {
      if (form === 'boolean') await copy({ ...place, form: 'leaves' }, 3 * 3 * 32);
    }
    expect(() => readAll(store, 0, part)).toThrow(/are not those of its version/);
    // Everything is the other part's now but its name, which is in every leaf.
    expect(() => readAll(store, 0, { ...part, root: other.root })).toThrow(mismatch);
    readAll(store, 0, other);
  });

  it('finds a wrong root, number of rows, salt, and a list that was cut', async () => {
    const { part, stores } = await published();
    const [store] = stores as [ShareStore];
    const flipped = part.root.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    for (const wrong of [
      { ...part, root: flipped },
      { ...part, root: '' },
      { ...part, rows: ROWS - 1 },
      { ...part, rows: BLOCK_ROWS },
    ]) {
      expect(() => readAll(store, 0, wrong)).toThrow(mismatch);
    }
    const salts = store.read(saltsKey(part.id), 96).slice();
    for (const spot of [0, 40, 95]) {
      const bad = salts.slice();
      bad[spot] = (bad[spot] ?? 0) ^ 1;
      await overwrite(store, saltsKey(part.id), bad);
      expect(() => readAll(store, 0, part)).toThrow(mismatch);
    }
    await overwrite(store, saltsKey(part.id), salts);
    const leaves: BlockKey = { part: part.id, column: 1, form: 'leaves', limb: 0, block: 1 };
    const list = store.read(leaves, 3 * 3 * 32).slice();
    await overwrite(store, leaves, list.subarray(0, -32));
    const corrupt = expect.objectContaining({ code: 'STORAGE_CORRUPT' });
    expect(() => readAll(store, 0, part)).toThrow(corrupt);
    await overwrite(store, leaves, list);
    readAll(store, 0, part);
  });
}
