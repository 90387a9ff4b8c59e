/**
 * Where a scheme reports every gate, product and opening it performs, named by its step: statistics and traces read it.
 * What the verifier needs of them, their operands and results, goes to a Witness (witness.ts).
 */
export interface GateLog {
  /** One AND layer: `gates` gates over `rows` rows each. */
  ands(step: string, gates: number, rows: number): void;
  /** `count` field products reshared. */
  products(step: string, count: number): void;
  /** `count` elements opened to parties. */
  opened(step: string, count: number): void;
}

/** Totals of one query attempt. */
export class GateTally implements GateLog {
  andGates = 0;
  multiplications = 0;
  openings = 0;

  ands(_step: string, gates: number, rows: number): void {
    this.andGates += gates * rows;
  }

  products(_step: string, count: number): void {
    this.multiplications += count;
  }

  opened(_step: string, count: number): void {
    this.openings += count;
  }
}

/** Keeps every call in order; tests and traces read it. */
export class GateJournal implements GateLog {
  readonly entries: { readonly kind: string; readonly step: string; readonly count: number }[] = [];

  ands(step: string, gates: number, rows: number): void {
    this.entries.push({ kind: 'and', step, count: gates * rows });
  }

  products(step: string, count: number): void {
    this.entries.push({ kind: 'product', step, count });
  }

  opened(step: string, count: number): void {
    this.entries.push({ kind: 'open', step, count });
  }
}
