import type { SharedDefinition, TableVersion } from '../catalog/table.ts';
import type { Certificate, PendingVersion, Signature, SignedProposal } from '../catalog/version.ts';
import type { PartAudit } from '../commit/part-audit.ts';

/**
 * Name of one stored block.
 * form 'boolean': for each plane (value bits LSB first, then the null bit) left component, then right component, each
 * planeBytes(rows of the block) bytes. form 'field': one limb's Shamir shares, 8 bytes a row, canonical, little-endian;
 * secret text has no limbs. form 'leaves': the hashes of all leaves of the unit, in the order of `leafIndex`. form 'salts'
 * (of column 0 and block 0): the seeds of this party's salts of the part. limb is 0 for all but 'field'.
 */
export interface BlockKey {
  readonly part: string;
  readonly column: number;
  readonly form: 'boolean' | 'field' | 'leaves' | 'salts';
  readonly limb: number;
  readonly block: number;
}

/** What names an upload of one owner's rows. */
export interface PendingPart {
  /** Fresh for every attempt that starts anew, so that shares of two attempts never mix. */
  readonly id: string;
  readonly table: string;
  /** Digest of the definition that the rows were encoded by. */
  readonly definition: string;
  readonly owner: string;
  readonly rows: number;
}

/** What an upload was found to be committed to, when all of it had arrived. */
export interface UploadCommitment {
  /** Root of the part in lower-case hex (`partRoot`). */
  readonly root: string;
  /** Digest of further commitments that the root covers; null if there are none. */
  readonly extra: string | null;
  /** These commitments: to totals of the rows (src/commit). */
  readonly audit?: PartAudit;
}

/** An upload that the store keeps. */
export interface Upload extends PendingPart {
  /**
   * How many units have arrived: unit u is column u mod c of block floor(u / c), c being the number of columns. They
   * arrive in this order, without gaps.
   */
  readonly held: number;
  /** Every unit has arrived and none is taken in any more. */
  readonly committed: boolean;
  /** Number of the version for which this party promised to keep the part until it is decided; 0: none. */
  readonly promised: number;
  /** What it was committed as; null before. */
  readonly root: string | null;
  readonly extra: string | null;
  readonly audit?: PartAudit;
}

/** The blocks of one unit of an upload: the Boolean form, each limb, the leaves; in the first unit also the salts. */
export type StoredUnit = readonly { readonly key: BlockKey; readonly bytes: Uint8Array }[];

/** One owner's consent to a definition: an Ed25519 signature of its digest. */
export interface Acceptance {
  readonly owner: string;
  readonly signature: Signature;
}

/** A definition as a party holds it. */
export interface DefinedTable {
  readonly definition: SharedDefinition;
  readonly digest: string;
  readonly accepted: readonly Acceptance[];
}

/** A usable version with what proves it to others. */
export interface StoredVersion extends TableVersion {
  /** Who may publish into the table; part of its definition. */
  readonly owners: readonly string[];
  readonly certificate: Certificate;
}

/** Where a table stands at one party. */
export interface TableState {
  readonly head: Certificate | undefined;
  /** What this party has signed for the number after the head's. */
  readonly pending: PendingVersion | undefined;
}

/**
 * Shares and catalog at rest at one party. What a promise has acknowledged survives `kill -9`; every call changes all
 * that it says or nothing. Signatures are checked by the caller (server/control/table-desk.ts), everything else here.
 * In-memory and LMDB implementations pass one contract suite.
 */
export interface ShareStore {
  /**
   * Keeps a proposed definition; repeating it changes nothing. UPLOAD_CONFLICT if the name is defined otherwise,
   * UPLOAD_INVALID if it has not the form that `checkDefinition` requires.
   */
  define(definition: SharedDefinition): Promise<void>;
  /** Keeps the consent of one of the listed owners; UPLOAD_CONFLICT if `digest` is not that of the table's definition. */
  accept(table: string, digest: string, acceptance: Acceptance): Promise<void>;
  /** All definitions, by name, with the consents so far. */
  definitions(): readonly DefinedTable[];
  /**
   * Starts an upload, or goes on with it: the same upload again gives back what has arrived. UPLOAD_INVALID if not every
   * listed owner has accepted the definition or the owner is not listed; UPLOAD_CONFLICT if the id is another upload's.
   */
  begin(part: PendingPart): Promise<Upload>;
  /** Adds units from number `first` on, which must be the next one; nothing is written if one does not fit. */
  write(partId: string, first: number, units: readonly StoredUnit[]): Promise<void>;
  /**
   * Ends an upload; repeating it changes nothing. UPLOAD_INVALID if a unit has not arrived. The caller has checked all
   * blocks against their leaves, and the leaves give the root (`PartCheck`).
   */
  commit(partId: string, commitment: UploadCommitment): Promise<void>;
  /** Forgets an upload that is in no version; UPLOAD_CONFLICT if it is in one or promised to one. */
  discard(partId: string): Promise<void>;
  uploads(): readonly Upload[];
  /** The upload of this id; undefined if there is none. */
  upload(id: string): Upload | undefined;
  /**
   * Promises that this party can take a proposed version and keeps its new parts until the number is decided.
   * VERSION_STALE if it is not based on the newest version here, UPLOAD_INVALID if it changes what its owner may not,
   * COMMITMENT_MISMATCH if a new part has another root than what was committed here.
   */
  promise(proposal: SignedProposal): Promise<void>;
  /** Binds this party to a version of its number, for good; VERSION_STALE if it is bound to another one. */
  bind(pending: PendingVersion): Promise<void>;
  /** Makes a version usable that all parties signed; repeating it changes nothing. VERSION_STALE if it is not the next one. */
  certify(certificate: Certificate): Promise<void>;
  /** Where a table stands; UPLOAD_INVALID if it is not defined. */
  state(table: string): TableState;
  /** The usable versions, by name, of each table the newest first. The version before the newest is kept. */
  tables(): readonly StoredVersion[];
  /** Parts that are in no kept version any more, and discarded ones: their blocks wait for `collect`. */
  retired(): readonly string[];
  /** Deletes the blocks of retired parts; no query may still read them. Ids of other parts are ignored. */
  collect(parts: readonly string[]): Promise<void>;
  /** The block's bytes, valid until the next call; STORAGE_CORRUPT if missing or not `length` long. */
  read(key: BlockKey, length: number): Uint8Array;
  close(): Promise<void>;
}
