import type { TableVersion } from '../../catalog/table.ts';
import type { UploadContext } from '../../sharing/upload.ts';
import { acceptedDefinition } from './definitions.ts';
import type { OwnerSession } from './owner-session.ts';
import { MemoryJournal, type UploadJournal } from './upload-journal.ts';
import { type OnProgress, type PublishPart, uploadPart } from './upload-part.ts';
import { publishVersion } from './versions.ts';

/** What is published where. */
export interface Publication {
  readonly table: string;
  /** append: besides the owner's rows that are there; replace: instead of them. */
  readonly operation: 'append' | 'replace';
  readonly part: PublishPart;
  /** Where the upload survives a crash. Absent: it goes on only if the same part object is published again. */
  readonly journal?: UploadJournal;
  readonly onProgress?: OnProgress;
}

const journals = new WeakMap<PublishPart, UploadJournal>();

/**
 * Publishes an owner's rows: splits and uploads them to all parties, then makes the table's next version, which queries
 * see from then on. All other rows of the table stay visible throughout. After an error the same call may be made
 * again: what parties hold is not sent again, and rows never count twice. UPLOAD_INVALID if the table's definition is not
 * accepted by all of its owners; VALUE_OUT_OF_BOUNDS names the row and column that do not fit it.
 */
export async function publishRows(
  session: OwnerSession,
  context: UploadContext,
  publication: Publication,
): Promise<TableVersion> {
  const { onProgress = () => undefined, operation, part, table } = publication;
  const journal = publication.journal ?? journals.get(part) ?? new MemoryJournal();
  if (!publication.journal) journals.set(part, journal);
  const definition = await acceptedDefinition(session, table);
  const upload = { definition, part, journal, onProgress };
  const uploaded = await uploadPart(session, context, upload);
  const version = await publishVersion(session, definition, operation, [uploaded]);
  await journal.remove();
  return version;
}

/** Takes all rows of this owner out of a table; queries that run already still see them. */
export async function dropRows(session: OwnerSession, table: string): Promise<TableVersion> {
  const definition = await acceptedDefinition(session, table);
  return publishVersion(session, definition, 'drop', []);
}
