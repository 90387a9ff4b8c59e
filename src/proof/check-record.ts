import type { CheckShape } from '../program/checks.ts';

/** What is left of a passed check for the receipt: masked values, and the coins. Vectors are by party of the committee. */
export interface CheckRecord {
  readonly batch: string;
  readonly shape: CheckShape;
  readonly heads: readonly Uint8Array[];
  /** The last coin of each chain: hashing it gives all earlier ones and the head. */
  readonly reveals: readonly Uint8Array[];
  readonly opened: {
    readonly x: readonly bigint[];
    readonly y: readonly bigint[];
    readonly h: readonly bigint[];
  };
}
