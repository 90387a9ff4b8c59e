import { columnOf } from '../../catalog/lookup.ts';
import { limbCount, type TableVersion } from '../../catalog/table.ts';
import { type Bounds, encodingFor } from '../../catalog/types.ts';
import { invariant, TacitError } from '../../errors/tacit-error.ts';
import { isNullConstant, operandsOf, type Scalar, type ScalarOf } from '../logical/scalar.ts';
import {
  addForms,
  atomForm,
  atomsOf,
  constantForm,
  type Linear,
  multiplyForms,
  scaleForm,
} from './linear-form.ts';
import type { RowsNode } from './plan.ts';

/** One part of a number: the number is the sum over its limbs of 2^shift * value. */
export interface LimbForm {
  readonly shift: number;
  readonly value: Linear;
}

/**
 * How columns enter an expression. whole: as one element. halves: as their stored limbs. A number: in slices of at most so many
 * bits, which a conversion takes from the Boolean form (wide factors of products need that). What a circuit computes has no
 * limbs and always comes in slices.
 */
type Granularity = 'whole' | 'halves' | number;

/**
 * Sums with the carries into them stay below this, so that an element tells the signed sum (PROTOCOLS 1.9) and its bits
 * can be taken.
 */
const SUM_LIMIT = (1n << 60n) - 1n;
/** Injections and products of a CASE that are cheaper than a conversion. */
const CHOICE_COST_MAX = 4;
/** Most bits from one limb to the next. */
const DIGIT_BITS_MAX = 60;
const STORED_BITS = 32;
/** Bits of a slice of what a circuit computes; the most that a conversion takes, and half of it. */
const SLICE_BITS = { whole: 60, halves: 30 } as const;
const GRANULARITIES: readonly Granularity[] = ['whole', 'halves', 30, 26, 22, 19, 16, 13, 11, 9, 7];
const ATOMS_MAX = 256;

/**
 * Writes a numeric expression as limbs whose sums over `rows` rows fit one field element each, together with what is carried
 * into them from below, with as few limbs and conversions as possible. Throws SQL_OVERFLOW if nothing fits.
 */
export function limbsOf(scalar: Scalar, source: RowsNode): LimbForm[] {
  const table = source.kind === 'read' ? source.table : undefined;
  for (const granularity of GRANULARITIES) {
    const limbs = expand(scalar, granularity, table);
    if (limbs.length > ATOMS_MAX || limbs.flatMap((l) => atomsOf(l.value)).length > ATOMS_MAX)
      break;
    const parts = joined(limbs, source.rows);
    if (parts !== undefined) return parts;
  }
  throw new TacitError(
    'SQL_OVERFLOW',
    'by the declared bounds this expression is too wide to be summed',
    scalar.at,
  );
}

function magnitude({ min, max }: Bounds): bigint {
  return -min > max ? -min : max;
}

/**
 * Joins neighbours as long as their joint sum still fits: one limb needs no carry. Undefined if a limb does not fit. Limbs
 * further apart than a digit can be get empty ones between them.
 */
function joined(limbs: readonly LimbForm[], rows: number): LimbForm[] | undefined {
  const sumOf = ({ value }: LimbForm) => magnitude(value.bounds) * BigInt(rows);
  const result: LimbForm[] = [];
  // Bound of what the limbs below carry into the last one of the result.
  let carry = 0n;
  const push = (limb: LimbForm) => {
    const last = result.at(-1);
    if (last !== undefined) carry = ((sumOf(last) + carry) >> BigInt(limb.shift - last.shift)) + 1n;
    result.push(limb);
    return sumOf(limb) + carry < SUM_LIMIT;
  };
  for (const limb of limbs) {
    const last = result.at(-1);
    if (last !== undefined) {
      const both = { shift: last.shift, value: addForms(last.value, lifted(limb, last.shift)) };
      if (sumOf(both) + carry < SUM_LIMIT) {
        result[result.length - 1] = both;
        continue;
      }
      for (let at = last.shift + DIGIT_BITS_MAX; at < limb.shift; at += DIGIT_BITS_MAX) {
        push({ shift: at, value: constantForm(0n) });
      }
    }
    if (!push(limb)) return undefined;
  }
  return result;
}

/** The value of a limb in units of 2^shift. */
function lifted(limb: LimbForm, shift: number): Linear {
  return scaleForm(limb.value, 1n << BigInt(limb.shift - shift));
}

/**
 * Limbs in ascending order of distinct shifts. Over a collected relation, which has no field form, a circuit computes the whole
 * expression.
 */
function expand(
  scalar: Scalar,
  granularity: Granularity,
  table: TableVersion | undefined,
): LimbForm[] {
  if (isNullConstant(scalar)) return [{ shift: 0, value: constantForm(0n) }];
  if (scalar.kind === 'constant') {
    invariant(typeof scalar.value === 'bigint', 'a sum over something that is not a number');
    return constantLimbs(scalar.value, granularity);
  }
  if (table === undefined) return computedLimbs(scalar, granularity);
  const inner = (operand: Scalar) => expand(operand, granularity, table);
  switch (scalar.kind) {
    case 'column':
      return columnLimbs(scalar, granularity, table);
    case 'negate':
      return negated(inner(scalar.operand));
    case 'scaled':
      return multiply(inner(scalar.operand), constantLimbs(scalar.factor, granularity));
    case 'arithmetic': {
      const [left, right] = [inner(scalar.left), inner(scalar.right)];
      if (scalar.op === '*') return multiply(left, right);
      return collect([...left, ...(scalar.op === '-' ? negated(right) : right)]);
    }
    case 'choose':
      return isCheap(scalar) ? chosenLimbs(scalar, inner) : computedLimbs(scalar, granularity);
    default:
      return computedLimbs(scalar, granularity);
  }
}

/** otherwise + the sum over the branches of (1 where it is taken) * (then - otherwise) */
function chosenLimbs(
  { branches, otherwise }: ScalarOf<'choose'>,
  inner: (scalar: Scalar) => LimbForm[],
): LimbForm[] {
  const rest = inner(otherwise);
  const conditions = branches.map(({ when }) => when);
  const terms = branches.flatMap(({ then }, k) => {
    const atom = { kind: 'branch', conditions: conditions.slice(0, k + 1) } as const;
    const taken = [{ shift: 0, value: atomForm(atom, { min: 0n, max: 1n }) }];
    return multiply(taken, collect([...inner(then), ...negated(rest)]));
  });
  return collect([...rest, ...terms]);
}

/**
 * Whether the field form of columns makes a CASE cheaper than a circuit with a conversion, which costs about as much as
 * four injections or products.
 */
function isCheap({ branches, otherwise }: ScalarOf<'choose'>): boolean {
  const values = branches.map(({ then }) => then);
  const products = values.filter((value) => ![value, otherwise].every(isConstant)).length;
  return branches.length + products <= CHOICE_COST_MAX && [...values, otherwise].every(isLinear);
}

function isConstant({ kind }: Scalar): boolean {
  return kind === 'constant';
}

/** Whether the field form of columns is enough to compute it. */
function isLinear(scalar: Scalar): boolean {
  if (scalar.kind === 'constant' || scalar.kind === 'column') return true;
  const fits = ['negate', 'scaled', 'arithmetic'].includes(scalar.kind);
  return fits && operandsOf(scalar).every(isLinear);
}

function negated(limbs: readonly LimbForm[]): LimbForm[] {
  return limbs.map((limb) => ({ ...limb, value: scaleForm(limb.value, -1n) }));
}

function computedLimbs(scalar: Scalar, granularity: Granularity): LimbForm[] {
  return slices(scalar, typeof granularity === 'string' ? SLICE_BITS[granularity] : granularity);
}

function multiply(left: readonly LimbForm[], right: readonly LimbForm[]): LimbForm[] {
  const products = left.flatMap((a) =>
    right.map((b) => ({ shift: a.shift + b.shift, value: multiplyForms(a.value, b.value) })),
  );
  return collect(products);
}

function collect(limbs: readonly LimbForm[]): LimbForm[] {
  const byShift = new Map<number, Linear>();
  for (const { shift, value } of limbs) {
    const known = byShift.get(shift);
    byShift.set(shift, known === undefined ? value : addForms(known, value));
  }
  return [...byShift].map(([shift, value]) => ({ shift, value })).sort((a, b) => a.shift - b.shift);
}

function constantLimbs(value: bigint, granularity: Granularity): LimbForm[] {
  if (typeof granularity === 'string') return [{ shift: 0, value: constantForm(value) }];
  const sign = value < 0n ? -1n : 1n;
  const limbs: LimbForm[] = [];
  let rest = value * sign;
  for (let shift = 0; rest > 0n || shift === 0; shift += granularity) {
    const low = BigInt.asUintN(granularity, rest);
    rest >>= BigInt(granularity);
    if (low > 0n || rest === 0n) limbs.push({ shift, value: constantForm(low * sign) });
  }
  return limbs;
}

function columnLimbs(
  scalar: ScalarOf<'column'>,
  granularity: Granularity,
  table: TableVersion,
): LimbForm[] {
  const { column, bounds } = scalar;
  const definition = columnOf(table, column);
  const { width } = encodingFor(definition.bounds);
  const low = { kind: 'stored', column, limb: 0 } as const;
  if (limbCount(definition) === 1) {
    const whole = typeof granularity === 'string' || width <= granularity;
    if (whole) return [{ shift: 0, value: atomForm(low, bounds) }];
  } else if (typeof granularity === 'string') {
    const high = { kind: 'stored', column, limb: 1 } as const;
    const halves = [
      { shift: 0, value: atomForm(low, { min: 0n, max: (1n << 32n) - 1n }) },
      { shift: STORED_BITS, value: atomForm(high, shifted(bounds, STORED_BITS)) },
    ] as const;
    if (granularity === 'halves') return [...halves];
    const lifted = scaleForm(halves[1].value, 1n << 32n);
    return [{ shift: 0, value: { ...addForms(halves[0].value, lifted), bounds } }];
  }
  return slices({ ...scalar, bounds: definition.bounds }, granularity as number);
}

/** A number in offset binary: unsigned slices, and 2^(width-1) off the highest if it is signed. */
function slices(scalar: Scalar, granularity: number): LimbForm[] {
  const { bounds } = scalar;
  const { width, signed } = encodingFor(bounds);
  const limbs: LimbForm[] = [];
  for (let from = 0; from < width; from += granularity) {
    const bits = Math.min(granularity, width - from);
    const top = from + bits === width;
    const flipTop = top && signed;
    const atom = { kind: 'slice', scalar, from, bits, flipTop } as const;
    const range = top ? shifted(bounds, from) : { min: 0n, max: (1n << BigInt(bits)) - 1n };
    const constant = flipTop ? -(1n << BigInt(bits - 1)) : 0n;
    limbs.push({ shift: from, value: { ...atomForm(atom, range), constant } });
  }
  return limbs;
}

/** Range of floor(value / 2^bits). */
function shifted({ min, max }: Bounds, bits: number): Bounds {
  return { min: min >> BigInt(bits), max: max >> BigInt(bits) };
}
