import type { TableDefinition } from '../../catalog/table.ts';
import type { PendingPart, Upload } from '../../storage/share-store.ts';

/** One party's door for owners. Every promise resolves when the party has acknowledged. */
export interface PartyUploads {
  /** Registers the table with one slot for each listed owner; repeating it with the same arguments changes nothing. */
  define(definition: TableDefinition, owners: readonly string[]): Promise<void>;
  /** Starts (or starts again) the upload of one owner's rows. */
  begin(part: PendingPart): Promise<void>;
  /** Sends messages of a begun part: `encodeBlocks` of them, at most UPLOAD_BODY_BYTES_MAX. */
  blocks(partId: string, bytes: Uint8Array): Promise<void>;
  /** Makes the part permanent in its slot; the last part makes the table visible. Repeating it changes nothing. */
  commit(partId: string): Promise<void>;
  /** The uploads of a table that this owner may see: its own. */
  uploads(table: string): Promise<readonly Upload[]>;
}

/** Runs one call per party in parallel; waits for all, then throws the first party's error. */
export async function toAll(
  parties: readonly PartyUploads[],
  call: (party: PartyUploads, index: number) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(parties.map(call));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
