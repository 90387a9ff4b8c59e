import { LIMB_BITS, limbCount, type TableVersion } from '../../src/catalog/table.ts';
import { encodingFor } from '../../src/catalog/types.ts';
import { decodeSigned, mod } from '../../src/field/p61.ts';
import { planeBytes } from '../../src/field/planes.ts';
import type { ClearRows } from '../../src/program/evaluate.ts';
import type { Opened } from '../../src/program/opened.ts';
import type { OwnedRows, TestTable } from '../oracle/tables.ts';

/** What the clear evaluator opened, as the analyst reads it: elements as signed integers. */
export function signed(opened: Opened): Opened {
  return { ...opened, scalars: opened.scalars.map(decodeSigned) };
}

/** Published test tables as input of the clear evaluator, in the form that parties store. */
export function clearRows(
  versions: readonly TableVersion[],
  tables: readonly TestTable[],
): ClearRows {
  const all = versions.map((version) => {
    const { name } = version.definition;
    const table = tables.find(({ definition }) => definition.name === name);
    if (table === undefined) throw new Error(`no table ${name}`);
    return { parts: new Set(version.parts.map(({ id }) => id)), rows: tableRows(version, table) };
  });
  const rowsOf = (part: string) => {
    const found = all.find(({ parts }) => parts.has(part));
    if (found === undefined) throw new Error(`no part ${part}`);
    return found.rows;
  };
  return {
    planes: (part, column) => rowsOf(part).planes(part, column),
    limb: (part, column, limb) => rowsOf(part).limb(part, column, limb),
  };
}

function tableRows(version: TableVersion, table: TestTable): ClearRows {
  const { columns } = table.definition;
  const rowsOf = (part: string): OwnedRows => {
    const owner = version.parts.find(({ id }) => id === part)?.owner;
    const rows = table.parts.find((candidate) => candidate.owner === owner);
    if (rows === undefined) throw new Error(`no part ${part}`);
    return rows;
  };
  return {
    planes: (part, column) => {
      const { rows, columns: blocks } = rowsOf(part);
      const definition = columns[column];
      const block = blocks[column];
      if (definition === undefined || block === undefined) throw new Error(`no column ${column}`);
      const { width } = encodingFor(definition.bounds);
      const plane = (bit: (row: number) => boolean) => {
        const bytes = new Uint8Array(planeBytes(rows));
        for (let row = 0; row < rows; row++) {
          if (bit(row)) bytes[row >> 3] = (bytes[row >> 3] ?? 0) | (1 << (row & 7));
        }
        return bytes;
      };
      const values = Array.from({ length: width }, (_, k) =>
        plane((row) => (((block.values[row] ?? 0n) >> BigInt(k)) & 1n) === 1n),
      );
      const nulls = definition.nullable ? [plane((row) => block.nulls?.[row] === 1)] : [];
      return [...values, ...nulls];
    },
    limb: (part, column, limb) => {
      const { columns: blocks } = rowsOf(part);
      const definition = columns[column];
      const block = blocks[column];
      if (definition === undefined || block === undefined) throw new Error(`no column ${column}`);
      const bits = BigInt(LIMB_BITS);
      return Array.from(block.values, (value) => {
        if (limbCount(definition) === 1) return mod(value);
        return limb === 0 ? BigInt.asUintN(LIMB_BITS, value) : mod(value >> bits);
      });
    },
  };
}
