import type { SharedDefinition } from '../../catalog/table.ts';
import type {
  Certificate,
  PendingVersion,
  Signature,
  SignedProposal,
} from '../../catalog/version.ts';
import type { PartAudit } from '../../commit/part-audit.ts';
import type { DefinedTable, PendingPart, TableState, Upload } from '../../storage/share-store.ts';

/** What a party answers to `begin`. */
export interface UploadOffer {
  /** Fresh X25519 key (32 bytes): the bodies that follow are sealed to it. */
  readonly publicKey: Uint8Array;
  /** The party's Ed25519 signature of `uploadKeyDigest`, for the purpose 'tacit/upload-key'. */
  readonly signature: Signature;
  /** Units that the party holds already; see `Upload`. */
  readonly held: number;
}

/** One party's door for owners. Every promise resolves when the party has acknowledged and keeps what it was told. */
export interface PartyUploads {
  /** Proposes a definition; repeating it changes nothing. */
  define(definition: SharedDefinition): Promise<void>;
  /** This owner's consent to a definition: its signature for the purpose 'tacit/definition'. */
  accept(table: string, digest: string, signature: Signature): Promise<void>;
  /** The definition of one table, or of all. */
  definitions(table?: string): Promise<readonly DefinedTable[]>;
  /** Starts this owner's upload or goes on with it; bodies are numbered from 0 again. */
  begin(part: PendingPart): Promise<UploadOffer>;
  /** Sends a sealed body: `encodeBlocks` of the next units, at most UPLOAD_BODY_BYTES_MAX before it is sealed. */
  blocks(partId: string, sequence: number, sealed: Uint8Array): Promise<void>;
  /** Ends an upload, once every unit has arrived, with the commitments to its totals if the table has any. Repeating it changes nothing. */
  commit(partId: string, audit?: PartAudit): Promise<void>;
  /** Forgets an upload of this owner that is in no version. */
  discard(partId: string): Promise<void>;
  /** This owner's uploads into a table. */
  uploads(table: string): Promise<readonly Upload[]>;
  /** The party's signature ('tacit/ready') that it could take a version. */
  propose(signed: SignedProposal): Promise<Signature>;
  /** The party's signature ('tacit/version') of a version that all parties before it have signed. */
  sign(pending: PendingVersion): Promise<Signature>;
  /** Makes a version usable that all parties have signed. */
  certify(certificate: Certificate): Promise<void>;
  /** Where a table stands. */
  state(table: string): Promise<TableState>;
}

/** Runs one call per party in parallel; waits for all, then throws the first party's error. */
export async function toAll<T>(
  parties: readonly PartyUploads[],
  call: (party: PartyUploads, index: number) => Promise<T>,
): Promise<T[]> {
  const results = await Promise.allSettled(parties.map(call));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
