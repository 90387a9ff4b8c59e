import { aggregateFacts } from '../logical/aggregate-facts.ts';
import { keyMultiplicity, rowsMax } from '../logical/multiplicity.ts';
import {
  type Aggregate,
  type GroupKey,
  type LogicalPlan,
  type PlanOf,
  relationColumns,
} from '../logical/plan.ts';
import { scalarKey } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';
import { printScalar } from '../print-scalar.ts';

/** One side of a join, grouped: collects what is needed of it, each once. Scalars read the columns of that side. */
export class PartialGroups {
  readonly #input: LogicalPlan;
  readonly #at: Aggregate['at'];
  readonly #keys: GroupKey[] = [];
  readonly #aggregates: Omit<Aggregate, 'type' | 'bounds' | 'nullable'>[] = [];

  constructor(input: LogicalPlan, at: Aggregate['at']) {
    this.#input = input;
    this.#at = at;
  }

  /** The column that a key becomes; all keys come before any aggregate. */
  key(scalar: Scalar, label?: string): number {
    const name = scalarKey(scalar);
    const known = this.#keys.findIndex((each) => scalarKey(each.scalar) === name);
    if (known >= 0) return known;
    const names = relationColumns(this.#input).map((each) => each.name);
    return this.#keys.push({ scalar, label: label ?? printScalar(scalar, names) }) - 1;
  }

  /** The column that an aggregate becomes. */
  aggregate({
    fn,
    operand,
    filter,
    label,
    at,
  }: Omit<Aggregate, 'type' | 'bounds' | 'nullable'>): number {
    const name = aggregateKey({ fn, operand, filter });
    const known = this.#aggregates.findIndex((each) => aggregateKey(each) === name);
    if (known >= 0) return this.#keys.length + known;
    const inputs = { ...(operand && { operand }), ...(filter && { filter }) };
    return this.#keys.length + this.#aggregates.push({ fn, ...inputs, label, at }) - 1;
  }

  /** The column with the number of rows of each group, all or those that a filter keeps. */
  count(
    kept: { readonly filter?: Scalar; readonly label: string } = { label: 'COUNT(*)' },
  ): number {
    return this.aggregate({ fn: 'countStar', at: this.#at, ...kept });
  }

  /** The groups; no group without a row. */
  plan(): PlanOf<'aggregate'> {
    const keys = this.#keys.map(({ scalar }) => scalar);
    // Rows with a NULL key may be more than a key's multiplicity says.
    const isNullable = keys.some(({ nullable }) => nullable);
    const most = isNullable ? undefined : keyMultiplicity(this.#input, keys);
    const extent = { rows: most ?? rowsMax(this.#input), grouped: true };
    return {
      ...{ kind: 'aggregate', input: this.#input, grouped: true, keys: this.#keys, at: this.#at },
      aggregates: this.#aggregates.map((each) => ({ ...each, ...aggregateFacts(each, extent) })),
    };
  }
}

function aggregateKey({
  fn,
  operand,
  filter,
}: {
  readonly fn: string;
  readonly operand?: Scalar | undefined;
  readonly filter?: Scalar | undefined;
}): string {
  return [fn, operand && scalarKey(operand), filter && scalarKey(filter)].join(' ');
}
