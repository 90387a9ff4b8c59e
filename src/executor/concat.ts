import type { ConcatStage } from '../program/program.ts';
import { alignedRows } from '../program/shapes.ts';
import type { Lane } from '../protocol/party.ts';
import { type Memory, planesAt, publicByte, SIDES } from './memory.ts';
import { clearBeyond, copyRows } from './plane-moves.ts';

/** Fills relation `to` of a stage with the rows of its inputs, one after another. Local. */
export function concat(
  { party }: Lane,
  { inputs, to }: ConcatStage,
  memory: Pick<Memory, 'relations'>,
): void {
  const { u8 } = party.arena;
  const targets = planesAt(memory, to);
  let start = 0;
  for (const { relation, rows, planes } of inputs) {
    const sources = planesAt(memory, relation);
    planes.forEach((plane, k) => {
      for (const side of SIDES) {
        const target = (targets[k]?.[side] ?? 0) + start / 8;
        if (typeof plane === 'number') {
          copyRows(u8, sources[plane]?.[side] ?? 0, target, rows);
        } else {
          const byte = publicByte(party, side, plane === 'one' ? 0xff : 0);
          u8.fill(byte, target, target + alignedRows(rows) / 8);
          clearBeyond(u8, target, rows);
        }
      }
    });
    start += alignedRows(rows);
  }
}
