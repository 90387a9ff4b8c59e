import { holds } from '../../src/planner/logical/compare-operators.ts';
import type { Rounding, Scalar } from '../../src/planner/logical/scalar.ts';

type Value = bigint | null;

/** The value of a bound expression over one row, straight from the definitions of scalar.ts. */
export function scalarValue(scalar: Scalar, row: readonly Value[]): Value {
  const of = (operand: Scalar) => scalarValue(operand, row);
  switch (scalar.kind) {
    case 'constant':
      return typeof scalar.value === 'string'
        ? textNumber(scalar.value, scalar.bytes!)
        : scalar.value;
    case 'column':
      return row[scalar.column]!;
    case 'negate':
      return lift([of(scalar.operand)], ([x]) => -x!);
    case 'scaled':
      return lift([of(scalar.operand)], ([x]) => x! * scalar.factor);
    case 'absolute':
      return lift([of(scalar.operand)], ([x]) => (x! < 0n ? -x! : x!));
    case 'arithmetic': {
      const ops = { '+': add, '-': subtract, '*': multiply };
      return lift([of(scalar.left), of(scalar.right)], ([x, y]) => ops[scalar.op](x!, y!));
    }
    case 'divide':
      return divided(of(scalar.dividend), of(scalar.divisor), (n, d) =>
        round(n, d, scalar.rounding),
      );
    case 'remainder':
      return divided(of(scalar.dividend), of(scalar.divisor), (n, d) => n - d * (n / d));
    case 'fixed': {
      if (scalar.operand.kind !== 'ratio') throw new Error('a ratio');
      const { numerator, denominator } = scalar.operand;
      return divided(
        of(numerator),
        of(denominator),
        (n, d) => (n << BigInt(scalar.fractionBits)) / d,
      );
    }
    case 'choose':
      return of(scalar.branches.find(({ when }) => of(when) === 1n)?.then ?? scalar.otherwise);
    case 'extreme': {
      const present = scalar.operands.map(of).filter((x): x is bigint => x !== null);
      const better = (x: bigint, y: bigint) => (scalar.fn === 'greatest' ? x > y : x < y);
      return present.reduce<Value>(
        (best, x) => (best === null || better(x, best) ? x : best),
        null,
      );
    }
    case 'steps':
      return lift(
        [of(scalar.operand)],
        ([x]) => scalar.values[scalar.breaks.filter((at) => at <= x!).length]!,
      );
    case 'compare':
      return lift([of(scalar.left), of(scalar.right)], ([x, y]) =>
        bit(holds(scalar.op, x! < y! ? -1 : x! > y! ? 1 : 0)),
      );
    case 'member':
      return lift([of(scalar.operand)], ([x]) => bit(scalar.values.includes(x!)));
    case 'isNull':
      return bit(of(scalar.operand) === null);
    case 'not':
      return lift([of(scalar.operand)], ([x]) => 1n - x!);
    case 'logic': {
      const values = scalar.operands.map(of);
      const decisive = scalar.op === 'and' ? 0n : 1n;
      return values.includes(decisive) ? decisive : values.includes(null) ? null : 1n - decisive;
    }
    case 'ratio':
      throw new Error('a ratio is no integer');
  }
}

/** n / d rounded, by the nearest candidate. */
function round(n: bigint, d: bigint, rounding: Rounding): bigint {
  const [top, bottom] = d < 0n ? [-n, -d] : [n, d];
  let floor = top / bottom;
  if (floor * bottom > top) floor -= 1n;
  const rest = top - floor * bottom;
  if (rest === 0n || rounding === 'floor') return floor;
  if (rounding === 'ceil') return floor + 1n;
  if (rounding === 'truncate') return top < 0n ? floor + 1n : floor;
  if (2n * rest !== bottom) return 2n * rest > bottom ? floor + 1n : floor;
  if (rounding === 'halfAway') return top < 0n ? floor : floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

function divided(n: Value, d: Value, by: (n: bigint, d: bigint) => bigint): Value {
  return n === null || d === null || d === 0n ? null : by(n, d);
}

function lift(values: readonly Value[], by: (values: bigint[]) => bigint): Value {
  return values.includes(null) ? null : by(values as bigint[]);
}

function textNumber(text: string, bytes: number): bigint {
  const hex = Buffer.from(text)
    .toString('hex')
    .padEnd(2 * bytes, '0');
  return BigInt(`0x${hex}`);
}

const add = (x: bigint, y: bigint) => x + y;
const subtract = (x: bigint, y: bigint) => x - y;
const multiply = (x: bigint, y: bigint) => x * y;
const bit = (value: boolean) => (value ? 1n : 0n);
