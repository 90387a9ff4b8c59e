import { columnOf } from '../../catalog/lookup.ts';
import type { ColumnId } from '../../catalog/table.ts';
import type { Bounds } from '../../catalog/types.ts';
import type { Scalar, ScalarOf } from '../logical/scalar.ts';
import type { RowsNode } from './plan.ts';

/** Values that an expression may take. */
export interface Domain {
  readonly bounds: Bounds;
  /** Ascending; absent if there are more than {@link VALUES_MAX}. */
  readonly values: readonly bigint[] | undefined;
  readonly nullable: boolean;
}

/** Most values of one key that are looked at. */
export const VALUES_MAX = 65_536;

/** Number of values, NULL included. */
export function sizeOf({ bounds, values, nullable }: Domain): bigint {
  const count = values === undefined ? bounds.max - bounds.min + 1n : BigInt(values.length);
  return count + (nullable ? 1n : 0n);
}

/** Values of a column in rows for which the predicate may be TRUE, as far as its conjuncts say. */
export function columnDomain(id: ColumnId, rows: RowsNode, predicate: Scalar | undefined): Domain {
  const whole = storedDomain(id, rows);
  return predicate === undefined ? whole : narrowed(whole, id, predicate);
}

function storedDomain(id: ColumnId, rows: RowsNode): Domain {
  if (rows.kind === 'collect') {
    const column = rows.columns[id];
    if (column === undefined) throw new RangeError(`column ${id}`);
    const { facts, value } = column;
    if (value.kind === 'public') return listed(value.values);
    return ranged(facts.bounds, facts.nullable);
  }
  const facts = rows.kind === 'read' ? columnOf(rows.table, id) : rows.node.columns[id];
  if (facts === undefined) throw new RangeError(`column ${id}`);
  const { bounds, nullable, type, dictionary } = facts;
  if (type.kind === 'boolean') return ranged(clamped(bounds, 0n, 1n), nullable);
  const last = BigInt((dictionary?.length ?? 0) - 1);
  return ranged(dictionary === undefined ? bounds : clamped(bounds, 0n, last), nullable);
}

function clamped({ min, max }: Bounds, low: bigint, high: bigint): Bounds {
  return { min: min < low ? low : min, max: max > high ? high : max };
}

function ranged(bounds: Bounds, nullable: boolean): Domain {
  const size = bounds.max - bounds.min + 1n;
  if (size > BigInt(VALUES_MAX)) return { bounds, values: undefined, nullable };
  const values = Array.from(
    { length: Number(size > 0n ? size : 0n) },
    (_, k) => bounds.min + BigInt(k),
  );
  return { bounds, values, nullable };
}

/** The values among these. */
function listed(all: readonly (bigint | null)[]): Domain {
  const distinct = new Set(all.filter((value) => value !== null));
  const values = [...distinct].sort((a, b) => (a < b ? -1 : 1));
  const bounds = { min: values[0] ?? 0n, max: values.at(-1) ?? 0n };
  return { bounds, values, nullable: all.includes(null) };
}

/** What is left where the predicate is TRUE: `c >= 3 AND c IN (...)`. */
function narrowed(domain: Domain, id: ColumnId, predicate: Scalar): Domain {
  if (predicate.kind === 'logic' && predicate.op === 'and') {
    return predicate.operands.reduce((rest, operand) => narrowed(rest, id, operand), domain);
  }
  if (predicate.kind === 'member' && isColumn(predicate.operand, id)) {
    const { min, max } = domain.bounds;
    const few = predicate.values.filter((value) => min <= value && value <= max);
    return listed(domain.values?.filter((value) => few.includes(value)) ?? few);
  }
  if (predicate.kind !== 'compare') return domain;
  const { op, left, right } = predicate;
  if (isColumn(left, id) && right.kind === 'constant' && typeof right.value === 'bigint') {
    return within(domain, op, right.value);
  }
  if (isColumn(right, id) && left.kind === 'constant' && typeof left.value === 'bigint') {
    return within(domain, MIRRORED[op], left.value);
  }
  return domain;
}

const MIRRORED = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function within(domain: Domain, op: ScalarOf<'compare'>['op'], value: bigint): Domain {
  const { min, max } = domain.bounds;
  const bounds = {
    '=': { min: value, max: value },
    '<>': { min, max },
    '<': { min, max: value - 1n },
    '<=': { min, max: value },
    '>': { min: value + 1n, max },
    '>=': { min: value, max },
  }[op];
  const rest = clamped(domain.bounds, bounds.min, bounds.max);
  if (domain.values === undefined) return ranged(rest, false);
  return listed(domain.values.filter((each) => rest.min <= each && each <= rest.max));
}

function isColumn(scalar: Scalar, id: ColumnId): boolean {
  return scalar.kind === 'column' && scalar.column === id;
}

/** Values that an expression may take; a superset if what it reads takes only certain values together. */
export function domainOf(scalar: Scalar, column: (id: ColumnId) => Domain): Domain {
  const { bounds, nullable } = scalar;
  switch (scalar.kind) {
    case 'constant':
      return listed([typeof scalar.value === 'string' ? 0n : scalar.value]);
    case 'column':
      return column(scalar.column);
    case 'negate':
      return mapped(domainOf(scalar.operand, column), (value) => -value, scalar);
    case 'scaled':
      return mapped(domainOf(scalar.operand, column), (value) => value * scalar.factor, scalar);
    case 'absolute':
      return mapped(
        domainOf(scalar.operand, column),
        (value) => (value < 0n ? -value : value),
        scalar,
      );
    case 'steps': {
      const { min, max } = domainOf(scalar.operand, column).bounds;
      const values = scalar.values.filter((_, k) => {
        const [from, end] = [scalar.breaks[k - 1], scalar.breaks[k]];
        return (from === undefined || from <= max) && (end === undefined || end > min);
      });
      return listed(nullable ? [...values, null] : values);
    }
    case 'choose': {
      const parts = [...scalar.branches.map(({ then }) => then), scalar.otherwise];
      const domains = parts.map((part) => domainOf(part, column));
      const values = domains.map((domain) => domain.values);
      const all = values.flatMap((list) => list ?? []);
      if (values.includes(undefined) || all.length > VALUES_MAX) return ranged(bounds, nullable);
      return listed(domains.some((domain) => domain.nullable) ? [...all, null] : all);
    }
    default:
      return ranged(bounds, nullable);
  }
}

function mapped(domain: Domain, change: (value: bigint) => bigint, { bounds }: Scalar): Domain {
  if (domain.values === undefined) return ranged(bounds, domain.nullable);
  const values = domain.values.map(change);
  return listed(domain.nullable ? [...values, null] : values);
}
