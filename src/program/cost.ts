/** Exact cost of a program or a part of it. */
export interface Cost {
  /** Messages on the longest chain of dependent messages. */
  readonly rounds: number;
  /** msgpack frame bytes each party sends to its peers. */
  readonly bytesPerParty: readonly number[];
  /** Bytes the analyst receives from all parties, sealed. */
  readonly bytesToAnalyst: number;
  /** AND gates times rows. */
  readonly andGates: number;
  /** Field multiplications (products reshared), counted once for all parties. */
  readonly multiplications: number;
}
