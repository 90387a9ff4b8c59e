import type { PlanOf, WindowFunction } from '../../src/planner/logical/plan.ts';
import { compareKeys, sorted } from './clear-order.ts';
import { type ClearRow, type ClearValue, evaluateScalar, holds } from './clear-scalar.ts';

/** Each row with the values of the functions, one row and one function at a time. */
export function windowed({ functions }: PlanOf<'window'>, rows: readonly ClearRow[]): ClearRow[] {
  const columns = functions.map((each) => valuesOf(each, rows));
  return rows.map((row, k) => [...row, ...columns.map((values) => values[k] ?? null)]);
}

function valuesOf(fn: WindowFunction, rows: readonly ClearRow[]): ClearValue[] {
  const values = new Map<ClearRow, ClearValue>();
  // Equal rows are rows of their own.
  const copies = rows.map((row) => [...row]);
  const partitions = new Map<string, ClearRow[]>();
  for (const row of copies) {
    const name = fn.partition.map((scalar) => String(evaluateScalar(scalar, row))).join(' ');
    partitions.set(name, [...(partitions.get(name) ?? []), row]);
  }
  for (const members of partitions.values()) {
    const ordered = sorted(members, fn.order);
    const keys = ordered.map((row) => fn.order.map(({ scalar }) => evaluateScalar(scalar, row)));
    const same = (a: number, b: number) =>
      compareKeys(keys[a] ?? [], keys[b] ?? [], fn.order) === 0;
    for (const [k, row] of ordered.entries()) values.set(row, valueAt(fn, ordered, k, same));
  }
  return copies.map((row) => values.get(row) ?? null);
}

type Same = (a: number, b: number) => boolean;

function valueAt(
  fn: WindowFunction,
  rows: readonly ClearRow[],
  at: number,
  same: Same,
): ClearValue {
  const first = rows.findIndex((_, k) => same(k, at));
  const lastPeer = rows.findLastIndex((_, k) => same(k, at));
  const count = Number(fn.count ?? 0n);
  switch (fn.fn) {
    case 'rowNumber':
      return BigInt(at + 1);
    case 'rank':
      return BigInt(first + 1);
    case 'denseRank':
      return BigInt(1 + rows.filter((_, k) => k > 0 && k <= at && !same(k, k - 1)).length);
    case 'ntile':
      return tileOf(at, rows.length, count);
    case 'lag':
    case 'lead': {
      const other = rows[fn.fn === 'lag' ? at - count : at + count];
      const row = rows[at] ?? [];
      return other === undefined ? operandAt(fn.otherwise, row) : operandAt(fn.operand, other);
    }
    default: {
      const { start, end, peers } = fn.frame;
      const from = start === undefined ? 0 : Math.max(0, at + Number(start));
      const to = peers ? lastPeer : end === undefined ? rows.length - 1 : at + Number(end);
      return overFrame(fn, rows.slice(from, Math.max(from, to + 1)));
    }
  }
}

function operandAt(scalar: WindowFunction['operand'], row: ClearRow): ClearValue {
  return scalar === undefined ? null : evaluateScalar(scalar, row);
}

/** The first tiles have one row more. */
function tileOf(at: number, rows: number, tiles: number): bigint {
  const small = Math.floor(rows / tiles);
  const larger = rows % tiles;
  const inLarger = larger * (small + 1);
  const tile = at < inLarger ? at / (small + 1) : larger + (at - inLarger) / small;
  return BigInt(Math.floor(tile) + 1);
}

function overFrame(fn: WindowFunction, frame: readonly ClearRow[]): ClearValue {
  const { filter } = fn;
  const seen = filter === undefined ? frame : frame.filter((row) => holds(filter, row));
  const at = (row: ClearRow | undefined) => (row === undefined ? null : operandAt(fn.operand, row));
  const values = seen.map((row) => operandAt(fn.operand, row)).filter((value) => value !== null);
  const numbers = values.filter((value) => typeof value === 'bigint');
  const ascending = numbers.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  switch (fn.fn) {
    case 'firstValue':
      return at(seen[0]);
    case 'lastValue':
      return at(seen.at(-1));
    case 'nthValue':
      return at(seen[Number(fn.count ?? 0n) - 1]);
    case 'countStar':
      return BigInt(seen.length);
    case 'count':
      return BigInt(values.length);
    case 'sum':
      return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0n);
    case 'min':
      return ascending[0] ?? null;
    case 'max':
      return ascending.at(-1) ?? null;
    default:
      throw new Error(`${fn.fn} over a frame`);
  }
}
