import { invariant } from '../errors/tacit-error.ts';
import type { Arena } from '../field/arena.ts';
import { BLOCK_ROWS, planeBytes } from '../field/planes.ts';
import type { BitLoad, Chunk, FieldLoad, RelationInput } from '../program/program.ts';
import type { PlaneFile } from '../protocol/gmw.ts';
import type { AgreedPart, ShareReader } from '../storage/verified-shares.ts';
import { type SharedRelation, SIDES } from './memory.ts';
import { copyShifted } from './plane-moves.ts';

/** One piece of a chunk: rows of a single stored block. */
interface Piece {
  readonly block: number;
  /** Rows stored in the block, first row wanted, number of rows wanted, and where they go in the chunk. */
  readonly stored: number;
  readonly from: number;
  readonly rows: number;
  readonly into: number;
}

/** The part that a chunk's rows are of. */
function partOf({ parts }: RelationInput, chunk: Chunk): AgreedPart {
  const part = parts.find(({ id }) => id === chunk.part);
  invariant(part !== undefined, 'a chunk of a part of the relation');
  return part;
}

function piecesOf(part: AgreedPart, chunk: Chunk): Piece[] {
  const pieces: Piece[] = [];
  for (let row = chunk.start; row < chunk.start + chunk.rows; ) {
    const block = Math.floor(row / BLOCK_ROWS);
    const stored = Math.min(BLOCK_ROWS, part.rows - block * BLOCK_ROWS);
    const from = row - block * BLOCK_ROWS;
    const rows = Math.min(stored - from, chunk.start + chunk.rows - row);
    pieces.push({ block, stored, from, rows, into: row - chunk.start });
    row += rows;
  }
  return pieces;
}

/** Copies the Boolean shares of a column for a chunk into the circuit's input slots. */
export function loadPlanes(
  shares: ShareReader,
  arena: Arena,
  relation: RelationInput,
  chunk: Chunk,
  load: BitLoad,
  inputSlots: Int32Array,
  file: PlaneFile,
): void {
  const part = partOf(relation, chunk);
  for (const piece of piecesOf(part, chunk)) {
    const stride = planeBytes(piece.stored);
    const key = { column: load.column, form: 'boolean', limb: 0, block: piece.block } as const;
    const bytes = shares.read(relation.table, part, key, 2 * load.planes * stride);
    load.inputs.forEach((input, plane) => {
      const slot = input < 0 ? -1 : (inputSlots[input] ?? -1);
      if (slot < 0) return;
      const length = planeBytes(piece.rows);
      const target = slot * file.stride + piece.into / 8;
      const at = 2 * plane * stride + piece.from / 8;
      arena.u8.set(bytes.subarray(at, at + length), file.left + target);
      arena.u8.set(bytes.subarray(at + stride, at + stride + length), file.right + target);
    });
  }
}

/** Copies planes of a relation in memory into the circuit's input slots: rows of a chunk, or those at a distance from them. */
export function loadRelation(
  arena: Arena,
  relation: SharedRelation,
  chunk: Pick<Chunk, 'start' | 'rows'>,
  { inputs, shift = 0 }: BitLoad,
  inputSlots: Int32Array,
  file: PlaneFile,
): void {
  inputs.forEach((input, k) => {
    const slot = input < 0 ? -1 : (inputSlots[input] ?? -1);
    if (slot < 0) return;
    const plane = relation.planes[k];
    invariant(plane !== undefined, `plane ${k} of a relation`);
    const first = chunk.start + shift;
    for (const side of SIDES) {
      const target = file[side] + slot * file.stride;
      copyShifted(arena.u8, plane[side], relation.rows, first, target, chunk.rows);
    }
  });
}

/** Copies one limb's Shamir shares for a chunk to `target`. */
export function loadLimb(
  shares: ShareReader,
  arena: Arena,
  relation: RelationInput,
  chunk: Chunk,
  load: FieldLoad,
  target: number,
): void {
  const part = partOf(relation, chunk);
  const { column, limb } = load;
  for (const piece of piecesOf(part, chunk)) {
    const key = { column, form: 'field', limb, block: piece.block } as const;
    const bytes = shares.read(relation.table, part, key, 8 * piece.stored);
    arena.u8.set(
      bytes.subarray(8 * piece.from, 8 * (piece.from + piece.rows)),
      target + 8 * piece.into,
    );
  }
}
