import type { Upload } from '../../storage/share-store.ts';
import { type PartyUploads, toAll } from './party-uploads.ts';

/** What earlier calls left behind. */
export interface Resumption {
  /** Uploads that all parties have committed by now. */
  readonly committed: readonly Upload[];
  /** Those among them that some party had not committed before. */
  readonly finished: readonly Upload[];
}

/**
 * Finishes uploads that were interrupted between the parties' commits. Commits are sent only after every party has
 * acknowledged every block, so an upload that one party has committed can be committed by all: the first
 * commit decides.
 */
export async function resumeUploads(
  parties: readonly PartyUploads[],
  table: string,
): Promise<Resumption> {
  const lists = await Promise.all(parties.map((party) => party.uploads(table)));
  const committed = new Map<string, { readonly upload: Upload; parties: number }>();
  for (const upload of lists.flat()) {
    if (!upload.committed) continue;
    const entry = committed.get(upload.id) ?? { upload, parties: 0 };
    entry.parties++;
    committed.set(upload.id, entry);
  }
  const finished: Upload[] = [];
  for (const { upload, parties: count } of committed.values()) {
    if (count === parties.length) continue;
    await toAll(parties, (party) => party.commit(upload.id));
    finished.push(upload);
  }
  return { committed: [...committed.values()].map(({ upload }) => upload), finished };
}

/** The parts that none of the uploads is: one upload stands for one part of the same owner and length. */
export function without<T extends { readonly owner: string; readonly rows: number }>(
  parts: readonly T[],
  uploads: readonly Upload[],
): T[] {
  const left = [...uploads];
  return parts.filter(({ owner, rows }) => {
    const at = left.findIndex((upload) => upload.owner === owner && upload.rows === rows);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
