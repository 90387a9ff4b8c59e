/**
 * Names of all messages of a program. Executor and cost measurement use the same names, because a frame's
 * size depends on its step name; a name is used once per direction and query attempt.
 */
export const STEP = {
  hello: 'hello',
  echo: 'echo',
  barrier: 'barrier',
  commit: 'commit',
  zeroTest: 'zero',
  /** Normalisation of wide numbers: opening of masked limbs, AND layers to bits, injection of the low ones. */
  carryMask: (stage: number, level: number) => `${stage}/n${level}m`,
  carryBits: (stage: number, level: number, layer: number) => `${stage}/n${level}a${layer}`,
  carryDeal: (stage: number, level: number) => `${stage}/n${level}u`,
  carryInject: (stage: number, level: number) => `${stage}/n${level}w`,
  /** A relation's scalars to bits: opening of masked scalars, AND layers. */
  collectMask: (stage: number) => `${stage}/m`,
  collectBits: (stage: number, layer: number) => `${stage}/a${layer}`,
  /** Ranks: AND layers of the comparisons with a range of rows, and of the counts. */
  precedes: (stage: number, range: number, layer: number) => `${stage}.${range}/p${layer}`,
  count: (stage: number, layer: number) => `${stage}/c${layer}`,
  /** Folds: AND layers that take a chunk in, and those of a halving of what is left at the end. */
  foldChunk: (stage: number, chunk: number, fold: number, layer: number) =>
    `${stage}.${chunk}/f${fold}a${layer}`,
  foldHalf: (stage: number, fold: number, level: number, layer: number) =>
    `${stage}/f${fold}.${level}a${layer}`,
  /** Resharing of a chunk's dot products. */
  dots: (stage: number, chunk: number) => `${stage}.${chunk}/dot`,
  /** Verification of a batch: head of the coins, their echo, coin `k`, resharing of level `k`, last resharing, opening. */
  checkHead: (batch: string) => `v${batch}/h`,
  checkEcho: (batch: string) => `v${batch}/e`,
  checkCoin: (batch: string, k: number) => `v${batch}/c${k}`,
  checkLevel: (batch: string, k: number) => `v${batch}/l${k}`,
  checkLast: (batch: string) => `v${batch}/m`,
  checkOpen: (batch: string) => `v${batch}/o`,
  /**
   * Shuffle `id`: tags; column `k` after the first permutation, after the second, and new shares of it after the last. Its check: the
   * key, and the three sums that must be 0; its coin is that of batch `shuffleCoin`.
   */
  shuffleTag: (id: string) => `${id}/st`,
  shuffleFirst: (id: string, k: number) => `${id}/sy${k}`,
  shuffleSecond: (id: string, k: number) => `${id}/sx${k}`,
  shuffleLast: (id: string, k: number) => `${id}/sc${k}`,
  shuffleKey: (id: string) => `${id}/sk`,
  shuffleCoin: (id: string) => `s${id}`,
  shuffleZeros: (id: string) => `${id}/sz`,
  /** Destinations of shuffled rows. */
  route: (stage: number) => `${stage}/ro`,
  /** Scans: AND layers of a piece of a run of the combining circuit. */
  scan: (stage: number, piece: number, run: number, layer: number) =>
    `${stage}.${piece}/r${run}a${layer}`,
  /** Sorts: AND layers of a piece of a level's comparisons, and their opening. */
  sortAnd: (stage: number, piece: number, level: number, layer: number) =>
    `${stage}.${piece}/s${level}a${layer}`,
  sortOpen: (stage: number, level: number) => `${stage}/s${level}o`,
  /** Compare-exchange layers of a sorting network. */
  sortNetwork: (stage: number, layer: number, and: number) => `${stage}/x${layer}a${and}`,
  /** Bits of a guard. */
  guard: (stage: number) => `${stage}/g`,
  /** AND layer of a chunk's main circuit. */
  and: (stage: number, chunk: number, layer: number) => `${stage}.${chunk}/a${layer}`,
  /** Bit injection: dealing and product messages of field step `step`. */
  deal: (stage: number, chunk: number, step: number) => `${stage}.${chunk}/i${step}u`,
  inject: (stage: number, chunk: number, step: number) => `${stage}.${chunk}/i${step}w`,
  multiply: (stage: number, chunk: number, step: number) => `${stage}.${chunk}/m${step}`,
  /** Conversion of bits to field elements: AND layers, then the opening to the two holders. */
  convertAnd: (stage: number, chunk: number, step: number, layer: number) =>
    `${stage}.${chunk}/b${step}a${layer}`,
  convertOpen: (stage: number, chunk: number, step: number) => `${stage}.${chunk}/b${step}r`,
} as const;

/** Bytes of what a hello offers: the versions of tables that a party could use. */
export const OFFER_BYTES = 512;
/** Bytes of the hello message: nonce, key agreement key, common-key contribution, request digest, offer, signature. */
export const HELLO_BYTES = 32 * 4 + OFFER_BYTES + 64;
/** Bytes of the echo message: program digest, digest of all hellos. */
export const ECHO_BYTES = 64;
/** Bytes of the last barrier's message: query id, digest of the passed checks, heads of the sender's channels. */
export const BARRIER_BYTES = 64 + 2 * 32 * 2;
/** Bytes of a party's commitment to the result shares that it releases. */
export const COMMITMENT_BYTES = 32;
/** Bytes of a digest message (coins, hash half of an opening). */
export const DIGEST_BYTES = 32;
