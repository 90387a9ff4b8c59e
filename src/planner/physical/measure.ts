import type { Aggregate } from '../logical/plan.ts';
import { constantTruth, isNullConstant, operandsOf, type Scalar } from '../logical/scalar.ts';
import { requireBooleanWidth } from './boolean-width.ts';
import { candidateKeys } from './groups.ts';
import { type LimbForm, limbsOf } from './limbs.ts';
import { atomsOf, type Linear, scaleForm } from './linear-form.ts';
import type {
  CollectedColumn,
  KnownCell,
  Measure,
  Method,
  PhysicalLimb,
  RowsNode,
} from './plan.ts';

/** The rows that the aggregates of a plan see. */
export interface RowsSeen {
  readonly source: RowsNode;
  /** A row is seen only if this is TRUE. */
  readonly predicate: Scalar | undefined;
  /** Publicly no row passes the filter, or there is none. */
  readonly none: boolean;
  /** Publicly every row passes the filter and there are no groups. */
  readonly all: boolean;
  /** Candidate groups. */
  readonly groups: number;
}

/** The aggregate's value if public facts alone tell it, else how to compute it. */
export function measureOf(aggregate: Aggregate, seen: RowsSeen): KnownCell | Measure {
  const { fn, operand, filter } = aggregate;
  const kept = filter === undefined ? true : constantTruth(filter);
  const none = seen.none || (kept !== undefined && kept !== true);
  if (none || (operand !== undefined && isNullConstant(operand))) {
    const isZero = isCount(fn) || (fn === 'sum' && !aggregate.nullable);
    return { kind: 'constant', value: isZero ? 0n : null };
  }
  const conditions = filter === undefined || kept === true ? [] : [filter];
  const notNull = operand === undefined ? [] : nullableParts(operand);
  for (const part of [...conditions, ...notNull]) requireBooleanWidth(part, seen.source);
  const allRows = seen.all && conditions.length === 0 && notNull.length === 0;
  if (allRows) {
    const known = knownOfAll(aggregate, BigInt(seen.source.rows));
    if (known !== undefined) return { kind: 'constant', value: known };
  }
  const method = methodOf(aggregate, seen, allRows);
  return { kind: 'measure', aggregate, conditions, notNull, allRows, method };
}

function isCount(fn: Aggregate['fn']): boolean {
  return fn === 'count' || fn === 'countStar' || fn === 'countDistinct';
}

/** Its value over that many rows if each has the same public one. */
function knownOfAll({ fn, operand }: Aggregate, rows: bigint): bigint | undefined {
  if (fn === 'count' || fn === 'countStar') return rows;
  if (operand?.kind !== 'constant' || typeof operand.value !== 'bigint') return undefined;
  if (fn === 'countDistinct') return 1n;
  return fn === 'sum' ? operand.value * rows : operand.value;
}

/** The operand is NULL exactly where one of these is. */
function nullableParts(scalar: Scalar): Scalar[] {
  if (!scalar.nullable) return [];
  const numeric = ['negate', 'scaled', 'arithmetic'].includes(scalar.kind);
  return numeric ? operandsOf(scalar).flatMap(nullableParts) : [scalar];
}

function methodOf(aggregate: Aggregate, seen: RowsSeen, allRows: boolean): Method {
  const { fn, operand, label, at } = aggregate;
  if (fn === 'count' || fn === 'countStar') return { kind: 'count' };
  if (operand === undefined) throw new RangeError(`${fn} without an argument`);
  if (fn === 'sum') return sumOf(operand, seen, allRows);
  requireBooleanWidth(operand, seen.source);
  switch (fn) {
    case 'min':
    case 'max':
      return { kind: 'extreme', fn, operand };
    case 'any':
    case 'every':
      return { kind: 'truths', fn, operand };
    default: {
      const refusal = { subject: label, noun: 'values', at };
      const keys = candidateKeys([operand], seen.source, seen.predicate, refusal);
      const values = keys.flatMap(([value]) => (typeof value === 'bigint' ? [value] : []));
      return { kind: 'distinct', fn: fn === 'countDistinct' ? 'count' : 'sum', operand, values };
    }
  }
}

/**
 * Columns of relations are bits. Of one group they are added as bits: field elements of them would cost several times as much, and a verified
 * opening; but of many groups they are made once for all.
 */
function sumOf(operand: Scalar, { source, groups }: RowsSeen, allRows: boolean): Method {
  if (operand.type.kind === 'boolean') {
    requireBooleanWidth(operand, source);
    return { kind: 'condition', condition: operand };
  }
  if (source.kind === 'relation' && groups === 1 && operand.kind === 'column') {
    requireBooleanWidth(operand, source);
    return { kind: 'bits', operand };
  }
  const limbs = limbsOf(operand, source);
  for (const atom of limbs.flatMap(({ value }) => atomsOf(value))) {
    if (atom.kind === 'slice') requireBooleanWidth(atom.scalar, source);
    if (atom.kind === 'branch')
      for (const each of atom.conditions) requireBooleanWidth(each, source);
  }
  return { kind: 'limbs', limbs: limbs.map((limb) => physicalLimb(limb, allRows)) };
}

/** Rows of a relation are counted as bits, too, unless their flags become field elements anyway. */
export function countInBits(columns: readonly CollectedColumn[]): readonly CollectedColumn[] {
  const methods = columns.map(({ value }) =>
    value.kind === 'measure' ? value.measure.method.kind : undefined,
  );
  if (methods.includes('limbs')) return columns;
  return columns.map((column) => {
    const { value } = column;
    if (value.kind !== 'measure') return column;
    const { method } = value.measure;
    if (method.kind !== 'count' && method.kind !== 'condition') return column;
    const measure: Measure = { ...value.measure, method: { ...method, inBits: true } };
    return { ...column, value: { kind: 'measure', measure } };
  });
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
