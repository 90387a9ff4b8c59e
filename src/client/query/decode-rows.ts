import type { SqlType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { CellShape, Limb, ResultShape } from '../../planner/result-shape.ts';
import type { Opened } from '../../program/opened.ts';
import { decodeRelation } from './decode-relation.ts';
import { type JsonValue, printValue } from './print-value.ts';
import { sortRows, type Value } from './value.ts';

/**
 * Turns what was opened (signed scalars in reveal order, planes) into the rows that the shape describes.
 *
 * @throws PEER_PROTOCOL if the shape does not fit what was opened
 */
export function decodeRows(shape: ResultShape, opened: Opened): JsonValue[][] {
  const types = shape.columns.map(({ type }) => type);
  const values =
    shape.relation === undefined
      ? decodeScalars(shape, opened.scalars)
      : decodeRelation(shape.relation, types, opened.planes);
  return sortRows(values, shape.sort ?? []).map((row) =>
    row.map((value, column) => {
      const type = types[column];
      if (type === undefined) throw new TacitError('PEER_PROTOCOL', 'a row has too many cells');
      return print(type, value);
    }),
  );
}

function print(type: SqlType, value: Value): JsonValue {
  return typeof value === 'bigint' ? printValue(type, value) : value;
}

function decodeScalars(shape: ResultShape, opened: readonly bigint[]): Value[][] {
  const rows = shape.rows.filter(
    (row) => row.presence === undefined || at(opened, row.presence) !== 0n,
  );
  return rows.map((row) => row.cells.map((cell) => decodeCell(cell, opened)));
}

function decodeCell(cell: CellShape, opened: readonly bigint[]): Value {
  if (cell.kind === 'constant') return cell.value;
  if (cell.kind === 'zero') return cell.positions.every((position) => at(opened, position) === 0n);
  if (cell.notNull !== undefined && at(opened, cell.notNull) === 0n) return null;
  return recombine(cell.limbs, opened);
}

/** Sum over limbs of 2^shift * element. */
function recombine(limbs: readonly Limb[], opened: readonly bigint[]): bigint {
  return limbs.reduce((sum, limb) => sum + (at(opened, limb.position) << BigInt(limb.shift)), 0n);
}

function at(opened: readonly bigint[], position: number): bigint {
  const value = opened[position];
  if (value === undefined) {
    throw new TacitError('PEER_PROTOCOL', `the parties sent no result value ${position}`);
  }
  return value;
}
