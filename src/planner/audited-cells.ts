import { type AuditedTotal, auditedTotals } from '../catalog/audited.ts';
import { rowCount, type TableVersion } from '../catalog/table.ts';
import { type Aggregate, chainOf, type LogicalPlan } from './logical/plan.ts';
import { magnitude } from './logical/quotient.ts';
import type { Scalar } from './logical/scalar.ts';

/**
 * Up to here an average tells its sum: for |s| <= 2^51, two different s / d differ by 1 / d at least, and rounding either to
 * the nearest double moves it by less than half of that.
 */
const AVERAGE_SUM_MAX = 2n ** 51n;

/** What an auditor can check of one answer without trusting any party. */
export interface AuditPlan {
  /** The table whose parts are summed up; the other fields are empty if it is absent. */
  readonly table?: TableVersion;
  /** Places in the table's `auditedTotals`, each once: the parties open their blindings. */
  readonly totals: readonly number[];
  /** By output column; undefined where the answer rests on the parties. */
  readonly cells: readonly (AuditedCell | undefined)[];
}

export type AuditedCell =
  /** The number of rows, which owners have signed. */
  | { readonly kind: 'rows' }
  /** totals[total]. A sum that may be NULL is 0 then too, so only a sum other than 0 is proven. */
  | { readonly kind: 'total'; readonly total: number; readonly mayBeNull: boolean }
  /** The double nearest to totals[sum] / (count * unit). */
  | {
      readonly kind: 'average';
      readonly sum: number;
      /** A place in `totals`, or the number of rows. */
      readonly count: number | 'rows';
      readonly unit: bigint;
    };

/**
 * Which cells of a plan's only row are totals over whole parts: SUM, COUNT or AVG of an audited column, without WHERE, FILTER,
 * DISTINCT, GROUP BY, HAVING or LIMIT. Only what the answer shows for certain is opened, because the blinding of a total
 * tells the total to everybody. An average opens its sum where it tells the sum anyhow; else it is checked by the sum and
 * the count if the same answer shows both.
 */
export function auditPlan(plan: LogicalPlan): AuditPlan {
  const chain = chainOf(plan);
  const [output, aggregate, scan] = chain;
  if (output?.kind !== 'output') return { totals: [], cells: [] };
  const isWhole = aggregate?.kind === 'aggregate' && !aggregate.grouped && scan?.kind === 'scan';
  if (!isWhole) return { totals: [], cells: output.columns.map(() => undefined) };
  const cells = new Cells(scan.table, aggregate.aggregates);
  const shown = output.columns.map(({ scalar }) => cells.ofTotal(scalar));
  const averages = output.columns.map(({ scalar }) => cells.ofAverage(scalar));
  const { totals } = cells;
  return { table: scan.table, totals, cells: shown.map((cell, k) => cell ?? averages[k]) };
}

class Cells {
  readonly totals: number[] = [];
  readonly #table: TableVersion;
  readonly #audited: readonly AuditedTotal[];
  readonly #aggregates: readonly Aggregate[];

  constructor(table: TableVersion, aggregates: readonly Aggregate[]) {
    this.#table = table;
    this.#audited = auditedTotals(table.definition);
    this.#aggregates = aggregates;
  }

  ofTotal(scalar: Scalar): AuditedCell | undefined {
    const aggregate = this.#aggregateOf(scalar);
    if (!aggregate) return undefined;
    // Owners sign the number of rows with their commitments.
    if (aggregate.fn === 'countStar')
      return this.#audited.length > 0 ? { kind: 'rows' } : undefined;
    const index = this.#indexOf(aggregate);
    if (index === undefined) return undefined;
    const isEmpty = rowCount(this.#table) === 0;
    const mayBeNull = aggregate.fn === 'sum' && (isEmpty || aggregate.operand?.nullable !== false);
    return { kind: 'total', total: this.#open(index), mayBeNull };
  }

  ofAverage(scalar: Scalar): AuditedCell | undefined {
    if (scalar.kind !== 'ratio' || scalar.roundings !== 1 || scalar.after.length > 0)
      return undefined;
    const sum = this.#aggregateOf(scalar.numerator);
    const divisor = divisorOf(scalar.denominator);
    const count = divisor && this.#aggregateOf(divisor.count);
    if (sum?.fn !== 'sum' || !count) return undefined;
    const { unit } = divisor;
    const index = this.#indexOf(sum);
    if (index === undefined) return undefined;
    const place = this.totals.indexOf(index);
    if (count.fn === 'countStar') {
      const isTold = rowCount(this.#table) > 0 && staysBelow(sum, AVERAGE_SUM_MAX);
      if (place < 0 && !isTold) return undefined;
      return { kind: 'average', sum: this.#open(index), count: 'rows', unit };
    }
    const counted = this.#indexOf(count);
    const places = [place, counted === undefined ? -1 : this.totals.indexOf(counted)] as const;
    if (count.fn !== 'count' || places.some((found) => found < 0)) return undefined;
    return { kind: 'average', sum: places[0], count: places[1], unit };
  }

  /** The aggregate that a scalar shows as it is, if all rows count for it. */
  #aggregateOf(scalar: Scalar): Aggregate | undefined {
    const found = scalar.kind === 'column' ? this.#aggregates[scalar.column] : undefined;
    return found?.filter === undefined ? found : undefined;
  }

  /** Place of the commitments to the aggregate among those of the table. */
  #indexOf({ fn, operand }: Aggregate): number | undefined {
    if (operand?.kind !== 'column') return undefined;
    const index = this.#audited.findIndex(
      (total) => total.kind === fn && total.column === operand.column,
    );
    return index < 0 ? undefined : index;
  }

  #open(index: number): number {
    const found = this.totals.indexOf(index);
    return found < 0 ? this.totals.push(index) - 1 : found;
  }
}

/** `count`, or `count * unit`. */
function divisorOf(scalar: Scalar): { readonly count: Scalar; readonly unit: bigint } | undefined {
  if (scalar.kind === 'scaled') return { count: scalar.operand, unit: scalar.factor };
  if (scalar.kind !== 'arithmetic' || scalar.op !== '*') return { count: scalar, unit: 1n };
  const { left, right } = scalar;
  if (right.kind === 'constant' && typeof right.value === 'bigint') {
    return { count: left, unit: right.value };
  }
  if (left.kind === 'constant' && typeof left.value === 'bigint') {
    return { count: right, unit: left.value };
  }
  return undefined;
}

function staysBelow({ bounds }: Aggregate, limit: bigint): boolean {
  return magnitude(bounds.min) <= limit && magnitude(bounds.max) <= limit;
}
