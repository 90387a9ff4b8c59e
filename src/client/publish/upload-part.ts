import { leavesOf, MerkleList, partRoot } from '../../catalog/commitment.ts';
import { uploadKeyDigest } from '../../catalog/digest.ts';
import { type ColumnDefinition, storedForm, type TablePart } from '../../catalog/table.ts';
import type { PartAudit } from '../../commit/part-audit.ts';
import { hex } from '../../crypto/hex.ts';
import { invariant, TacitError } from '../../errors/tacit-error.ts';
import { BLOCK_ROWS } from '../../field/planes.ts';
import {
  blockLength,
  type ColumnBlock,
  SEED_BYTES,
  storedBytes,
  UPLOAD_PARTIES,
  type UploadContext,
} from '../../sharing/upload.ts';
import { commitBlock, ownerSalts } from '../../sharing/upload-leaves.ts';
import { blockSeeds, contentDigest } from '../../sharing/upload-seeds.ts';
import { splitBlock } from '../../sharing/upload-split.ts';
import type { DefinedTable } from '../../storage/share-store.ts';
import { auditPart } from './audit-part.ts';
import { KeyChecks } from './key-check.ts';
import { type OwnerSession, requireSigned } from './owner-session.ts';
import { PartTotals } from './part-totals.ts';
import { toAll, type UploadOffer } from './party-uploads.ts';
import { RequestQueue } from './request-queue.ts';
import type { UploadJournal, UploadProgress } from './upload-journal.ts';

/** An owner's rows, streamed: blocks of BLOCK_ROWS rows, the last one shorter. They can be read again from the start. */
export interface PublishPart {
  readonly rows: number;
  /** For each block one entry per column of the definition, in its order. */
  blocks(): AsyncIterable<readonly ColumnBlock[]>;
  /** Multiplicities above 1 of columns were counted in these rows and need no check. */
  readonly counted?: boolean;
}

/** Units (columns of blocks) that all parties hold, and how many there are. */
export type OnProgress = (done: number, total: number) => void;

/** One upload: the rows, by which definition, and where it survives a crash. */
export interface PartUpload {
  readonly definition: DefinedTable;
  readonly part: PublishPart;
  readonly journal: UploadJournal;
  readonly onProgress: OnProgress;
}

/**
 * Uploads an owner's rows to all parties and commits them there; no query sees them yet. Goes on with what the journal
 * knows; starts anew if a block is no longer what it was. VALUE_OUT_OF_BOUNDS names the row and column that do not fit
 * the definition; nothing is left at the parties then.
 */
export async function uploadPart(
  session: OwnerSession,
  context: UploadContext,
  upload: PartUpload,
): Promise<TablePart> {
  for (;;) {
    const progress = await resumeOrStart(session, upload);
    try {
      const sent = await send(session, context, upload, progress);
      if (sent) {
        const { partId, rows } = progress;
        const { audit, root } = sent;
        await toAll(session.parties, (party) => party.commit(partId, audit));
        return { id: partId, owner: session.name, rows, root };
      }
    } catch (error) {
      if (isOwnFault(error)) await abandon(session, upload, progress.partId);
      throw error;
    }
    await abandon(session, upload, progress.partId);
  }
}

/** Errors that repeating the same upload cannot mend. */
function isOwnFault(error: unknown): boolean {
  return error instanceof TacitError && error.code === 'VALUE_OUT_OF_BOUNDS';
}

/** Forgets an upload. UPLOAD_CONFLICT if it is in a version already: other rows beside it may count twice. */
async function abandon(
  session: OwnerSession,
  { definition, journal }: PartUpload,
  partId: string,
): Promise<void> {
  const { name } = definition.definition.table;
  const states = await toAll(session.parties, (party) => party.state(name));
  const isPublished = states
    .flatMap(({ head, pending }) => [head, pending])
    .some((version) => version?.proposal.parts.some(({ id }) => id === partId));
  if (!isPublished) {
    // What a party cannot forget now, its owner finds under `uploads`.
    await toAll(session.parties, (party) => party.discard(partId).catch(() => undefined));
  }
  await journal.remove();
  if (!isPublished) return;
  const message = `the rows of the call before are in table ${name} already (upload ${partId})`;
  const advice = 'and the rows have changed since; publish again if these are to replace or follow';
  throw new TacitError('UPLOAD_CONFLICT', `${message}, ${advice} them`);
}

async function resumeOrStart(session: OwnerSession, upload: PartUpload): Promise<UploadProgress> {
  const { definition, journal, part } = upload;
  const found = await journal.read();
  if (found && found.definition === definition.digest && found.rows === part.rows) return found;
  if (found) await abandon(session, upload, found.partId);
  const id = new Uint8Array(16);
  const seed = new Uint8Array(SEED_BYTES);
  session.crypto.randomFill(id);
  session.crypto.randomFill(seed);
  const start = { partId: hex(id), definition: definition.digest, rows: part.rows, seed };
  await journal.start(start);
  return { ...start, digests: [] };
}

/**
 * Sends what a party lacks; undefined if a block has changed since it was sent. The result is the root of the commitment
 * to all shares, also of blocks that were sent before: they are split again, to the same shares. With it come the
 * commitments to totals of the rows, if the definition asks for any.
 */
async function send(
  session: OwnerSession,
  context: UploadContext,
  upload: PartUpload,
  progress: UploadProgress,
): Promise<{ readonly root: string; readonly audit: PartAudit | undefined } | undefined> {
  const { definition, journal, onProgress, part } = upload;
  const { columns } = definition.definition.table;
  const offers = await begin(session, definition, progress);
  const digests = await fencedDigests(journal, progress.partId);
  const total = Math.ceil(part.rows / BLOCK_ROWS) * columns.length;
  let done = Math.min(...offers.map(({ held }) => held));
  const first = done;
  onProgress(done, total);
  const { partId, rows } = progress;
  const salts = ownerSalts(session.crypto, progress.seed, partId);
  const leaves = new MerkleList(session.crypto);
  const requests = new RequestQueue(session, { partId, salts }, offers, (units) => {
    done += units;
    onProgress(done, total);
  });
  const checks = new KeyChecks(
    session.crypto,
    definition.definition.table,
    part.rows,
    part.counted,
  );
  const source = new BlockSource(session, definition, part.rows);
  const totals = new PartTotals(definition.definition.table);
  try {
    for await (const block of part.blocks()) {
      const { contents, place } = source.next(block);
      const digest = session.crypto.sha256(...contents);
      const known = digests[place.block];
      if (known && hex(known) !== hex(digest)) return undefined;
      if (!known) await journal.append(digest);
      checks.add(block, place.firstRow);
      totals.add(block);
      for (const [column, values] of block.entries()) {
        const unit = place.block * columns.length + column;
        const form = storedForm(columns[column] as ColumnDefinition);
        const at = { part: partId, column, block: place.block };
        const seeds = blockSeeds(session.crypto, progress.seed, at, contents[column] as Uint8Array);
        const split = splitBlock(context, form, source.place(column), values, seeds);
        const messages = commitBlock(context, form, at, split, salts);
        leaves.add(messages[0]?.leaves ?? new Uint8Array());
        if (unit < first) continue;
        await requests.add({ unit, messages, storedBytes: storedBytes(form, blockLength(values)) });
      }
    }
    source.end();
    await requests.end();
    const audited = auditPart(session, progress, salts, totals.totals);
    const extra = audited?.digest ?? null;
    const root = partRoot(session.crypto, { id: partId, rows, leaves: leavesOf(leaves), extra });
    return { root, audit: audited?.audit };
  } finally {
    await requests.settle();
  }
}

/**
 * Digests of the blocks that parties may hold. Read after `begin`: from then on parties refuse what another process of
 * the owner still sends, and it has written down the digest of all that it sent before.
 */
async function fencedDigests(
  journal: UploadJournal,
  partId: string,
): Promise<readonly Uint8Array[]> {
  const now = await journal.read();
  if (now?.partId === partId) return now.digests;
  const message = 'another process has taken over this upload; let one of them publish at a time';
  throw new TacitError('UPLOAD_CONFLICT', message);
}

/** Opens the upload at all parties; PEER_PROTOCOL if a key on offer is not the party's own. */
async function begin(
  session: OwnerSession,
  { definition, digest }: DefinedTable,
  { partId: id, rows }: UploadProgress,
): Promise<readonly UploadOffer[]> {
  invariant(session.parties.length === UPLOAD_PARTIES, 'uploads go to three parties');
  const { name: owner } = session;
  const table = definition.table.name;
  return toAll(session.parties, async (party, index) => {
    const offer = await party.begin({ id, table, definition: digest, owner, rows });
    const signed = uploadKeyDigest(session.crypto, id, index, offer.publicKey);
    requireSigned(session, index, 'tacit/upload-key', signed, offer.signature);
    return offer;
  });
}

/** Checks that the blocks are those that were announced, and says where their values are. */
class BlockSource {
  readonly #session: OwnerSession;
  readonly #table: DefinedTable['definition']['table'];
  readonly #rows: number;
  #block = -1;
  #firstRow = 0;
  #rowsDone = 0;

  constructor(session: OwnerSession, { definition }: DefinedTable, rows: number) {
    this.#session = session;
    this.#table = definition.table;
    this.#rows = rows;
  }

  /** The next block's place, and the digest of each of its columns. */
  next(block: readonly ColumnBlock[]) {
    this.#block += 1;
    this.#firstRow = this.#rowsDone;
    const rows = Math.min(BLOCK_ROWS, this.#rows - this.#rowsDone);
    invariant(block.length === this.#table.columns.length, 'a block has every column');
    const isWhole = rows > 0 && block.every((column) => blockLength(column) === rows);
    invariant(isWhole, 'a block has the announced rows');
    this.#rowsDone += rows;
    const contents = block.map((column) => contentDigest(this.#session.crypto, column));
    return { contents, place: { block: this.#block, firstRow: this.#firstRow } };
  }

  place(column: number) {
    const name = this.#table.columns[column]?.name ?? '';
    const what = `${this.#table.name}.${name} of ${this.#session.name}`;
    return { what, column, block: this.#block, firstRow: this.#firstRow };
  }

  end(): void {
    invariant(this.#rowsDone === this.#rows, 'the blocks hold the announced rows');
  }
}
