import { TacitError } from '../../errors/tacit-error.ts';
import type { SortKey } from '../logical/plan.ts';
import { columnsOf } from '../logical/rewrite.ts';
import type { RealStep, Scalar, ScalarOf } from '../logical/scalar.ts';
import type { Keys } from './groups.ts';
import { valueIn } from './public-values.ts';

/**
 * The order of candidate groups by sort keys, which must read group keys alone (the first `keys` columns); undefined if one does
 * not, or if there is none.
 */
export function candidateOrder(
  order: readonly SortKey[],
  keys: number,
): ((a: Keys, b: Keys) => number) | undefined {
  const isPublic = ({ scalar }: SortKey) =>
    columnsOf(scalar).every((id) => id < keys) && scalar.type.kind !== 'double';
  if (order.length === 0 || !order.every(isPublic)) return undefined;
  const valuesOf = new Map<Keys, readonly (bigint | null)[]>();
  const known = (group: Keys) => {
    const found =
      valuesOf.get(group) ?? order.map(({ scalar }) => valueIn(scalar, (id) => group[id]) ?? null);
    valuesOf.set(group, found);
    return found;
  };
  return (a, b) => {
    const [x, y] = [known(a), known(b)];
    for (const [k, key] of order.entries()) {
      const sign = compareValues(x[k] ?? null, y[k] ?? null, key);
      if (sign !== 0) return sign;
    }
    return 0;
  };
}

function compareValues(
  x: bigint | null,
  y: bigint | null,
  { descending, nullsFirst }: SortKey,
): number {
  if (x === y) return 0;
  if (x === null) return nullsFirst ? -1 : 1;
  if (y === null) return nullsFirst ? 1 : -1;
  return x < y === descending ? 1 : -1;
}

/**
 * The keys as they can be ranked: without what the analyst does to a ratio, which keeps its order or reverses it. Rounding
 * makes ties, so that a rounded key must be the last one.
 *
 * @throws SQL_UNSUPPORTED if a key cannot be ranked
 */
export function rankableKeys(order: readonly SortKey[]): SortKey[] {
  return order.map((key, k) => {
    const { scalar } = key;
    if (scalar.kind !== 'ratio' || scalar.after.length === 0) return key;
    const directions = scalar.after.map((step) => directionOf(step));
    const isLast = k === order.length - 1;
    if (directions.includes(undefined)) throw refused(scalar, 'this function of a quotient');
    if (!isLast && scalar.after.some(makesTies)) {
      throw refused(scalar, 'a rounded quotient before other keys');
    }
    const reversed = directions.filter((direction) => direction === -1).length % 2 === 1;
    const bare: Scalar = { ...scalar, after: [] };
    return { ...key, scalar: bare, descending: key.descending !== reversed };
  });
}

function refused({ at }: ScalarOf<'ratio'>, what: string): TacitError {
  return new TacitError(
    'SQL_UNSUPPORTED',
    `ORDER BY cannot rank ${what}; order by the quotient itself, or by the numbers that it divides`,
    at,
  );
}

/** 1: ascending, -1: descending, undefined: neither. */
function directionOf(step: RealStep): 1 | -1 | undefined {
  switch (step.fn) {
    case 'sqrt':
    case 'round':
    case 'floor':
    case 'ceil':
    case 'sign':
      return 1;
    case 'negate':
      return -1;
    case 'abs':
      return undefined;
    case '+':
      return 1;
    case '-':
      return step.swapped ? -1 : 1;
    case '*':
      return step.value > 0 ? 1 : step.value < 0 ? -1 : undefined;
    case '/':
      if (step.swapped) return undefined;
      return step.value > 0 ? 1 : step.value < 0 ? -1 : undefined;
  }
}

function makesTies({ fn }: RealStep): boolean {
  return fn === 'round' || fn === 'floor' || fn === 'ceil' || fn === 'sign';
}
