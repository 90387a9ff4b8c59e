import type { TableAuthority } from '../../server/control/table-authority.ts';
import { graceSeconds, TableDesk } from '../../server/control/table-desk.ts';
import { UploadDesk } from '../../server/control/upload-desk.ts';
import type { SharedDefinition } from '../../src/catalog/table.ts';
import { acceptDefinition, proposeDefinition } from '../../src/client/publish/definitions.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import type { PublishPart } from '../../src/client/publish/upload-part.ts';
import type { Signer } from '../../src/crypto/keys.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys, nodeSigner } from '../../src/crypto/node-keys.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import {
  blockLength,
  type ColumnBlock,
  type TextBlock,
  type UploadContext,
} from '../../src/sharing/upload.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';
import type { OwnedRows, TestTable } from './tables.ts';

const CONSORTIUM = new Uint8Array(32).fill(7);
/** Equal in every process, so that a test can go on where a killed one stopped. */
const signerNamed = (name: string): Signer =>
  nodeSigner(nodeCrypto.sha256(new TextEncoder().encode(`test key of ${name}`)));
const PARTIES = [0, 1, 2].map((party) => signerNamed(`party ${party}`));

/** Whose signatures tables get. */
export interface TableKeys {
  /** Digest of the parties. */
  readonly consortium: Uint8Array;
  readonly parties: readonly Signer[];
  owner(name: string): Signer;
}

const TEST_KEYS: TableKeys = {
  consortium: CONSORTIUM,
  parties: PARTIES,
  owner: (name) => signerNamed(`owner ${name}`),
};

/** Publishes tables into the stores of three parties by the real upload path, without a network. */
export async function publishInProcess(
  context: UploadContext,
  tables: readonly TestTable[],
  stores: readonly ShareStore[],
  keys: TableKeys = TEST_KEYS,
): Promise<void> {
  for (const table of tables) {
    const sessions = await defineInProcess(context, sharedDefinition(table), stores, keys);
    for (const part of table.parts) {
      const session = sessions.get(part.owner);
      if (!session) throw new TypeError('every owner of a part is listed');
      const { name } = table.definition;
      const made = { table: name, operation: 'append', part: publishable(part) } as const;
      await publishRows(session, context, made);
    }
  }
}

/** Defines a table, lets all of its owners accept it, and gives each owner's session. */
export async function defineInProcess(
  context: UploadContext,
  definition: SharedDefinition,
  stores: readonly ShareStore[],
  keys: TableKeys = TEST_KEYS,
): Promise<ReadonlyMap<string, OwnerSession>> {
  const desks = desksOf(context, stores, definition.owners, keys);
  const session = (name: string) => sessionOf(name, desks, undefined, keys);
  const sessions = new Map(definition.owners.map((name) => [name, session(name)]));
  for (const session of sessions.values()) {
    await proposeDefinition(session, definition);
    await acceptDefinition(session, definition);
  }
  return sessions;
}

/** The definition that the owners of a test table's parts share. */
export function sharedDefinition({ definition, parts }: TestTable): SharedDefinition {
  return { table: definition, owners: [...new Set(parts.map(({ owner }) => owner))] };
}

const publishableParts = new WeakMap<OwnedRows, PublishPart>();

/** One owner's rows as the publisher wants them; equal parts stay the same object, as a retry needs it. */
export function publishable(part: OwnedRows): PublishPart {
  const made = publishableParts.get(part) ?? { rows: part.rows, blocks: () => blocksOf(part) };
  publishableParts.set(part, made);
  return made;
}

async function* blocksOf(part: OwnedRows): AsyncGenerator<readonly ColumnBlock[]> {
  for (let from = 0; from < part.rows; from += BLOCK_ROWS) {
    const to = Math.min(part.rows, from + BLOCK_ROWS);
    yield part.columns.map((column) => sliceBlock(column, from, to));
  }
}

/** Some rows of a column. */
export function sliceBlock(column: ColumnBlock, from: number, to: number): ColumnBlock {
  const nulls = column.nulls ? { nulls: column.nulls.slice(from, to) } : {};
  if ('values' in column) return { values: column.values.slice(from, to), ...nulls };
  const ends = column.offsets.slice(from, to + 1);
  const [start = 0] = ends;
  const text = column.text.slice(start, ends.at(-1));
  return { text, offsets: ends.map((end) => end - start), ...nulls };
}

/** Secret text of one column; NULL where a value is null. */
export function textBlock(values: readonly (string | null)[]): TextBlock {
  const encoded = values.map((value) => new TextEncoder().encode(value ?? ''));
  const offsets = new Uint32Array(values.length + 1);
  for (const [row, bytes] of encoded.entries()) {
    offsets[row + 1] = (offsets[row] ?? 0) + bytes.length;
  }
  const text = new Uint8Array(Buffer.concat(encoded));
  const nulls = Uint8Array.from(values, (value) => (value === null ? 1 : 0));
  const block = { text, offsets, nulls };
  if (blockLength(block) !== values.length) throw new TypeError('as many rows as values');
  return block;
}

/** What one party's control server does for owners, over its store. */
export interface Desks {
  readonly tables: TableDesk;
  readonly uploads: UploadDesk;
}

/** The desks of the parties, in order; `owners` are the members of the consortium that may publish. */
export function desksOf(
  context: UploadContext,
  stores: readonly ShareStore[],
  owners: readonly string[],
  keys: TableKeys = TEST_KEYS,
): Desks[] {
  const known = new Map(owners.map((name) => [name, keys.owner(name).publicKey]));
  return stores.map((store, self) => {
    const authority: TableAuthority = {
      self,
      signer: keys.parties[self] as Signer,
      consortium: keys.consortium,
      parties: keys.parties.map(({ publicKey }) => publicKey),
      owners: known,
    };
    const clock = () => performance.now() / 1000;
    return {
      tables: new TableDesk(store, nodeCrypto, authority, clock, graceSeconds(60)),
      uploads: new UploadDesk(store, context, authority),
    };
  });
}

/** An owner at the parties' desks. `around` may replace what a party does. */
export function sessionOf(
  owner: string,
  desks: readonly Desks[],
  around: (party: PartyUploads, index: number) => PartyUploads = (party) => party,
  keys: TableKeys = TEST_KEYS,
): OwnerSession {
  return {
    crypto: nodeCrypto,
    keys: nodeKeys,
    name: owner,
    signer: keys.owner(owner),
    consortium: keys.consortium,
    parties: desks.map((desk, index) => around(deskUploads(owner, desk), index)),
    identities: keys.parties.map(({ publicKey }) => publicKey),
  };
}

/** One party's door for an owner without HTTP. */
function deskUploads(owner: string, { tables, uploads }: Desks): PartyUploads {
  return {
    define: (definition) => tables.define(definition),
    accept: (table, digest, signature) => tables.accept(table, digest, owner, signature),
    definitions: async (table) => tables.definitions(table),
    begin: (part) => uploads.begin(part, owner),
    blocks: (id, sequence, sealed) => uploads.blocks(id, owner, sequence, sealed),
    commit: (id, audit) => uploads.commit(id, owner, audit),
    discard: (id) => uploads.discard(id, owner),
    uploads: async (table) => uploads.uploads(table, owner),
    propose: (signed) => tables.propose(signed),
    sign: (pending) => tables.sign(pending),
    certify: (certificate) => tables.certify(certificate),
    state: async (table) => tables.state(table),
  };
}
