/** One thing a query reveals beyond its own text, and to whom. */
export interface Disclosure {
  readonly to: 'analyst' | 'everyone';
  /** In plain words, e.g. `sum(amount)` or `claims has 1,000,000 rows`. */
  readonly what: string;
}
