import type { RealStep } from './scalar.ts';

/** Applies the steps to a double in order, each as one IEEE 754 operation as DuckDB does it. */
export function applySteps(x: number, steps: readonly RealStep[]): number {
  return steps.reduce(applyStep, x);
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
      return x > 0 ? 1 : x < 0 ? -1 : 0;
    case 'round':
      return roundTo(x, step.digits);
    default: {
      const [left, right] = step.swapped ? [step.value, x] : [x, step.value];
      return applyOperator(step.fn, left, right);
    }
  }
}

export function applyOperator(fn: '+' | '-' | '*' | '/', left: number, right: number): number {
  if (fn === '+') return left + right;
  if (fn === '-') return left - right;
  return fn === '*' ? left * right : left / right;
}

/**
 * DuckDB's ROUND of a double to `digits` decimals: scaled by a power of ten, rounded, scaled back. Where that is not
 * finite, the number itself, or 0 if digits before the point were to go.
 */
function roundTo(x: number, digits: number): number {
  const modifier = Number(`1e${Math.abs(digits)}`);
  const rounded =
    digits < 0 ? halfAway(x / modifier) * modifier : halfAway(x * modifier) / modifier;
  if (Number.isFinite(rounded)) return rounded;
  return digits < 0 ? 0 : x;
}

/** The nearest integer, ties away from zero, with the sign of x also if it is 0 (C's `round`). */
function halfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}
