/** Random numbers below `n` from a seed, so that a failing text can be made again. */
export type Pick = (n: number) => number;

export function seeded(seed: number): Pick {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) % n;
  };
}

/**
 * Texts of well-typed conditions and sums over columns a, b, c (numbers) and p, q, r (booleans),
 * written down left to right with hardly any parentheses: what belongs together is up to the
 * reader's precedence.
 */
export function randomCondition(pick: Pick, depth = 2): string {
  const parts = chain(pick, 6).map(() => randomPredicate(pick, depth));
  return parts.map((part, i) => (i === 0 ? part : `${one(pick, ['AND', 'OR'])} ${part}`)).join(' ');
}

export function randomSum(pick: Pick, depth = 2): string {
  const parts = chain(pick, 1 + pick(4)).map(() => randomFactor(pick, depth));
  return parts.map((part, i) => (i === 0 ? part : `${one(pick, OPERATORS)} ${part}`)).join(' ');
}

const OPERATORS = ['+', '-', '-', '*', '/', '//', '%'];
const COMPARISONS = ['=', '<>', '!=', '<', '<=', '>', '>='];

function randomPredicate(pick: Pick, depth: number): string {
  const sum = () => randomSum(pick, depth - 1);
  const not = one(pick, ['', 'NOT ']);
  const text = () => randomText(pick, depth - 1);
  switch (pick(18)) {
    case 12:
      return `${sum()} IS ${not}DISTINCT FROM ${sum()}`;
    case 13:
      return `${one(pick, ['p', 'q', 'r'])} IS ${not}${one(pick, ['TRUE', 'FALSE', 'UNKNOWN'])}`;
    case 14:
      return `${text()} ${one(pick, COMPARISONS)} ${text()}`;
    case 15:
      return `${text()} ${not}${one(pick, ['LIKE', 'ILIKE'])} ${text()}`;
    case 16:
      return `${text()} ${not}LIKE ${text()} ESCAPE '!'`;
    case 17:
      return `${text()} ${not}IN (${chain(pick, 3).map(text).join(', ')})`;
    case 0:
      return `NOT ${randomPredicate(pick, depth)}`;
    case 1:
      return `${sum()} ${not}IN (${chain(pick, 3).map(sum).join(', ')})`;
    case 2:
      return `${sum()} ${not}BETWEEN ${sum()} AND ${sum()}`;
    case 3:
      return `${sum()} IS ${not}NULL`;
    case 4:
    case 5:
    case 6:
      return one(pick, ['p', 'q', 'r', 'p', 'q', 'TRUE', 'NULL', 'p IS NULL', 't.q IS NULL']);
    case 7:
      return depth > 0 ? `(${randomCondition(pick, depth - 1)})` : 'r';
    default:
      return `${sum()} ${one(pick, COMPARISONS)} ${sum()}`;
  }
}

/** A string: sums, one of them perhaps in a CASE, and a literal, joined by `||`. */
function randomText(pick: Pick, depth: number): string {
  const parts = chain(pick, 2).map(() => randomSum(pick, depth));
  parts.splice(pick(parts.length + 1), 0, one(pick, ["'1'", "'%'", "'_'", "'it''s'"]));
  return parts.join(' || ');
}

function randomFactor(pick: Pick, depth: number): string {
  const leaf = one(pick, ['a', 'b', 'c', 'a', 'b', 't.c', '1', '2', '0', '3']);
  if (pick(6) === 0) return `- ${leaf}`;
  if (pick(12) === 0) return `${one(pick, ['', '-'])}${leaf}::${one(pick, TYPES)}`;
  if (depth > 0 && pick(12) === 0) return randomCall(pick, depth - 1);
  if (depth > 0 && pick(12) === 0) return `${one(pick, ['', '-'])}(${randomSum(pick, depth - 1)})`;
  return leaf;
}

const TYPES = ['DOUBLE', 'BIGINT', 'DOUBLE PRECISION', 'BIGINT::DOUBLE'];

function randomCall(pick: Pick, depth: number): string {
  const sum = () => randomSum(pick, depth);
  const when = () => `WHEN ${randomCondition(pick, depth)} THEN ${sum()}`;
  switch (pick(5)) {
    case 0:
      return `CASE ${chain(pick, 2).map(when).join(' ')} ELSE ${sum()} END`;
    case 1:
      return `CASE ${sum()} WHEN ${sum()} THEN ${sum()} END`;
    case 2:
      return `ABS(${sum()})`;
    case 3:
      return `CAST(${sum()} AS DOUBLE)`;
    default:
      return `coalesce(${sum()}, ${sum()})`;
  }
}

function chain(pick: Pick, limit: number): undefined[] {
  return new Array(1 + pick(limit)).fill(undefined);
}

export function one<T>(pick: Pick, values: readonly T[]): T {
  return values[pick(values.length)] as T;
}
