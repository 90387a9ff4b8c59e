import type { RealStep, Rounding, Scalar, ScalarOf } from '../../src/planner/logical/scalar.ts';

/** A value of the clear evaluator: an encoded integer, a plain string constant, or a DOUBLE. */
export type ClearValue = bigint | string | number | null;
export type ClearRow = readonly ClearValue[];

/**
 * Evaluates a bound expression over one row by the words of its contract (scalar.ts), and checks what the binder promised of every
 * node: integers lie within their bounds, and only nullable nodes are NULL.
 */
export function evaluateScalar(scalar: Scalar, row: ClearRow): ClearValue {
  const value = compute(scalar, row);
  if (value === null && !scalar.nullable)
    throw new Error(`${scalar.kind} is NULL but not nullable`);
  const { min, max } = scalar.bounds;
  if (typeof value === 'bigint' && (value < min || value > max)) {
    throw new Error(`${scalar.kind} is ${value}, outside of ${min}..${max}`);
  }
  return value;
}

/** Whether a condition is TRUE. */
export function holds(condition: Scalar, row: ClearRow): boolean {
  return evaluateScalar(condition, row) === 1n;
}

function compute(scalar: Scalar, row: ClearRow): ClearValue {
  const of = (operand: Scalar) => evaluateScalar(operand, row);
  switch (scalar.kind) {
    case 'constant':
      return scalar.value;
    case 'column': {
      const value = row[scalar.column];
      if (value === undefined) throw new Error(`no column ${scalar.column}`);
      return value;
    }
    case 'negate':
      return numbers([scalar.operand], row, ([a = 0n]) => -a);
    case 'absolute':
      return numbers([scalar.operand], row, ([a = 0n]) => (a < 0n ? -a : a));
    case 'scaled':
      return numbers([scalar.operand], row, ([a = 0n]) => a * scalar.factor);
    case 'arithmetic': {
      const { op } = scalar;
      return numbers([scalar.left, scalar.right], row, ([a = 0n, b = 0n]) =>
        op === '+' ? a + b : op === '-' ? a - b : a * b,
      );
    }
    case 'divide':
      return numbers([scalar.dividend, scalar.divisor], row, ([a = 0n, b = 0n]) =>
        b === 0n ? null : rounded(scalar.rounding, a, b),
      );
    case 'remainder':
      return numbers([scalar.dividend, scalar.divisor], row, ([a = 0n, b = 0n]) =>
        b === 0n ? null : a % b,
      );
    case 'choose': {
      // All values are computed, as a circuit does, so that all of their bounds are checked.
      const branches = scalar.branches.map(({ when, then }) => [of(when), of(then)] as const);
      const otherwise = of(scalar.otherwise);
      const taken = branches.find(([when]) => when === 1n);
      return taken === undefined ? otherwise : taken[1];
    }
    case 'extreme': {
      const values = scalar.operands.map(of).filter((v): v is bigint => typeof v === 'bigint');
      if (values.length === 0) return null;
      const greatest = scalar.fn === 'greatest';
      return values.reduce((a, b) => (greatest === a > b ? a : b));
    }
    case 'steps': {
      const { breaks, values } = scalar;
      if (values.length !== breaks.length + 1) throw new Error('steps: one value more than breaks');
      if (breaks.some((b, k) => k > 0 && b <= (breaks[k - 1] ?? b)))
        throw new Error('steps ascend');
      return numbers(
        [scalar.operand],
        row,
        ([a = 0n]) => values[breaks.filter((b) => b <= a).length] ?? 0n,
      );
    }
    case 'ratio':
      return quotient(scalar, row);
    case 'fixed':
      return truncated(scalar, row);
    default:
      return condition(scalar, row);
  }
}

function condition(
  scalar: ScalarOf<'compare' | 'member' | 'isNull' | 'not' | 'logic'>,
  row: ClearRow,
): ClearValue {
  switch (scalar.kind) {
    case 'compare':
      return numbers([scalar.left, scalar.right], row, ([a = 0n, b = 0n]) =>
        bit(compared(scalar.op, a, b)),
      );
    case 'member':
      return numbers([scalar.operand], row, ([a = 0n]) => bit(scalar.values.includes(a)));
    case 'isNull':
      return bit(evaluateScalar(scalar.operand, row) === null);
    case 'not':
      return numbers([scalar.operand], row, ([a = 0n]) => 1n - a);
    case 'logic': {
      const values = scalar.operands.map((operand) => evaluateScalar(operand, row));
      const decisive = scalar.op === 'and' ? 0n : 1n;
      if (values.includes(decisive)) return decisive;
      return values.includes(null) ? null : 1n - decisive;
    }
  }
}

function bit(value: boolean): bigint {
  return value ? 1n : 0n;
}

function compared(op: ScalarOf<'compare'>['op'], a: bigint, b: bigint): boolean {
  return { '=': a === b, '<>': a !== b, '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[op];
}

/** NULL if an operand is; every operand must be an integer. */
function numbers(
  operands: readonly Scalar[],
  row: ClearRow,
  of: (values: readonly bigint[]) => bigint | null,
): bigint | null {
  const values = operands.map((operand) => evaluateScalar(operand, row));
  if (values.includes(null)) return null;
  return of(
    values.map((value) => {
      if (typeof value !== 'bigint') throw new Error(`an integer is needed, found ${value}`);
      return value;
    }),
  );
}

function rounded(rounding: Rounding, a: bigint, b: bigint): bigint {
  const [n, d] = b < 0n ? [-a, -b] : [a, b];
  const floor = n >= 0n ? n / d : -((-n + d - 1n) / d);
  const rest = n - floor * d;
  if (rest === 0n) return floor;
  const negative = n < 0n;
  switch (rounding) {
    case 'floor':
      return floor;
    case 'ceil':
      return floor + 1n;
    case 'truncate':
      return negative ? floor + 1n : floor;
    case 'halfAway':
      return 2n * rest > d || (2n * rest === d && !negative) ? floor + 1n : floor;
    case 'halfEven':
      return 2n * rest > d || (2n * rest === d && floor % 2n !== 0n) ? floor + 1n : floor;
  }
}

function quotient({ numerator, denominator, after }: ScalarOf<'ratio'>, row: ClearRow): ClearValue {
  const [n, d] = [evaluateScalar(numerator, row), evaluateScalar(denominator, row)];
  if (typeof n !== 'bigint' || typeof d !== 'bigint' || d === 0n) return null;
  return after.reduce(step, nearest(n, d));
}

/** The double nearest to n / d. */
function nearest(n: bigint, d: bigint): number {
  const [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
  if (a === 0n) return 0;
  let [shift, value] = [0, a];
  while (value / b < 1n << 60n) {
    value <<= 1n;
    shift++;
  }
  const digits = value / b;
  const sticky = value % b === 0n ? 0n : 1n;
  const magnitude = Number((digits << 1n) | sticky) / 2 ** (shift + 1);
  return n < 0n !== d < 0n ? -magnitude : magnitude;
}

function step(x: number, { fn, ...rest }: RealStep): number {
  if ('value' in rest) {
    const [a, b] = rest.swapped ? [rest.value, x] : [x, rest.value];
    if (fn === '+') return a + b;
    if (fn === '-') return a - b;
    return fn === '*' ? a * b : a / b;
  }
  if ('digits' in rest) {
    const factor = 10 ** Math.abs(rest.digits);
    const scaled = rest.digits < 0 ? x / factor : x * factor;
    const whole = Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5);
    return rest.digits < 0 ? whole * factor : whole / factor;
  }
  if (fn === 'negate') return -x;
  if (fn === 'sqrt' || fn === 'abs' || fn === 'floor' || fn === 'ceil' || fn === 'sign') {
    return Math[fn](x);
  }
  throw new Error(`step ${fn}`);
}

function truncated({ operand, fractionBits }: ScalarOf<'fixed'>, row: ClearRow): bigint | null {
  if (operand.kind !== 'ratio' || operand.after.length > 0)
    throw new Error('fixed of a plain ratio');
  const n = evaluateScalar(operand.numerator, row);
  const d = evaluateScalar(operand.denominator, row);
  if (typeof n !== 'bigint' || typeof d !== 'bigint' || d === 0n) return null;
  return (n << BigInt(fractionBits)) / d;
}
