/**
 * What one lane keeps of its gates and products, so that they can be verified before anything that depends on them is
 * opened. Protocols call it after every interactive step; src/proof decides what becomes of it (nothing in
 * passive runs).
 *
 * All parties make the same calls in the same order in each lane, so that the n-th gate of a batch is the same gate
 * everywhere. Addresses are read before the call returns (or its promise resolves).
 */
export interface Witness {
  /** Whether operands must be captured at all: passive runs skip that work. */
  readonly isChecked: boolean;
  /** One AND layer whose results have arrived. May wait while too much is unverified, which bounds memory. */
  ands(record: AndRecord): Promise<void>;
  /** Products whose resharing is complete. */
  products(records: readonly ProductRecord[]): Promise<void>;
  /** Inner products whose resharing is complete. */
  innerProducts(records: readonly InnerProductRecord[]): Promise<void>;
  /** Witnesses for lanes that run side by side from here on. */
  fork(lanes: number): readonly Witness[];
  /** Takes over what the lanes of the last fork left unverified, in their order. */
  join(lanes: readonly Witness[]): Promise<void>;
  /**
   * Verifies everything that this lane, the lanes it has joined and the lanes it was forked from have recorded: whoever forks
   * lanes that call this must have called it before. Throws CHECK_FAILED.
   */
  barrier(): Promise<Barrier>;
  /**
   * A public coin for a protocol that verifies itself; active runs only. Whoever asks for it has received every message that the coin is
   * to challenge; it resolves, two rounds later, when all parties have asked. `name` is used once per query attempt.
   */
  coin(name: string): Promise<PublicCoin>;
}

/** A coin that every party has committed to and nobody knows. */
export interface PublicCoin {
  /** Tosses it: bytes that are uniform and bound to the query and the coin's name; one round. */
  toss(): Promise<Uint8Array>;
}

/** Proof that a barrier was passed. */
export interface Barrier {
  readonly permit: OpeningPermit;
  /** Rounds that were waited for. */
  readonly rounds: number;
}

declare const permitBrand: unique symbol;
/**
 * The right to open values that depend on data in another way than masked linearly (PROTOCOLS R1, A12). Only witnesses
 * make one, in {@link Witness.barrier}.
 */
export interface OpeningPermit {
  readonly [permitBrand]: true;
}

/** Operands and results of AND gates: six ranges of `bytes` bytes; bit k of all of them belongs to one gate. */
export interface AndRecord {
  /** Left and right components of x, y and z: xl, xr, yl, yr, zl, zr. */
  readonly columns: readonly [number, number, number, number, number, number];
  readonly bytes: number;
}

/** n products z = x * y of Shamir shares of degree t. */
export interface ProductRecord {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly n: number;
}

/** One element z = sum of x_k * y_k over n elements. */
export type InnerProductRecord = ProductRecord;
