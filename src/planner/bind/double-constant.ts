import type { RealStep } from '../logical/scalar.ts';

/** Bits of a quotient that decide its rounding to a double, and some more. */
const QUOTIENT_BITS = 70;

/** The double nearest to n / d, ties to even; d is not 0. */
export function nearestDouble(n: bigint, d: bigint): number {
  if (n === 0n) return 0;
  const negative = n < 0n !== d < 0n;
  const [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
  const shift = Math.max(0, QUOTIENT_BITS - (a.toString(2).length - b.toString(2).length));
  const scaled = a << BigInt(shift);
  const sticky = scaled % b === 0n ? 0n : 1n;
  // Twice the quotient with an odd last digit where something is cut off: rounds as the exact value does.
  const value = Number((scaled / b) * 2n + sticky) * 2 ** (-shift - 1);
  return negative ? -value : value;
}

/** A finite double as numerator and denominator, a power of two. */
export function exactFraction(value: number): readonly [bigint, bigint] {
  let [scaled, shift] = [value, 0n];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  return [BigInt(scaled), 1n << shift];
}

/** One step on a double, as DuckDB computes it. */
export function applyStep(x: number, step: RealStep): number {
  switch (step.fn) {
    case 'sqrt':
      return Math.sqrt(x);
    case 'negate':
      return -x;
    case 'abs':
      return Math.abs(x);
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'sign':
      return Math.sign(x);
    case 'round':
      return roundDouble(x, step.digits);
    default: {
      const [a, b] = step.swapped ? [step.value, x] : [x, step.value];
      return applyOperator(step.fn, a, b);
    }
  }
}

export function applyOperator(op: '+' | '-' | '*' | '/', a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
  }
}

/** As DuckDB rounds doubles: ties away from zero, after a multiplication that rounds itself. */
function roundDouble(x: number, digits: number): number {
  const modifier = 10 ** Math.abs(digits);
  const scaled = digits < 0 ? x / modifier : x * modifier;
  if (!Number.isFinite(scaled)) return digits < 0 ? 0 : x;
  const whole = Math.trunc(scaled);
  const rounded = Math.abs(scaled - whole) >= 0.5 ? whole + Math.sign(scaled) : whole;
  return digits < 0 ? rounded * modifier : rounded / modifier;
}
