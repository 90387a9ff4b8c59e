import type { ColumnId, TableVersion } from '../../../src/catalog/table.ts';
import { encodingOf } from '../../../src/compiler/encoding-of.ts';
import { Numbering } from '../../../src/compiler/numbering.ts';
import type { PlaneRelation } from '../../../src/compiler/relational/relation.ts';
import { relationalShop } from '../../../src/compiler/relational/relational-compiler.ts';
import type { NetworkProfile } from '../../../src/planner/network.ts';
import type { RelationNode } from '../../../src/planner/physical/plan.ts';
import { numbersOfPlanes } from '../../../src/program/clear-bits.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import type { Program, Stage } from '../../../src/program/program.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { clearRows } from '../../sql/clear-rows.ts';
import { versionOf } from '../clear.ts';
import { above } from './window-cases.ts';

/** The rows of a table with y > 3 (`filtered`), or all, in nodes from `id` on. */
export function tableNode(
  table: TestTable,
  filtered: boolean,
  { id, version }: { readonly id: number; readonly version: TableVersion } = {
    ...{ id: 0, version: versionOf(table) },
  },
): RelationNode {
  const { columns } = table.definition;
  const rows = table.parts.reduce((sum, part) => sum + part.rows, 0);
  const reads = columns.map((_, id) => id as ColumnId);
  const scan: RelationNode = {
    ...{ kind: 'table', id, rows, columns, table: version, reads },
  };
  if (!filtered) return scan;
  const filter = { predicate: above(columns, 'y', 3n), label: '' };
  return { kind: 'compute', id: id + 1, rows, columns, input: scan, filter, scalars: undefined };
}

/** A program that makes the given columns of a node, and where they lie. */
export function compileNode(
  node: RelationNode,
  ids: readonly number[],
  network: NetworkProfile,
): { readonly program: Program; readonly made: PlaneRelation } {
  const stages: Stage[] = [];
  const numbering = new Numbering();
  const shop = relationalShop({ network, numbering, stages, operator: () => 0 });
  const made = shop.compile(node, new Set(ids as ColumnId[]));
  const planes = Array.from({ length: made.planes }, (_, k) => k);
  const { guards } = numbering;
  if (guards.length > 0) stages.push({ kind: 'guard', guards, operator: 0 });
  const program: Program = {
    ...{ format: 3, suite: { parties: 3, threshold: 1, security: 'passive' }, stages },
    results: numbering.results(0, { relation: made.relation, rows: made.rows, planes }),
    operators: [],
  };
  return { program, made };
}

/** The given columns of the rows that are there. */
export function rowsOfNode(
  node: RelationNode,
  ids: readonly number[],
  table: TestTable,
  network: NetworkProfile,
): (readonly (bigint | null)[])[] {
  const { program, made } = compileNode(node, ids, network);
  const { planes } = evaluate(program, clearRows([versionOf(table)], [table]));
  return readRows(made, planes, ids);
}

/** The given columns of the rows that are there, of all planes of a relation. */
export function readRows(
  made: PlaneRelation,
  planes: readonly Uint8Array[],
  ids: readonly number[],
): (readonly (bigint | null)[])[] {
  const columns = ids.map((id) => columnValues(made, planes, id));
  const valid =
    made.valid === undefined ? undefined : numbersOfPlanes([planes[made.valid]!], made.rows);
  return Array.from({ length: made.rows }, (_, row) => row)
    .filter((row) => valid?.[row] !== 0n)
    .map((row) => columns.map((column) => column[row] ?? null));
}

function columnValues(made: PlaneRelation, planes: readonly Uint8Array[], id: number) {
  const { facts, bits, isNull } = made.columns[id]!;
  const { width, signed } = encodingOf(facts);
  const read = (list: readonly number[]) =>
    numbersOfPlanes(
      list.map((plane) => planes[plane]!),
      made.rows,
    );
  const nulls = isNull === undefined ? undefined : read([isNull]);
  return read(bits).map((value, row) =>
    nulls?.[row] === 1n ? null : signed ? BigInt.asIntN(width, value) : value,
  );
}
