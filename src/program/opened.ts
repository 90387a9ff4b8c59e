/** What a program opens to the analyst, in the order of its result stage. */
export interface Opened {
  /** Field elements: as they are in [0, p), or signed, as the function that returns them says. */
  readonly scalars: readonly bigint[];
  /** Planes of one relation: row r is bit r mod 8 of byte r div 8. Bits beyond the rows mean nothing. */
  readonly planes: readonly Uint8Array[];
}
