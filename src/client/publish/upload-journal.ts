/** What names an upload, and the secret that all its randomness comes from. */
export interface UploadStart {
  /** 32 lower-case hex digits. */
  readonly partId: string;
  /** Digest of the definition that the rows are encoded by. */
  readonly definition: string;
  readonly rows: number;
  /** 32 bytes; whoever has it and a party's shares has the rows. */
  readonly seed: Uint8Array;
}

/** An upload as far as it got. */
export interface UploadProgress extends UploadStart {
  /** Digests of its first blocks in the clear. */
  readonly digests: readonly Uint8Array[];
}

/**
 * Where an upload survives a crash of its owner's process; only the owner may be able to read it. Promises resolve when
 * what they say is on disk.
 */
export interface UploadJournal {
  /** What was under way; undefined if nothing, or nothing readable. */
  read(): Promise<UploadProgress | undefined>;
  /** Begins a new upload; what was there before is gone. */
  start(upload: UploadStart): Promise<void>;
  /** Adds the digest of the next block, before anything of the block is sent. */
  append(digest: Uint8Array): Promise<void>;
  /** The upload is over. */
  remove(): Promise<void>;
}

/** A journal that lives as long as its process. */
export class MemoryJournal implements UploadJournal {
  #upload: UploadProgress | undefined;

  async read(): Promise<UploadProgress | undefined> {
    return this.#upload;
  }

  async start(upload: UploadStart): Promise<void> {
    this.#upload = { ...upload, digests: [] };
  }

  async append(digest: Uint8Array): Promise<void> {
    if (!this.#upload) return;
    this.#upload = { ...this.#upload, digests: [...this.#upload.digests, digest] };
  }

  async remove(): Promise<void> {
    this.#upload = undefined;
  }
}
