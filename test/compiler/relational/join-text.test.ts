import { expect, it } from 'vitest';
import type { ColumnDefinition, ColumnId } from '../../../src/catalog/table.ts';
import { textBounds } from '../../../src/catalog/types.ts';
import type { Scalar } from '../../../src/planner/logical/scalar.ts';
import { LAN } from '../../../src/planner/network.ts';
import type { JoinMethod, JoinNode, RelationNode } from '../../../src/planner/physical/plan.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { clearRows } from '../../sql/clear-rows.ts';
import { namedVersion } from './join-tables.ts';
import { compileNode, readRows, tableNode } from './run-node.ts';

const VARCHAR = { kind: 'varchar' } as const;

/** Text as a big-endian number with zeros behind. */
function encoded(text: string, bytes: number): bigint {
  const buffer = Buffer.alloc(bytes);
  buffer.write(text, 'utf8');
  return BigInt(`0x${buffer.toString('hex')}`);
}

/** A table of one column with text of at most so many bytes. */
function textTable(name: string, bytes: number, texts: readonly (string | null)[]): TestTable {
  const column: ColumnDefinition = {
    ...{ name: 'text', type: VARCHAR, nullable: true, bounds: textBounds(bytes), bytes },
  };
  const values = BigInt64Array.from(texts, (text) => encoded(text ?? '', bytes));
  const nulls = Uint8Array.from(texts, (text) => (text === null ? 1 : 0));
  const part = { owner: 'owner', rows: texts.length, columns: [{ values, nulls }] };
  return { definition: { name, columns: [column], keys: [] }, parts: [part] };
}

function keyOf({ columns }: RelationNode): Scalar {
  const facts = columns[0]!;
  return { ...facts, kind: 'column', column: 0 as ColumnId, at: { line: 1, column: 1 } };
}

const SHORT = ['a', 'ab', '', null, 'b', 'ab', 'zz'];
const LONG = ['ab', 'abc', 'a', 'zzzzz', null, '', 'b'];

it.each([
  ['short on the left', SHORT, 2, LONG, 5],
  ['short on the right', LONG, 5, SHORT, 2],
] as const)('text of different lengths is equal as text: %s', (_, lefts, l, rights, r) => {
  const tables = [textTable('l', l, lefts), textTable('r', r, rights)] as const;
  const nodes = tables.map((table, k) =>
    tableNode(table, false, { id: 2 * k, version: namedVersion(table) }),
  );
  const [left, right] = nodes as [RelationNode, RelationNode];
  const node = (method: JoinMethod): JoinNode => ({
    ...{ kind: 'join', join: 'inner', id: 4, rows: 30, left, right, method },
    ...{ columns: [...left.columns, ...right.columns], condition: undefined, nullAware: false },
    keys: [{ left: keyOf(left), right: keyOf(right) }],
  });
  const equal = lefts.flatMap((x) =>
    rights.flatMap((y) => (x !== null && x === y ? [[encoded(x, l), encoded(y, r)]] : [])),
  );
  const methods: JoinMethod[] = [{ kind: 'expand', pairs: 30 }];
  if (rights === (LONG as readonly unknown[])) methods.push({ kind: 'lookup' });
  for (const method of methods) {
    const { program, made } = compileNode(node(method), [0, 1], LAN);
    const { planes } = evaluate(program, clearRows(tables.map(namedVersion), tables));
    expect(readRows(made, planes, [0, 1]).map(String).sort()).toEqual(equal.map(String).sort());
  }
});
