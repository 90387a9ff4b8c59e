import type { SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { hull } from './quotient.ts';
import { number, type Scalar, type Typed, textFacts } from './scalar.ts';

/** values[k] where breaks[k - 1] <= operand < breaks[k]; parts that the operand's bounds exclude are dropped. */
export function steps(
  operand: Scalar,
  breaks: readonly bigint[],
  values: readonly bigint[],
  type: SqlType,
  at: Position,
  text: Pick<Typed, 'dictionary' | 'bytes'> = {},
): Scalar {
  const { min, max } = operand.bounds;
  const kept: { readonly from: bigint; readonly value: bigint }[] = [];
  values.forEach((value, k) => {
    const from = breaks[k - 1];
    const to = breaks[k];
    if ((from !== undefined && from > max) || (to !== undefined && to <= min)) return;
    if (kept.at(-1)?.value !== value) kept.push({ from: from ?? min, value });
  });
  const bounds = hull(kept.map(({ value }) => ({ min: value, max: value })));
  const facts = { type, bounds, nullable: operand.nullable, at, ...textFacts(text) };
  const [first] = kept;
  if (first !== undefined && kept.length === 1 && !operand.nullable) {
    return { ...number(first.value, type, at), ...textFacts(text) };
  }
  return {
    ...{ kind: 'steps', operand, ...facts },
    breaks: kept.slice(1).map(({ from }) => from),
    values: kept.length === 0 ? [0n] : kept.map(({ value }) => value),
  };
}
