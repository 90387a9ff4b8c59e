import { describe, expect, it } from 'vitest';
import type { ColumnId } from '../../src/catalog/table.ts';
import { choose } from '../../src/planner/logical/make-choice.ts';
import { steps } from '../../src/planner/logical/make-steps.ts';
import {
  column,
  compare,
  INTEGER,
  logic,
  member,
  nullOf,
  number,
  type Scalar,
  scaled,
} from '../../src/planner/logical/scalar.ts';
import { candidateKeys } from '../../src/planner/physical/groups.ts';
import type { ReadNode } from '../../src/planner/physical/plan.ts';
import { claims } from './tables.ts';

const at = { line: 1, column: 1 };
const table = claims();
const rows: ReadNode = { kind: 'read', rows: 1_000_000, table, columns: [] };
const refusal = { subject: 'GROUP BY', noun: 'groups', at };

function read(name: string): Scalar {
  const id = table.definition.columns.findIndex((each) => each.name === name);
  const definition = table.definition.columns[id];
  if (definition === undefined) throw new Error(name);
  return column(id as ColumnId, definition, at);
}

const integer = (value: bigint) => number(value, INTEGER, at);
const is = (op: '=' | '<' | '>=', left: Scalar, value: bigint) =>
  compare(op, left, integer(value), at);
const keysOf = (keys: readonly Scalar[], predicate?: Scalar) =>
  candidateKeys(keys, rows, predicate, refusal);
const valuesOf = (key: Scalar, predicate?: Scalar) => keysOf([key], predicate).flat();

describe('candidate groups', () => {
  it('are the values of a column, NULL last', () => {
    expect(valuesOf(read('state'))).toEqual([0n, 1n, 2n, 3n, null]);
    expect(valuesOf(read('flag'))).toEqual([0n, 1n]);
    expect(keysOf([])).toEqual([[]]);
  });

  it('are combinations that the filter leaves', () => {
    const either = logic('or', [is('=', read('state'), 2n), read('flag')], at);
    expect(keysOf([read('flag'), read('state')], either)).toEqual([
      [0n, 2n],
      ...[0n, 1n, 2n, 3n, null].map((state) => [1n, state]),
    ]);
  });

  it('of wide columns are those within the bounds that the filter leaves', () => {
    const low = logic('and', [is('>=', read('a'), 10n), is('<', read('a'), 13n)], at);
    expect(valuesOf(read('a'), low)).toEqual([10n, 11n, 12n]);
    expect(valuesOf(read('a'), member(read('a'), [3n, 7n], at))).toEqual([3n, 7n]);
    expect(valuesOf(scaled(read('n'), 2n, INTEGER), is('>=', read('n'), 999n))).toEqual([
      ...[1998n, 2000n],
    ]);
  });

  it('of step functions are the steps that the filter leaves', () => {
    const step = steps(read('big'), [0n, 100n, 200n], [5n, 6n, 7n, 8n], INTEGER, at);
    expect(valuesOf(step)).toEqual([5n, 6n, 7n, 8n]);
    expect(valuesOf(step, is('>=', read('big'), 150n))).toEqual([7n, 8n]);
  });

  it('of CASE are the values of its branches', () => {
    const condition = is('<', read('big'), 0n);
    const key = choose([{ when: condition, then: integer(4n) }], nullOf(INTEGER, at), INTEGER, at);
    expect(valuesOf(key)).toEqual([4n, null]);
  });

  it('of keys over one column occur together only as it allows', () => {
    const halves = steps(read('d'), [8n], [0n, 1n], INTEGER, at);
    const quarters = steps(read('d'), [4n, 8n, 12n], [0n, 1n, 2n, 3n], INTEGER, at);
    expect(keysOf([halves, quarters])).toEqual([
      [0n, 0n],
      [0n, 1n],
      [1n, 2n],
      [1n, 3n],
    ]);
  });

  it('are refused if there are too many', () => {
    expect(() => keysOf([read('a')])).toThrow('GROUP BY has 1000000 possible groups');
    expect(() => keysOf([read('big')])).toThrow('more than 1000000000000000000 possible groups');
  });
});
