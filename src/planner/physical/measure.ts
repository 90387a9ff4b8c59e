import type { TableVersion } from '../../catalog/table.ts';
import { requireFits, sumType } from '../logical/arithmetic-types.ts';
import type { Aggregate } from '../logical/plan.ts';
import { isNullConstant, operandsOf, type Scalar, scaleOf } from '../logical/scalar.ts';
import { requireBooleanWidth } from './boolean-width.ts';
import { type LimbForm, limbsOf } from './limbs.ts';
import { type Linear, scaleForm } from './linear-form.ts';
import type { KnownCell, Measure, PhysicalLimb, SumForm } from './plan.ts';

/** The rows that the aggregates of a plan see. */
export interface RowsSeen {
  readonly table: TableVersion | undefined;
  readonly rows: number;
  /** Publicly no row passes the filter, or there is none. */
  readonly none: boolean;
  /** Publicly every row passes the filter and there are no groups. */
  readonly all: boolean;
}

/** The aggregate's value if public facts alone tell it, else how to compute it. */
export function measureOf(aggregate: Aggregate, seen: RowsSeen): KnownCell | Measure {
  const { fn, operand } = aggregate;
  const isCount = fn === 'count' || fn === 'countStar';
  if (seen.none || (operand !== undefined && isNullConstant(operand))) {
    return { kind: 'constant', value: isCount ? 0n : null };
  }
  const notNull = operand === undefined ? [] : nullableParts(operand);
  for (const part of notNull) requireBooleanWidth(part);
  const allRows = seen.all && notNull.length === 0;
  if (isCount) {
    if (allRows) return { kind: 'constant', value: BigInt(seen.rows) };
    return { aggregate, notNull, allRows, sum: undefined };
  }
  if (operand === undefined) throw new RangeError(`${fn} without an argument`);
  if (allRows && fn === 'sum' && operand.kind === 'constant' && typeof operand.value === 'bigint') {
    return { kind: 'constant', value: operand.value * BigInt(seen.rows) };
  }
  return { aggregate, notNull, allRows, sum: sumOf(aggregate, operand, seen, allRows) };
}

/** The operand is NULL exactly where one of these is. */
function nullableParts(scalar: Scalar): Scalar[] {
  if (!scalar.nullable) return [];
  const numeric = ['negate', 'scaled', 'arithmetic'].includes(scalar.kind);
  return numeric ? operandsOf(scalar).flatMap(nullableParts) : [scalar];
}

function sumOf(
  { fn, at }: Aggregate,
  operand: Scalar,
  { rows, table }: RowsSeen,
  allRows: boolean,
): SumForm {
  if (operand.type.kind === 'boolean') {
    requireBooleanWidth(operand);
    return { kind: 'condition', condition: operand };
  }
  if (fn === 'sum') {
    requireFits(operand.bounds.min * BigInt(rows), sumType(operand.type), at);
    requireFits(operand.bounds.max * BigInt(rows), sumType(operand.type), at);
  }
  const limbs = limbsOf(operand, rows, table).map((limb) => physicalLimb(limb, allRows));
  return { kind: 'limbs', scale: scaleOf(operand.type), limbs };
}

function physicalLimb({ shift, value }: LimbForm, allRows: boolean): PhysicalLimb {
  if (!allRows) return { shift, method: { kind: 'flagged', value } };
  return { shift, method: soleProduct(value) ?? { kind: 'plain', value } };
}

function soleProduct(value: Linear): PhysicalLimb['method'] | undefined {
  const [term] = value.terms;
  if (term?.atom.kind !== 'product' || value.terms.length > 1 || value.constant !== 0n) {
    return undefined;
  }
  const { left, right } = term.atom;
  return { kind: 'dot', left: scaleForm(left, term.coefficient), right };
}
