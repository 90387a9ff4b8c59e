import type { TableDefinition, TableVersion } from '../catalog/table.ts';

/**
 * Name of one stored block.
 * form 'boolean': for each plane (value bits LSB first, then the null bit) left component, then right component, each
 * planeBytes(rows of the block) bytes. form 'field': one limb's Shamir shares, 8 bytes a row, canonical, little-endian.
 * limb is 0 for 'boolean'.
 */
export interface BlockKey {
  readonly part: string;
  readonly column: number;
  readonly form: 'boolean' | 'field';
  readonly limb: number;
  readonly block: number;
}

/** One owner's upload being received: one attempt to fill one slot of a table. */
export interface PendingPart {
  /** Fresh for every attempt, so that shares of two attempts never mix. */
  readonly id: string;
  readonly table: string;
  /** Place in the list of owners that the table was defined with. */
  readonly slot: number;
  readonly owner: string;
  readonly rows: number;
}

/** An upload that the store keeps. */
export interface Upload extends PendingPart {
  readonly committed: boolean;
}

/**
 * Shares at rest at one party. What a promise has acknowledged survives `kill -9`; a table is listed whole or
 * not at all. In-memory and LMDB implementations pass one contract suite.
 */
export interface ShareStore {
  /**
   * Registers a table with one slot for each listed owner; who contributes several parts is listed as often. UPLOAD_CONFLICT
   * if the name exists with another definition or other owners, UPLOAD_INVALID if it has not the form that
   * `checkDefinition` requires.
   */
  define(definition: TableDefinition, owners: readonly string[]): Promise<void>;
  /**
   * Starts (or starts again) an upload; blocks of an earlier start of the same id are dropped. UPLOAD_INVALID if the slot
   * is not the owner's, UPLOAD_CONFLICT if it is filled already.
   */
  begin(part: PendingPart): Promise<void>;
  write(blocks: readonly { readonly key: BlockKey; readonly bytes: Uint8Array }[]): Promise<void>;
  /**
   * Makes the part permanent; when it is the last of its table, the table version becomes visible in the same
   * transaction. Repeating it changes nothing. UPLOAD_INVALID if a block of the part has not arrived, UPLOAD_CONFLICT
   * if another upload has filled its slot.
   */
  commit(partId: string): Promise<TableVersion | undefined>;
  /**
   * Committed uploads and open ones. An open one survives a restart when all of its blocks had arrived and its slot is
   * not filled: another party may have committed it already.
   */
  uploads(): readonly Upload[];
  /** The visible table versions. */
  tables(): readonly TableVersion[];
  /** The block's bytes, valid until the next call; STORAGE_CORRUPT if missing or not `length` long. */
  read(key: BlockKey, length: number): Uint8Array;
  close(): Promise<void>;
}
