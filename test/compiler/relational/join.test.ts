import { describe, expect, it } from 'vitest';
import type { ColumnId } from '../../../src/catalog/table.ts';
import { moveColumns } from '../../../src/planner/logical/rewrite.ts';
import { compare, logic, type Scalar } from '../../../src/planner/logical/scalar.ts';
import { LAN, WAN } from '../../../src/planner/network.ts';
import type { JoinMethod, JoinNode } from '../../../src/planner/physical/plan.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import { Rng } from '../../oracle/rng.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { clearRows } from '../../sql/clear-rows.ts';
import { cellsOf, namedTable, namedVersion } from './join-tables.ts';
import { compileNode, readRows, tableNode } from './run-node.ts';
import { columnScalar } from './window-cases.ts';

const ROUNDS = process.env['TACIT_LONG'] === '1' ? 100 : 12;

type Row = readonly (bigint | null)[];

/** One side: its rows that are there, and all columns. */
interface Side {
  readonly table: TestTable;
  readonly filtered: boolean;
  readonly rows: readonly Row[];
}

interface Condition {
  readonly scalar: Scalar;
  readonly holds: (left: Row, right: Row) => boolean;
}

const names = (table: TestTable) => table.definition.columns.map(({ name }) => name);
const scalarOf = ({ table }: Side, name: string) => columnScalar(table.definition.columns, name);
const cell = ({ table }: Side, row: Row, name: string) => row[names(table).indexOf(name)] ?? null;

function side(rng: Rng, name: string, rows: number): Side {
  const table = namedTable(name, rng.word(), rows, 1 + rng.below(2));
  const filtered = rng.chance(0.5);
  const y = names(table).indexOf('y');
  const all = cellsOf(table);
  return { table, filtered, rows: filtered ? all.filter((row) => (row[y] ?? 0n) > 3n) : all };
}

/** left.name < right.name, perhaps with another. */
function randomCondition(rng: Rng, left: Side, right: Side): Condition {
  const list = ['x', 'y', 'price'].filter(() => rng.chance(0.5));
  const used = list.length === 0 ? ['id'] : list;
  const width = left.table.definition.columns.length;
  const scalars = used.map((name) => {
    const other = moveColumns(scalarOf(right, name), (id) => id + width);
    return compare('<', scalarOf(left, name), other, other.at);
  });
  const holds = (l: Row, r: Row) =>
    used.every((name) => {
      const [x, y] = [cell(left, l, name), cell(right, r, name)];
      return x !== null && y !== null && x < y;
    });
  return { scalar: logic('and', scalars, scalarOf(left, 'id').at), holds };
}

interface Case {
  readonly left: Side;
  readonly right: Side;
  readonly join: JoinNode['join'];
  /** Names of columns. */
  readonly keys: readonly (readonly [string, string])[];
  readonly condition: Condition | undefined;
  readonly nullAware: boolean;
}

const KEYS = [
  [['j', 'id']],
  [['k', 'k']],
  [['j', 'j']],
  [['k', 'y']],
  [['x', 'j']],
  [['word', 'word']],
  [
    ['k', 'k'],
    ['flag', 'flag'],
  ],
  [
    ['y', 'y'],
    ['word', 'word'],
    ['price', 'x'],
  ],
] as const;

function randomCase(rng: Rng, sizes: readonly [number, number]): Case {
  const [left, right] = [side(rng, 'l', sizes[0]), side(rng, 'r', sizes[1])];
  const join = rng.pick(['inner', 'left', 'semi', 'anti'] as const);
  const isLoop = rng.chance(0.15) && sizes[0] * sizes[1] < 1000;
  const keys = isLoop ? [] : rng.pick(KEYS);
  const condition = rng.chance(0.5) || isLoop ? randomCondition(rng, left, right) : undefined;
  const nullAware = join === 'anti' && keys.length === 1 && rng.chance(0.5);
  return { left, right, join, keys, condition, nullAware };
}

type Equal = 'yes' | 'no' | 'unknown';

function equality({ left, right, keys }: Case, l: Row, r: Row): Equal {
  const pairs = keys.map(([x, y]) => [cell(left, l, x), cell(right, r, y)] as const);
  if (pairs.some(([x, y]) => x !== null && y !== null && x !== y)) return 'no';
  return pairs.some(([x, y]) => x === null || y === null) ? 'unknown' : 'yes';
}

/** Row by row. */
function expected(test: Case): {
  readonly rows: Row[];
  readonly pairs: number;
  readonly most: number;
} {
  const { left, right, join, condition, nullAware } = test;
  const rows: Row[] = [];
  let [pairs, most] = [0, 0];
  for (const l of left.rows) {
    const equal = right.rows.filter((r) => equality(test, l, r) === 'yes');
    pairs += join === 'inner' ? equal.length : Math.max(1, equal.length);
    most = Math.max(most, equal.length);
    const near = nullAware ? right.rows.filter((r) => equality(test, l, r) !== 'no') : equal;
    const hits = near.filter((r) => condition?.holds(l, r) ?? true);
    if (join === 'inner' || join === 'left') rows.push(...hits.map((r) => [...l, ...r]));
    if (join === 'left' && hits.length === 0) {
      rows.push([...l, ...right.table.definition.columns.map(() => null)]);
    }
    if (join === 'semi' && hits.length > 0) rows.push(l);
    if (join === 'anti' && hits.length === 0) rows.push(l);
  }
  return { rows, pairs, most };
}

function joinNode(test: Case, method: JoinMethod): JoinNode {
  const { left, right, join, keys, condition, nullAware } = test;
  const node = (of: Side, first: number) =>
    tableNode(of.table, of.filtered, { id: first, version: namedVersion(of.table) });
  const [l, r] = [node(left, 0), node(right, 2)];
  const rights =
    join === 'left' ? r.columns.map((each) => ({ ...each, nullable: true })) : r.columns;
  const columns = join === 'semi' || join === 'anti' ? l.columns : [...l.columns, ...rights];
  const scalars = keys.map(([x, y]) => ({ left: scalarOf(left, x), right: scalarOf(right, y) }));
  return {
    ...{ kind: 'join', id: 4, join, left: l, right: r, columns, keys: scalars, nullAware, method },
    condition: condition?.scalar,
    rows: method.kind === 'expand' ? method.pairs : l.rows * (method.kind === 'loop' ? r.rows : 1),
  };
}

const GUARD = { tells: 'whether it holds', exceeded: 'it does not hold' };

/** A method that relies on what may not be so, and whether it is. */
function guarded(rng: Rng, test: Case, { pairs, most }: { pairs: number; most: number }) {
  const { right, keys, join, condition, nullAware } = test;
  const onlyWhether = (join === 'semi' || join === 'anti') && condition === undefined;
  if (keys.length === 0 || nullAware || onlyWhether) return [];
  const values = right.rows.map((row) => keys.map(([, name]) => cell(right, row, name)));
  const known = values.filter((key) => !key.includes(null)).map((key) => key.join(' '));
  const isUnique = new Set(known).size === known.length;
  const expands = [pairs + 3, pairs, pairs - 1, Math.floor(pairs / 9)].filter((n) => n >= 1);
  const all = [
    // A key of which no row of left has the type is in no pair, and may be there twice.
    ...(most > 1 || isUnique
      ? [{ method: { kind: 'lookup', guard: GUARD } as const, holds: isUnique }]
      : []),
    ...expands.map((n) => {
      return { method: { kind: 'expand', pairs: n, guard: GUARD } as const, holds: n >= pairs };
    }),
  ];
  return all.length === 0 ? [] : [rng.pick(all)];
}

/** The methods that are right for a case. */
function methods(rng: Rng, test: Case, { pairs, most }: { pairs: number; most: number }) {
  const list: JoinMethod[] = [];
  if (test.keys.length === 0) return [{ kind: 'loop' } as const];
  const onlyWhether = test.join === 'semi' || test.join === 'anti';
  if (most <= 1 || (onlyWhether && test.condition === undefined)) list.push({ kind: 'lookup' });
  if (test.nullAware) return list;
  list.push({ kind: 'expand', pairs: pairs + rng.pick([0, 1, 7, 200]) });
  return list;
}

const printed = (rows: readonly Row[]) => rows.map((row) => row.join(' ')).sort();

const SIZES = [
  [25, 20],
  [4, 130],
  [135, 5],
  [1, 1],
  [0, 5],
  [5, 0],
  [60, 1],
] as const;

describe.each(SIZES)('%i rows with %i', (...sizes) => {
  it('joins as row by row, by all methods', () => {
    const rng = new Rng(100 * sizes[0] + sizes[1]);
    for (let round = 0; round < ROUNDS; round++) {
      const test = randomCase(rng, sizes);
      const truth = expected(test);
      const right = methods(rng, test, truth).map((method) => ({ method, holds: true }));
      for (const { method, holds } of [...right, ...guarded(rng, test, truth)]) {
        const node = joinNode(test, method);
        const ids = node.columns.map((_, id) => id as ColumnId).filter(() => rng.chance(0.6));
        const { program, made } = compileNode(node, ids, rng.pick([LAN, WAN]));
        const tables = [test.left.table, test.right.table];
        const rows = clearRows(tables.map(namedVersion), tables);
        if (!holds) {
          expect(() => evaluate(program, rows)).toThrow(GUARD.exceeded);
          continue;
        }
        const opened = evaluate(program, rows);
        const actual = readRows(made, opened.planes, ids);
        const wanted = truth.rows.map((row) => ids.map((id) => row[id] ?? null));
        const { join, keys, nullAware, condition } = test;
        const label = `${join} ${keys} ${nullAware} ${condition !== undefined} ${method.kind}`;
        expect(printed(actual), label).toEqual(printed(wanted));
      }
    }
  }, 300_000);
});
