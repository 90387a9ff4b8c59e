/** What a step of the program belongs to; costs are shown per operator. */
export type OperatorRole =
  | 'relation'
  | 'reveal'
  | 'show'
  | 'rank'
  | 'compute'
  | 'collect'
  | 'carry'
  | 'sums'
  | 'folds'
  | 'multiply'
  | 'convert'
  | 'inject'
  | 'flags'
  | 'read';

export interface Operator {
  readonly role: OperatorRole;
  /** How many aggregates lie below it; 0 for those of the answer; of relations from {@link levelBase} on. */
  readonly level: number;
  /** Operators above it. */
  readonly depth: number;
  readonly label: string;
  /** Public number of rows that leave it. */
  readonly rows: number;
}

/** An operator before its place in the tree is known. */
export type Bare = Omit<Operator, 'depth'>;

/** Operators each fed by the next, the first at the depth. */
export function chained(operators: readonly Bare[], depth: number): Operator[] {
  return operators.map((operator, k) => ({ ...operator, depth: depth + k }));
}

/** `3 keys`, `1 key`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `row 1 to 10`, in the order of the query. */
export function printRange({
  offset,
  count,
}: {
  readonly offset: bigint;
  readonly count?: bigint | undefined;
}): string {
  const first = offset + 1n;
  return count === undefined ? `from row ${first}` : `row ${first} to ${offset + count}`;
}
