/**
 * The local work on one batch of gates or products at one party, between the messages of the recursive inner-product check
 * (PROTOCOLS 4.1, A7). An implementation works in this thread (local-compute.ts) or behind messages to another
 * (server/engine); the protocol around it (check.ts) is the same.
 *
 * A batch is a claim sum_k weight_k * x_k * y_k = sum_k weight_k * z_k over a field K: F_p for products, GF(2^64) for AND gates.
 * Elements are 8 bytes little-endian; all results are this party's summands or Shamir shares (degree t) over K.
 */
export interface BatchCompute {
  /**
   * Weighs the batch by the first coin (expanded as compute documents) and begins: `claim` is this party's Shamir share of
   * the right side, `corners` its sums of the first level: for AND gates the bits' level, whose sums add up over the parties; elsewhere
   * products of shares of degree t. The corner of ones is left out, so gates without bit variables have no corners. A batch of one
   * product has no level: `corners` are its two elements, as after the last level.
   */
  start(coin: Uint8Array): Promise<{ readonly claim: bigint; readonly corners: Uint8Array }>;
  /**
   * Folds by one value per variable of the level before, and returns the sums of the next; after the last level instead
   * the two remaining Shamir shares, of x and of y.
   */
  fold(values: readonly bigint[]): Promise<Uint8Array>;
  /** Frees the batch's memory; must be called once, also after errors. */
  release(): void;
  /** Most memory that the batch has needed so far, in bytes. */
  readonly peakBytes: number;
}

/** A compute whose memory someone else frees. */
export type BatchWork = Omit<BatchCompute, 'release' | 'peakBytes'>;

/** AND gates: the six columns of {@link AndRecord} one after another, each `bytes` bytes (zero-padded by the compute). */
export interface AndBatch {
  readonly kind: 'and';
  readonly bytes: number;
  readonly data: Uint8Array;
}

/**
 * Products: x, y and z one after another, n elements each (z: as many as weights). Entry k of x and y has the weight
 * number k - (entries saved by runs before it): every run is an inner product, its entries share one weight and one z.
 */
export interface ProductBatch {
  readonly kind: 'product';
  readonly n: number;
  readonly runs: readonly { readonly start: number; readonly length: number }[];
  readonly data: Uint8Array;
}

export type Batch = AndBatch | ProductBatch;

/**
 * Makes the compute of a batch. It may read the batch's memory until it is released, and takes it over unless it is shared
 * memory.
 */
export type ComputeFactory = (self: number, batch: Batch) => Promise<BatchCompute>;
