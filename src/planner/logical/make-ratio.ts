import type { Position } from '../../errors/tacit-error.ts';
import { larger, magnitude, mayBeZero, smaller } from './quotient.ts';
import { DOUBLE, HUGEINT, type RealStep, type Scalar, type ScalarOf } from './scalar.ts';

/** The DOUBLE numerator / denominator; bounds mean nothing for it. */
export function ratio(
  numerator: Scalar,
  denominator: Scalar,
  roundings: number,
  after: readonly RealStep[],
  at: Position,
): ScalarOf<'ratio'> {
  const nullable = numerator.nullable || denominator.nullable || mayBeZero(denominator.bounds);
  const facts = { type: DOUBLE, bounds: { min: 0n, max: 0n }, nullable, at };
  return { kind: 'ratio', numerator, denominator, roundings, after, ...facts };
}

/** 2^fractionBits times the ratio, truncated toward zero. */
export function fixed(operand: Scalar, fractionBits: number, at: Position): Scalar {
  const facts = { type: HUGEINT, bounds: fixedRange(operand, fractionBits), at };
  return { kind: 'fixed', operand, fractionBits, nullable: operand.nullable, ...facts };
}

function fixedRange(operand: Scalar, fractionBits: number): Scalar['bounds'] {
  if (operand.kind !== 'ratio') return { min: 0n, max: 0n };
  const { numerator: n, denominator: d } = operand;
  const smallest = mayBeZero(d.bounds)
    ? 1n
    : [d.bounds.min, d.bounds.max].map(magnitude).reduce(smaller);
  const of = (value: bigint) => (magnitude(value) << BigInt(fractionBits)) / smallest;
  const ends = larger(of(n.bounds.min), of(n.bounds.max));
  const signed = d.bounds.min < 0n;
  return {
    min: signed || n.bounds.min < 0n ? -ends : 0n,
    max: signed || n.bounds.max > 0n ? ends : 0n,
  };
}
