import { checkDefinition, checkOwners } from '../../catalog/check-definition.ts';
import { type ColumnDefinition, storedForm, type TableDefinition } from '../../catalog/table.ts';
import { hex } from '../../crypto/hex.ts';
import { invariant, TacitError } from '../../errors/tacit-error.ts';
import { BLOCK_ROWS } from '../../field/planes.ts';
import {
  type BlockMessage,
  type ColumnBlock,
  storedBytes,
  UPLOAD_BODY_BYTES_MAX,
  UPLOAD_PARTIES,
  UPLOAD_STORED_BYTES_MAX,
  type UploadContext,
} from '../../sharing/upload.ts';
import {
  blockMessageBytes,
  encodeBlocks,
  UPLOAD_BODY_OVERHEAD_BYTES,
} from '../../sharing/upload-codec.ts';
import { splitBlock } from '../../sharing/upload-split.ts';
import { type PartyUploads, toAll } from './party-uploads.ts';
import { type Filled, resumeUploads } from './resume.ts';

/**
 * One owner's rows, streamed: blocks of BLOCK_ROWS rows, the last one shorter. The same object stands for the same rows:
 * after an error, pass it again.
 */
export interface PublishPart {
  readonly owner: string;
  readonly rows: number;
  /** For each block one entry per column of the definition, in its order. */
  blocks(): AsyncIterable<readonly ColumnBlock[]>;
}

/** A table with all of its parts; part k fills slot k. */
export interface PublishTable {
  readonly definition: TableDefinition;
  readonly parts: readonly PublishPart[];
}

/** The uploads begun for a part, so that one that a party has committed can be told from another call's. */
const begun = new WeakMap<PublishPart, Set<string>>();

/**
 * Publishes a table with all of its parts to the three parties: defines it, then splits, uploads and commits part
 * after part. The table becomes visible with the last commit. After an error the same call may be made again with the
 * same parts: one that any party has committed is finished and not uploaded again. UPLOAD_CONFLICT if the table was
 * complete everywhere before, or if a slot holds rows that another call uploaded; UPLOAD_INVALID if the definition
 * has not the required form. At most two request bodies per party are in memory.
 */
export async function publishTable(
  context: UploadContext,
  table: PublishTable,
  parties: readonly PartyUploads[],
): Promise<void> {
  const { definition, parts } = table;
  const owners = parts.map(({ owner }) => owner);
  checkDefinition(definition);
  checkOwners(owners);
  await toAll(parties, (party) => party.define(definition, owners));
  const filled = await resumeUploads(parties, definition.name);
  for (const [slot, part] of parts.entries()) requireOwn(part, filled.get(slot));
  const wasComplete = parts.every((_, slot) => filled.get(slot)?.isFinished === false);
  if (wasComplete) throw conflict(`table ${definition.name} is complete already`);
  for (const [slot, part] of parts.entries()) {
    if (!filled.has(slot)) await uploadPart(context, { definition, slot }, part, parties);
  }
}

/**
 * Publishes one owner's rows into its slot of a table that is already defined at the three parties. After an error the
 * same call may be made again with the same part: if a party has committed its rows, the others do so now.
 * UPLOAD_CONFLICT if the slot holds rows that another call uploaded.
 */
export async function publishPart(
  context: UploadContext,
  target: PublishTarget,
  part: PublishPart,
  parties: readonly PartyUploads[],
): Promise<void> {
  const filled = (await resumeUploads(parties, target.definition.name)).get(target.slot);
  requireOwn(part, filled);
  if (!filled) await uploadPart(context, target, part, parties);
}

/** Where a part goes: `slot` is its place in the list of owners that the table was defined with. */
export interface PublishTarget {
  readonly definition: TableDefinition;
  readonly slot: number;
}

/** What fills the slot of a part must be one of its own uploads: equal owners and lengths say nothing about rows. */
function requireOwn(part: PublishPart, filled: Filled | undefined): void {
  if (!filled || begun.get(part)?.has(filled.upload.id)) return;
  const { id, owner, slot, table } = filled.upload;
  const place = `slot ${slot} of table ${table} (owner ${JSON.stringify(owner)})`;
  throw conflict(`${place} is published already, by upload ${id} of another call; its rows stand`);
}

async function uploadPart(
  context: UploadContext,
  { definition, slot }: PublishTarget,
  part: PublishPart,
  parties: readonly PartyUploads[],
): Promise<void> {
  invariant(parties.length === UPLOAD_PARTIES, 'uploads go to three parties');
  const { owner, rows } = part;
  // Fresh for every attempt: shares of two attempts must not mix, and parties that hold different ones see it.
  const id = freshPartId(context);
  begun.set(part, (begun.get(part) ?? new Set()).add(id));
  const { name: table } = definition;
  await toAll(parties, (party) => party.begin({ id, table, slot, owner, rows }));
  const requests = new RequestQueue(parties, id);
  try {
    for await (const messages of splitPart(context, definition, part)) await requests.add(messages);
    await requests.end();
  } catch (error) {
    await requests.settle();
    throw error;
  }
  // From here on every party holds every block: whatever happens now, the commits can be repeated.
  await toAll(parties, (party) => party.commit(id));
}

interface SplitMessages {
  /** Element i goes to party i. */
  readonly messages: readonly BlockMessage[];
  /** What each party will store for it. */
  readonly storedBytes: number;
}

/** The messages of every column of every block, one column at a time. */
async function* splitPart(
  context: UploadContext,
  definition: TableDefinition,
  part: PublishPart,
): AsyncGenerator<SplitMessages> {
  let rowsDone = 0;
  let block = 0;
  for await (const columns of part.blocks()) {
    const rows = Math.min(BLOCK_ROWS, part.rows - rowsDone);
    invariant(columns.length === definition.columns.length, 'a block has every column');
    for (let column = 0; column < columns.length; column++) {
      const values = columns[column] as ColumnBlock;
      const { name } = definition.columns[column] as ColumnDefinition;
      invariant(rows > 0 && values.values.length === rows, 'a block has the announced rows');
      const form = storedForm(definition.columns[column] as ColumnDefinition);
      const what = `${definition.name}.${name} of ${part.owner}`;
      const place = { what, column, block, firstRow: rowsDone };
      const messages = splitBlock(context, form, place, values);
      yield { messages, storedBytes: storedBytes(form, rows) };
    }
    rowsDone += rows;
    block += 1;
  }
  invariant(rowsDone === part.rows, 'the blocks hold the announced rows');
}

/** Groups messages into requests and keeps one request under way while the next one is prepared. */
class RequestQueue {
  readonly #parties: readonly PartyUploads[];
  readonly #partId: string;
  #waiting: (readonly BlockMessage[])[] = [];
  #storedBytes = 0;
  #bodyBytes = UPLOAD_BODY_OVERHEAD_BYTES;
  #underWay: Promise<void> = Promise.resolve();

  constructor(parties: readonly PartyUploads[], partId: string) {
    this.#parties = parties;
    this.#partId = partId;
  }

  async add(split: SplitMessages): Promise<void> {
    const bodyBytes = Math.max(...split.messages.map(blockMessageBytes));
    const isFull =
      this.#storedBytes + split.storedBytes > UPLOAD_STORED_BYTES_MAX ||
      this.#bodyBytes + bodyBytes > UPLOAD_BODY_BYTES_MAX;
    if (isFull && this.#waiting.length > 0) await this.#send();
    this.#waiting.push(split.messages);
    this.#storedBytes += split.storedBytes;
    this.#bodyBytes += bodyBytes;
  }

  /** Sends what is left and waits for every acknowledgement. */
  async end(): Promise<void> {
    if (this.#waiting.length > 0) await this.#send();
    await this.#underWay;
  }

  /** Waits for what is under way whatever becomes of it (an error is on its way already). */
  async settle(): Promise<void> {
    await this.#underWay.catch(() => undefined);
  }

  async #send(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#storedBytes = 0;
    this.#bodyBytes = UPLOAD_BODY_OVERHEAD_BYTES;
    const bodies = this.#parties.map((_, index) =>
      encodeBlocks(waiting.map((messages) => messages[index] as BlockMessage)),
    );
    await this.#underWay;
    this.#underWay = toAll(this.#parties, (party, index) =>
      party.blocks(this.#partId, bodies[index] as Uint8Array),
    );
    // It is awaited before the next request; until then a failure must not count as unhandled.
    this.#underWay.catch(() => undefined);
  }
}

/** 16 random bytes in hex: unique, and nothing an owner typed becomes part of a key or path. */
function freshPartId(context: UploadContext): string {
  const bytes = new Uint8Array(16);
  context.crypto.randomFill(bytes);
  return hex(bytes);
}

function conflict(message: string): TacitError {
  return new TacitError('UPLOAD_CONFLICT', message);
}
