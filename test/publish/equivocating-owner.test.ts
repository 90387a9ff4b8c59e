import { beforeAll, describe, expect, it } from 'vitest';
import { LEAF_BYTES, leafHash, leafHolder, leafSalt } from '../../src/catalog/commitment.ts';
import { versionDigest } from '../../src/catalog/digest.ts';
import { storedForm, type TableDefinition } from '../../src/catalog/table.ts';
import { type OwnerSession, signFor } from '../../src/client/publish/owner-session.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import type { PublishPart } from '../../src/client/publish/upload-part.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { CommittedBlock, UploadBody, UploadContext } from '../../src/sharing/upload.ts';
import { decodeBlocks, encodeBlocks } from '../../src/sharing/upload-codec.ts';
import { expandBlock } from '../../src/sharing/upload-expand.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import type { BlockKey } from '../../src/storage/share-store.ts';
import { overwrite } from '../contracts/commitments.ts';
import { type Desks, defineInProcess, desksOf, sessionOf } from '../oracle/publish.ts';

/** PROTOCOLS 9, attack 22: an owner who does not give everybody shares of the same rows, with the real owner's code. */

const ROWS = BLOCK_ROWS + 100;
const TABLE: TableDefinition = {
  name: 'claims',
  columns: [40, 3].map((bits, k) => ({
    name: `c${k}`,
    type: { kind: 'integer', name: 'BIGINT' },
    nullable: false,
    bounds: { min: 0n, max: 2n ** BigInt(bits) - 1n },
  })),
  keys: [],
};
const SHARED = { table: TABLE, owners: ['owner'] };
const PART: PublishPart = {
  rows: ROWS,
  blocks: async function* () {
    for (const rows of [BLOCK_ROWS, 100]) {
      const values = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % 8));
      yield [{ values }, { values }];
    }
  },
};
const publication = { table: 'claims', operation: 'append', part: PART } as const;
const mismatch = expect.objectContaining({ code: 'COMMITMENT_MISMATCH' });

let context: UploadContext;
beforeAll(async () => {
  context = { crypto: nodeCrypto, ...(await loadKernels()) };
});

type Alter = (body: UploadBody, party: number, part: string) => UploadBody;

interface Trial {
  readonly stores: readonly MemoryStore[];
  readonly desks: readonly Desks[];
  readonly session: OwnerSession;
}

/** An owner whose bodies are altered before they are sealed. */
async function trial(alter: Alter = (body) => body): Promise<Trial> {
  const stores = [0, 1, 2].map(() => new MemoryStore(nodeCrypto));
  await defineInProcess(context, SHARED, stores);
  const desks = desksOf(context, stores, SHARED.owners);
  const session = sessionOf('owner', desks);
  const seal: OwnerSession['keys']['seal'] = (key, bytes, bound) => {
    const [, part = '', party = '0'] = new TextDecoder().decode(bound).split('|');
    const body = alter(decodeBlocks(bytes), Number(party), part);
    return session.keys.seal(key, encodeBlocks(body), bound);
  };
  return { stores, desks, session: { ...session, keys: { ...session.keys, seal } } };
}

/** Publishing fails with the error, and no party lists a version. */
async function refused({ session, stores }: Trial, error: unknown, message = /./): Promise<void> {
  const failure = await publishRows(session, context, publication).catch((thrown) => thrown);
  expect(failure).toEqual(error);
  expect(failure.message).toMatch(message);
  for (const store of stores) expect(store.tables()).toEqual([]);
}

/** The body with one of its blocks changed. */
const withBlock = (
  body: UploadBody,
  column: number,
  block: number,
  change: (block: CommittedBlock) => Partial<CommittedBlock>,
): UploadBody => ({
  ...body,
  blocks: body.blocks.map((message) =>
    message.column === column && message.block === block
      ? { ...message, ...change(message) }
      : message,
  ),
});

const flip = (bytes: Uint8Array) => bytes.map((byte, k) => (k === 0 ? byte ^ 1 : byte));

/** A component in the clear with its first bit flipped; `left` of party 2 and `right` of party 1 are component 2. */
function flippedComponent(side: 'left' | 'right') {
  return ({ boolean }: CommittedBlock): Partial<CommittedBlock> => {
    const component = boolean[side];
    const other =
      'bytes' in component ? { bytes: flip(component.bytes) } : { seed: flip(component.seed) };
    return { boolean: { ...boolean, [side]: other } };
  };
}

describe('an owner who gives two holders different copies of a component', () => {
  for (const [party, side, component] of [
    [0, 'left', 0],
    [2, 'right', 0],
    [0, 'right', 1],
    [1, 'left', 1],
    [1, 'right', 2],
    [2, 'left', 2],
  ] as const) {
    it(`is caught when it arrives: component ${component} at party ${party + 1}`, async () => {
      const cheating = await trial((body, to) =>
        to === party ? withBlock(body, 0, 1, flippedComponent(side)) : body,
      );
      const where = new RegExp(`block 1 of claims\\.c0 \\(boolean, component ${component}\\)`);
      await refused(cheating, mismatch, where);
    });
  }

  it('is caught by name when each copy comes with leaves of its own', async () => {
    const cheating = await trial((body, party, part) => {
      if (party !== 2) return body;
      return withBlock(body, 1, 1, (message) => consistent(body, message, part));
    });
    await refused(cheating, mismatch, /arrived here with other leaves than it was signed with/);
    // It has arrived everywhere; two parties were ready for the version, and no party has bound itself.
    for (const { tables } of cheating.desks) expect(tables.state('claims').pending).toBeUndefined();
  });

  /** Component 2 of party 3 with a flipped bit, and the leaf that fits it. */
  function consistent(
    { salts }: UploadBody,
    message: CommittedBlock,
    part: string,
  ): Partial<CommittedBlock> {
    const changed = { ...message, ...flippedComponent('left')(message) };
    const form = storedForm(TABLE.columns[1] as TableDefinition['columns'][number]);
    const { boolean } = expandBlock(context, form, changed);
    const stride = boolean.length / (2 * form.width);
    const planes = Array.from({ length: form.width }, (_, plane) => {
      return boolean.slice(2 * plane * stride, (2 * plane + 1) * stride);
    });
    const place = { part, column: 1, block: 1, ...leafHolder(2) };
    const salt = leafSalt(nodeCrypto, salts.left, place);
    const leaves = message.leaves.slice();
    leaves.set(leafHash(nodeCrypto, place, salt, planes), 2 * LEAF_BYTES);
    return { ...changed, leaves };
  }
});

describe('an owner whose shares and leaves do not belong together', () => {
  const cases: [name: string, error: string, alter: Alter][] = [
    [
      'another field share for one party',
      'COMMITMENT_MISMATCH',
      (body, party) =>
        withBlock(body, 0, 0, ({ field: [low, high] }) =>
          party === 1 && low && high && 'bytes' in high
            ? { field: [low, { bytes: flip(high.bytes) }] }
            : {},
        ),
    ],
    [
      'a leaf of what it holds itself',
      'COMMITMENT_MISMATCH',
      (body, party) =>
        withBlock(body, 0, 0, ({ leaves }) => (party === 0 ? { leaves: flip(leaves) } : {})),
    ],
    [
      'a leaf of what only others hold',
      'COMMITMENT_MISMATCH',
      (body, party) =>
        withBlock(body, 0, 0, ({ leaves }) => (party === 1 ? { leaves: flip(leaves) } : {})),
    ],
    [
      'leaves of another block',
      'COMMITMENT_MISMATCH',
      (body) => {
        const [first] = body.blocks;
        return first ? withBlock(body, 0, 1, () => ({ leaves: first.leaves })) : body;
      },
    ],
    [
      'leaves in another order',
      'COMMITMENT_MISMATCH',
      (body) =>
        withBlock(body, 1, 0, ({ leaves }) => ({
          leaves: new Uint8Array([
            ...leaves.subarray(LEAF_BYTES),
            ...leaves.subarray(0, LEAF_BYTES),
          ]),
        })),
    ],
    [
      'fewer leaves',
      'UPLOAD_INVALID',
      (body) =>
        withBlock(body, 1, 0, ({ leaves }) => ({ leaves: leaves.subarray(0, -LEAF_BYTES) })),
    ],
    [
      'more leaves',
      'UPLOAD_INVALID',
      (body) =>
        withBlock(body, 1, 1, ({ leaves }) => ({
          leaves: new Uint8Array([...leaves, ...new Uint8Array(LEAF_BYTES)]),
        })),
    ],
    [
      'other salts',
      'COMMITMENT_MISMATCH',
      (body, party) =>
        party === 1 ? { ...body, salts: { ...body.salts, field: flip(body.salts.field) } } : body,
    ],
  ];
  for (const [name, error, alter] of cases) {
    it(`is refused: ${name}`, async () => {
      await refused(await trial(alter), expect.objectContaining({ code: error }));
    });
  }

  it('is refused: leaves of another part of equal rows', async () => {
    const earlier: CommittedBlock[] = [];
    const honest = await trial((body, party) => {
      if (party === 0) earlier.push(...body.blocks);
      return body;
    });
    await publishRows(honest.session, context, publication);
    expect(earlier).toHaveLength(4);
    const replaying = await trial((body) => ({
      ...body,
      blocks: body.blocks.map((message) => {
        const old = earlier.find((b) => b.column === message.column && b.block === message.block);
        return { ...message, leaves: old?.leaves ?? message.leaves };
      }),
    }));
    await refused(replaying, mismatch);
  });

  it('is refused: a root that is not that of the leaves', async () => {
    const { desks, session, stores } = await trial();
    let altered = false;
    const lying: OwnerSession = {
      ...session,
      parties: session.parties.map((party) => ({
        ...party,
        propose: async (signed) => {
          // Its signature fits: whoever checks only signatures would take it.
          const parts = signed.proposal.parts.map((part) => ({ ...part, root: '0'.repeat(64) }));
          const proposal = { ...signed.proposal, parts };
          altered = true;
          return party.propose({
            proposal,
            ownerSignature: signFor(session, 'tacit/proposal', versionDigest(nodeCrypto, proposal)),
          });
        },
      })),
    };
    await expect(publishRows(lying, context, publication)).rejects.toEqual(mismatch);
    expect(altered).toBe(true);
    for (const store of stores) expect(store.tables()).toEqual([]);
    for (const { tables } of desks) expect(tables.state('claims').pending).toBeUndefined();
  });
});

describe('a party whose disk is altered before the upload is committed', () => {
  it('does not commit it', async () => {
    const { session, stores } = await trial();
    const [store] = stores as [MemoryStore];
    const tampering: OwnerSession = {
      ...session,
      parties: session.parties.map((party, index) => ({
        ...party,
        commit: async (id, ...more) => {
          const key: BlockKey = { part: id, column: 1, form: 'field', limb: 0, block: 1 };
          if (index === 0) await overwrite(store, key, flip(store.read(key, 800)));
          await party.commit(id, ...more);
        },
      })),
    };
    const published = publishRows(tampering, context, publication);
    await expect(published).rejects.toThrow(/block 1 of claims\.c1 \(field, limb 0\)/);
    expect(store.uploads().map(({ committed }) => committed)).toEqual([false]);
    for (const each of stores) expect(each.tables()).toEqual([]);
  });
});
