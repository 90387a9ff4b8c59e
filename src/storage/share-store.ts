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

/** One owner's upload being received. */
export interface PendingPart {
  readonly id: string;
  readonly table: string;
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
  /** Registers a table that `partCount` owners will fill; UPLOAD_CONFLICT if the name exists with another definition. */
  define(definition: TableDefinition, partCount: number): Promise<void>;
  /** Starts (or starts again) an upload; blocks of an earlier start of the same id are dropped. */
  begin(part: PendingPart): Promise<void>;
  write(blocks: readonly { readonly key: BlockKey; readonly bytes: Uint8Array }[]): Promise<void>;
  /**
   * Makes the part permanent; when it is the last of its table, the table version becomes visible in the same
   * transaction. Repeating it changes nothing. UPLOAD_INVALID if a block of the part has not arrived.
   */
  commit(partId: string): Promise<TableVersion | undefined>;
  /**
   * Committed uploads and open ones. An open one survives a restart when all of its blocks had arrived and its table is
   * not complete: another party may have committed it already.
   */
  uploads(): readonly Upload[];
  /** The visible table versions. */
  tables(): readonly TableVersion[];
  /** The block's bytes, valid until the next call; STORAGE_CORRUPT if missing or not `length` long. */
  read(key: BlockKey, length: number): Uint8Array;
  close(): Promise<void>;
}
