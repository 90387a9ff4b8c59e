import { TacitError } from '../../errors/tacit-error.ts';
import type { Upload } from '../../storage/share-store.ts';
import { type PartyUploads, toAll } from './party-uploads.ts';

/** An upload that fills a slot at all parties. */
export interface Filled {
  readonly upload: Upload;
  /** Some party had not committed it before. */
  readonly isFinished: boolean;
}

/**
 * Finishes uploads that were interrupted between the parties' commits, and says which slots are filled. Commits are
 * sent only after every party has acknowledged every block, so an upload that one party has committed can be
 * committed by all: the first commit decides. UPLOAD_CONFLICT if parties have committed different uploads.
 */
export async function resumeUploads(
  parties: readonly PartyUploads[],
  table: string,
): Promise<ReadonlyMap<number, Filled>> {
  const lists = await Promise.all(parties.map((party) => party.uploads(table)));
  const slots = new Map<number, { readonly upload: Upload; parties: number }>();
  for (const upload of lists.flat()) {
    if (!upload.committed) continue;
    const entry = slots.get(upload.slot) ?? { upload, parties: 0 };
    if (entry.upload.id !== upload.id) {
      throw new TacitError(
        'UPLOAD_CONFLICT',
        `slot ${upload.slot} of table ${table} holds upload ${entry.upload.id} at one party ` +
          `and ${upload.id} at another; publish the table under another name`,
      );
    }
    entry.parties++;
    slots.set(upload.slot, entry);
  }
  const filled = new Map<number, Filled>();
  for (const [slot, { upload, parties: count }] of slots) {
    const isFinished = count < parties.length;
    if (isFinished) await toAll(parties, (party) => party.commit(upload.id));
    filled.set(slot, { upload, isFinished });
  }
  return filled;
}
