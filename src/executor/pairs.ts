import type { PairsStage } from '../program/program.ts';
import { alignedRows } from '../program/shapes.ts';
import type { Lane } from '../protocol/party.ts';
import { getBit } from './bit-moves.ts';
import { type Memory, planesAt, SIDES } from './memory.ts';
import { clearBeyond, copyRows } from './plane-moves.ts';

/** Fills relation `to` of a stage with all pairs of rows: every bit of the left relation many times, the right one again and again. Local. */
export function pairs(
  { party }: Lane,
  { left, right, to }: PairsStage,
  memory: Pick<Memory, 'relations'>,
): void {
  const { u8 } = party.arena;
  const bytes = alignedRows(right.rows) / 8;
  const targets = planesAt(memory, to);
  const [first, second] = [planesAt(memory, left.relation), planesAt(memory, right.relation)];
  for (const side of SIDES) {
    first.forEach((plane, k) => {
      const target = targets[k]?.[side] ?? 0;
      for (let row = 0; row < left.rows; row++) {
        const at = target + row * bytes;
        const bit = getBit(u8, 8 * plane[side] + row);
        u8.fill(-bit & 0xff, at, at + bytes);
        clearBeyond(u8, at, right.rows);
      }
    });
    second.forEach((plane, k) => {
      const target = targets[first.length + k]?.[side] ?? 0;
      for (let row = 0; row < left.rows; row++) {
        copyRows(u8, plane[side], target + row * bytes, right.rows);
      }
    });
  }
}
