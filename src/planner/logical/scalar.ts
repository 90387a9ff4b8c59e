import type { ColumnId } from '../../catalog/table.ts';
import type { Bounds, SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import type { CompareOp } from '../../parser/syntax.ts';

/**
 * An expression after binding: names are gone, every node carries its type, the exact range of the integer
 * that encodes it, and whether it may be NULL. `at` is where it came from, for errors.
 * Booleans are 0 and 1; DECIMALs are unscaled; text is a dictionary code or, if `bytes` is set, a big-endian number.
 */
export type Scalar = Typed &
  (
    | { readonly kind: 'constant'; readonly value: bigint | string | null }
    /** A column of the relation that the expression reads (see `relationColumns` of plan.ts). */
    | { readonly kind: 'column'; readonly column: ColumnId }
    | { readonly kind: 'negate'; readonly operand: Scalar }
    | {
        readonly kind: 'arithmetic';
        readonly op: '+' | '-' | '*';
        readonly left: Scalar;
        readonly right: Scalar;
      }
    /** Operand times a public factor: brings two numbers to one unit, e.g. DECIMAL scales. */
    | { readonly kind: 'scaled'; readonly operand: Scalar; readonly factor: bigint }
    | { readonly kind: 'absolute'; readonly operand: Scalar }
    /** Integer quotient; NULL where the divisor is 0. halfAway: to the nearest, ties away from zero; halfEven: ties to even. */
    | {
        readonly kind: 'divide';
        readonly rounding: Rounding;
        readonly dividend: Scalar;
        readonly divisor: Scalar;
      }
    /** dividend - divisor * truncated quotient; has the dividend's sign; NULL where the divisor is 0. */
    | { readonly kind: 'remainder'; readonly dividend: Scalar; readonly divisor: Scalar }
    /** CASE: the first branch whose condition is TRUE. All values have one type, unit and dictionary. */
    | {
        readonly kind: 'choose';
        readonly branches: readonly { readonly when: Scalar; readonly then: Scalar }[];
        readonly otherwise: Scalar;
      }
    /** GREATEST or LEAST in one unit; NULLs are passed over, NULL if all are. */
    | {
        readonly kind: 'extreme';
        readonly fn: 'greatest' | 'least';
        readonly operands: readonly Scalar[];
      }
    /**
     * A public step function: values[k] for breaks[k-1] <= operand < breaks[k] (breaks ascend, one fewer than values). Date
     * parts and mappings between dictionaries are such.
     */
    | {
        readonly kind: 'steps';
        readonly operand: Scalar;
        readonly breaks: readonly bigint[];
        readonly values: readonly bigint[];
      }
    /**
     * A DOUBLE: numerator / denominator, both exact integers, NULL where either is or the denominator is 0. `after` is
     * applied by the analyst to the opened double, step by step, as IEEE 754 does; only an output column may have any.
     * `roundings` is how many roundings DuckDB makes before `after`; only with 1 does a comparison agree with it always.
     */
    | {
        readonly kind: 'ratio';
        readonly numerator: Scalar;
        readonly denominator: Scalar;
        readonly roundings: number;
        readonly after: readonly RealStep[];
      }
    /** A ratio without `after` as an integer: 2^fractionBits times it, truncated toward zero. */
    | { readonly kind: 'fixed'; readonly operand: Scalar; readonly fractionBits: number }
    /** Both sides are in the same unit. */
    | {
        readonly kind: 'compare';
        readonly op: CompareOp;
        readonly left: Scalar;
        readonly right: Scalar;
      }
    /** Whether the operand is one of the values (ascending, distinct). */
    | { readonly kind: 'member'; readonly operand: Scalar; readonly values: readonly bigint[] }
    | { readonly kind: 'isNull'; readonly operand: Scalar }
    | { readonly kind: 'not'; readonly operand: Scalar }
    | {
        readonly kind: 'logic';
        readonly op: 'and' | 'or';
        readonly operands: readonly Scalar[];
      }
  );

export type Rounding = 'floor' | 'ceil' | 'truncate' | 'halfAway' | 'halfEven';

/** One IEEE 754 double operation by the analyst; `swapped`: value op x instead of x op value. */
export type RealStep =
  | { readonly fn: 'sqrt' | 'negate' | 'abs' | 'floor' | 'ceil' | 'sign' }
  /** As DuckDB rounds doubles: round(x * 10^digits) / 10^digits, ties away from zero. */
  | { readonly fn: 'round'; readonly digits: number }
  | { readonly fn: '+' | '-' | '*' | '/'; readonly value: number; readonly swapped: boolean };

export interface Typed {
  readonly type: SqlType;
  readonly bounds: Bounds;
  readonly nullable: boolean;
  readonly at: Position;
  /** Text by codes: the values in order of their codes, ascending by UTF-8 bytes. */
  readonly dictionary?: readonly string[];
  /** Secret text: most bytes of a value. */
  readonly bytes?: number;
}

export type ScalarOf<Kind extends Scalar['kind']> = Extract<Scalar, { readonly kind: Kind }>;

export const BOOLEAN: SqlType = { kind: 'boolean' };
export const INTEGER: SqlType = { kind: 'integer', name: 'INTEGER' };
export const BIGINT: SqlType = { kind: 'integer', name: 'BIGINT' };
export const HUGEINT: SqlType = { kind: 'hugeint' };
export const DOUBLE: SqlType = { kind: 'double' };
export const VARCHAR: SqlType = { kind: 'varchar' };
const BIT: Bounds = { min: 0n, max: 1n };

/** Digits after the decimal point of a numeric type. */
export function scaleOf(type: SqlType): number {
  return type.kind === 'decimal' ? type.scale : 0;
}

export function isNumeric(type: SqlType): boolean {
  return type.kind === 'integer' || type.kind === 'hugeint' || type.kind === 'decimal';
}

export function isNullConstant(scalar: Scalar): boolean {
  return scalar.kind === 'constant' && scalar.value === null;
}

export function number(value: bigint, type: SqlType, at: Position): ScalarOf<'constant'> {
  const bounds = { min: value, max: value };
  return { kind: 'constant', value, type, bounds, nullable: false, at };
}

export function text(value: string, at: Position): ScalarOf<'constant'> {
  const bounds = { min: 0n, max: 0n };
  return { kind: 'constant', value, type: VARCHAR, bounds, nullable: false, at };
}

/** The same number under another type. */
export function retype(scalar: Scalar, type: SqlType): Scalar {
  if (scalar.kind !== 'constant') return { ...scalar, type };
  return typeof scalar.value === 'bigint' ? number(scalar.value, type, scalar.at) : scalar;
}

/** NULL of a type; DuckDB reports an untyped NULL as INTEGER. */
export function nullOf(type: SqlType, at: Position): ScalarOf<'constant'> {
  const bounds = { min: 0n, max: 0n };
  return { kind: 'constant', value: null, type, bounds, nullable: true, at };
}

/** TRUE, FALSE or (null) an unknown truth value. */
export function truth(value: boolean | null, at: Position): ScalarOf<'constant'> {
  return value === null ? nullOf(BOOLEAN, at) : number(value ? 1n : 0n, BOOLEAN, at);
}

/** The truth value of a constant; undefined if the scalar is not constant. */
export function constantTruth(scalar: Scalar): boolean | null | undefined {
  if (scalar.kind !== 'constant') return undefined;
  return scalar.value === null ? null : scalar.value !== 0n;
}

/** A column of a relation with the facts that are known of it. */
export function column(id: ColumnId, facts: Omit<Typed, 'at'>, at: Position): ScalarOf<'column'> {
  const { type, bounds, nullable } = facts;
  return { kind: 'column', column: id, type, bounds, nullable, at, ...textFacts(facts) };
}

/** What says how text is encoded: the dictionary or the number of bytes. */
export function textFacts({
  dictionary,
  bytes,
}: Pick<Typed, 'dictionary' | 'bytes'>): Pick<Typed, 'dictionary' | 'bytes'> {
  return { ...(dictionary && { dictionary }), ...(bytes !== undefined && { bytes }) };
}

export function negate(operand: Scalar, type: SqlType, at: Position): Scalar {
  const bounds = { min: -operand.bounds.max, max: -operand.bounds.min };
  return { kind: 'negate', operand, type, bounds, nullable: operand.nullable, at };
}

/** left op right; for + and - both sides must be in the same unit already. */
export function arithmetic(
  op: '+' | '-' | '*',
  left: Scalar,
  right: Scalar,
  type: SqlType,
  at: Position,
): Scalar {
  const bounds = intervalOf(op, left.bounds, right.bounds);
  return {
    ...{ kind: 'arithmetic', op, left, right, type, bounds },
    ...{ nullable: left.nullable || right.nullable, at },
  };
}

export function scaled(operand: Scalar, factor: bigint, type: SqlType): Scalar {
  if (factor === 1n && operand.type === type) return operand;
  const bounds = intervalOf('*', operand.bounds, { min: factor, max: factor });
  const { nullable, at } = operand;
  return { kind: 'scaled', operand, factor, type, bounds, nullable, at };
}

function predicate(nullable: boolean, at: Position): Typed {
  return { type: BOOLEAN, bounds: BIT, nullable, at };
}

export function compare(op: CompareOp, left: Scalar, right: Scalar, at: Position): Scalar {
  return { kind: 'compare', op, left, right, ...predicate(left.nullable || right.nullable, at) };
}

export function member(operand: Scalar, values: readonly bigint[], at: Position): Scalar {
  const ascending = [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { kind: 'member', operand, values: ascending, ...predicate(operand.nullable, at) };
}

export function isNull(operand: Scalar, at: Position): Scalar {
  return { kind: 'isNull', operand, ...predicate(false, at) };
}

export function not(operand: Scalar, at: Position): Scalar {
  return { kind: 'not', operand, ...predicate(operand.nullable, at) };
}

/** A conjunction or disjunction; nested ones of the same kind become one. */
export function logic(op: 'and' | 'or', operands: readonly Scalar[], at: Position): Scalar {
  const flat = operands.flatMap((o) => (o.kind === 'logic' && o.op === op ? o.operands : [o]));
  const [only] = flat;
  if (only !== undefined && flat.length === 1) return only;
  const nullable = flat.some((operand) => operand.nullable);
  return { kind: 'logic', op, operands: flat, ...predicate(nullable, at) };
}

/** TRUE (or FALSE) where no operand is NULL, NULL elsewhere. */
export function unlessNull(value: boolean, operands: readonly Scalar[], at: Position): Scalar {
  const missing = operands.filter((o) => o.nullable).map((operand) => isNull(operand, at));
  if (missing.length === 0) return truth(value, at);
  const unknown = truth(null, at);
  return value
    ? logic(
        'or',
        [
          logic(
            'and',
            missing.map((m) => not(m, at)),
            at,
          ),
          unknown,
        ],
        at,
      )
    : logic('and', [logic('or', missing, at), unknown], at);
}

/** Direct operands, in order. */
export function operandsOf(scalar: Scalar): readonly Scalar[] {
  switch (scalar.kind) {
    case 'constant':
    case 'column':
      return [];
    case 'arithmetic':
    case 'compare':
      return [scalar.left, scalar.right];
    case 'divide':
    case 'remainder':
      return [scalar.dividend, scalar.divisor];
    case 'ratio':
      return [scalar.numerator, scalar.denominator];
    case 'choose':
      return [...scalar.branches.flatMap(({ when, then }) => [when, then]), scalar.otherwise];
    case 'logic':
    case 'extreme':
      return scalar.operands;
    default:
      return [scalar.operand];
  }
}

/** Exact range of `a op b`. */
export function intervalOf(op: '+' | '-' | '*', a: Bounds, b: Bounds): Bounds {
  if (op === '+') return { min: a.min + b.min, max: a.max + b.max };
  if (op === '-') return { min: a.min - b.max, max: a.max - b.min };
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  const [min = 0n, , , max = 0n] = corners.sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  return { min, max };
}
