import type { SqlType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { quotientToDouble } from '../../planner/logical/nearest-double.ts';
import { applySteps } from '../../planner/logical/real-steps.ts';
import type { RelationCell, RelationShape } from '../../planner/result-shape.ts';
import type { Value } from './value.ts';

/**
 * The shown rows of an opened relation, in their order if it has one. `planes` are those opened.
 *
 * @throws PEER_PROTOCOL if the shape does not fit the planes, or a cell is not what it should be
 */
export function decodeRelation(
  shape: RelationShape,
  types: readonly SqlType[],
  planes: readonly Uint8Array[],
): Value[][] {
  const bits = new Bits(planes, shape.rows);
  if (shape.columns.length !== types.length) throw misfit('a result has columns without cells');
  const rows = Array.from({ length: shape.rows }, (_, row) => row);
  const { valid, order } = shape;
  const shown = valid === undefined ? rows : rows.filter((row) => bits.at(valid, row) === 1);
  if (order !== undefined) {
    const places = new Map(shown.map((row) => [row, bits.number(order, row)]));
    shown.sort((a, b) => compareBigints(places.get(a) ?? 0n, places.get(b) ?? 0n));
  }
  return shown.map((row) => shape.columns.map((cell) => decodeCell(cell, row, bits)));
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads bits of opened planes by position. */
class Bits {
  readonly #planes: readonly Uint8Array[];

  constructor(planes: readonly Uint8Array[], rows: number) {
    if (planes.some((plane) => plane.length * 8 < rows)) throw misfit('a result plane is short');
    this.#planes = planes;
  }

  at(plane: number, row: number): 0 | 1 {
    const bytes = this.#planes[plane];
    if (bytes === undefined) throw misfit(`the parties sent no result plane ${plane}`);
    return (((bytes[row >> 3] ?? 0) >> (row & 7)) & 1) as 0 | 1;
  }

  /** The unsigned number whose bits are the planes, LSB first. */
  number(planes: readonly number[], row: number): bigint {
    let value = 0n;
    for (let end = planes.length; end > 0; end -= WORD_BITS) {
      const start = Math.max(0, end - WORD_BITS);
      value = (value << BigInt(end - start)) | BigInt(this.word(planes, row, start, end));
    }
    return value;
  }

  /** The number of planes `start` to `end` of the list, at most 48. */
  word(planes: readonly number[], row: number, start: number, end: number): number {
    let value = 0;
    for (let k = end - 1; k >= start; k--) value = 2 * value + this.at(planes[k] ?? -1, row);
    return value;
  }
}

/** Bits that a JavaScript number holds, in whole bytes. */
const WORD_BITS = 48;

function decodeCell(cell: RelationCell, row: number, bits: Bits): Value {
  if (cell.kind === 'constants') {
    const value = cell.values[row];
    if (value === undefined) throw misfit('a result row has no group key');
    return value;
  }
  const missing = cell.isNull !== undefined && bits.at(cell.isNull, row) === 1;
  return missing ? null : decodePresent(cell, row, bits);
}

function decodePresent(
  cell: Exclude<RelationCell, { readonly kind: 'constants' }>,
  row: number,
  bits: Bits,
): NonNullable<Value> {
  switch (cell.kind) {
    case 'number': {
      const value = bits.number(cell.planes, row);
      return cell.signed ? BigInt.asIntN(cell.planes.length, value) : value;
    }
    case 'code': {
      const text = cell.dictionary[Number(bits.number(cell.planes, row))];
      if (text === undefined) throw misfit('a code is not in its dictionary');
      return text;
    }
    case 'text':
      return decodeText(cell.planes, row, bits);
    case 'quotient': {
      const twice = 2n * bits.number(cell.magnitude, row) + BigInt(bits.at(cell.inexact, row));
      const negative = cell.negative !== undefined && bits.at(cell.negative, row) === 1;
      const shift = BigInt(cell.shift) + 1n;
      const [above, below] = shift < 0n ? [1n << -shift, 1n] : [1n, 1n << shift];
      const nearest = quotientToDouble((negative ? -twice : twice) * above, below);
      return applySteps(nearest, cell.after);
    }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text whose bytes, padded with zeros behind, are those of the number from the highest down. */
function decodeText(planes: readonly number[], row: number, bits: Bits): string {
  const length = planes.length / 8;
  const padded = Uint8Array.from({ length }, (_, k) =>
    bits.word(planes, row, 8 * (length - 1 - k), 8 * (length - k)),
  );
  const end = padded.findLastIndex((byte) => byte !== 0) + 1;
  try {
    return utf8.decode(padded.subarray(0, end));
  } catch {
    throw misfit('a text is not UTF-8');
  }
}

function misfit(what: string): TacitError {
  return new TacitError('PEER_PROTOCOL', `${what}; the answer is withheld`);
}
