/** The only source of time in this folder; the server's is `setTimeout`, a test's may be turned by hand. */
export interface Timer {
  /** Calls `fn` once after `ms` milliseconds; the returned function cancels that. */
  start(ms: number, fn: () => void): () => void;
}
