import { type ColumnDefinition, storedForm, type TableDefinition } from '../../catalog/table.ts';
import { invariant } from '../../errors/tacit-error.ts';
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
import { resumeUploads, without } from './resume.ts';

/** One owner's rows, streamed: blocks of BLOCK_ROWS rows, the last one shorter. */
export interface PublishPart {
  readonly owner: string;
  readonly rows: number;
  /** For each block one entry per column of the definition, in its order. */
  blocks(): AsyncIterable<readonly ColumnBlock[]>;
}

export interface PublishTable {
  readonly definition: TableDefinition;
  readonly parts: readonly PublishPart[];
}

/**
 * Publishes a table of several owners to the three parties: defines it, then splits and uploads each
 * part and commits it. The table becomes visible with the last commit. After an error the same call may be
 * made again: a part that any party has committed is finished and not uploaded again. UPLOAD_CONFLICT if the
 * table was complete everywhere before. At most two request bodies per party are in memory.
 */
export async function publishTable(
  context: UploadContext,
  table: PublishTable,
  parties: readonly PartyUploads[],
): Promise<void> {
  const { definition, parts } = table;
  await toAll(parties, (party) => party.define(definition, parts.length));
  const { committed, finished } = await resumeUploads(parties, definition.name);
  const complete = finished.length === 0 && committed.length >= parts.length;
  for (const part of complete ? parts : without(parts, committed)) {
    await uploadPart(context, definition, part, parties);
  }
}

/**
 * Publishes one owner's rows into a table that is already defined at the three parties. After an error the same
 * call may be made again: if a party has committed these rows, the others do so now.
 */
export async function publishPart(
  context: UploadContext,
  definition: TableDefinition,
  part: PublishPart,
  parties: readonly PartyUploads[],
): Promise<void> {
  const { finished } = await resumeUploads(parties, definition.name);
  if (without([part], finished).length === 0) return;
  await uploadPart(context, definition, part, parties);
}

async function uploadPart(
  context: UploadContext,
  definition: TableDefinition,
  part: PublishPart,
  parties: readonly PartyUploads[],
): Promise<void> {
  invariant(parties.length === UPLOAD_PARTIES, 'uploads go to three parties');
  const { owner, rows } = part;
  const id = freshPartId(context);
  await toAll(parties, (party) => party.begin({ id, table: definition.name, owner, rows }));
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
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
