import type { SqlType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { CellShape, Limb, ResultShape } from '../../planner/result-shape.ts';
import { type JsonValue, printValue } from './print-value.ts';
import { quotientToDouble } from './quotient.ts';

/** Turns the opened scalars (signed, in reveal order) into the rows that the shape describes. */
export function decodeRows(shape: ResultShape, opened: readonly bigint[]): JsonValue[][] {
  const rows = shape.rows.filter(
    (row) => row.presence === undefined || at(opened, row.presence) !== 0n,
  );
  return rows.map((row) =>
    row.cells.map((cell, i) => {
      const column = shape.columns[i];
      if (column === undefined) throw new TacitError('PEER_PROTOCOL', 'a row has too many cells');
      return decodeCell(cell, column.type, opened);
    }),
  );
}

function decodeCell(cell: CellShape, type: SqlType, opened: readonly bigint[]): JsonValue {
  switch (cell.kind) {
    case 'constant':
      return typeof cell.value === 'bigint' ? printValue(type, cell.value) : cell.value;
    case 'number':
      if (cell.notNull !== undefined && at(opened, cell.notNull) === 0n) return null;
      return printValue(type, recombine(cell.limbs, opened));
    case 'quotient': {
      const denominator = at(opened, cell.denominator);
      if (denominator === 0n) return null;
      if (denominator < 0n) throw new TacitError('PEER_PROTOCOL', 'a count is negative');
      const numerator = recombine(cell.numerator, opened);
      return quotientToDouble(numerator, denominator * 10n ** BigInt(cell.scale));
    }
  }
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
