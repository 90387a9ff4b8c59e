import { ELEMENT_BYTES } from '../field/p61.ts';
import { FIELD_BITS } from '../program/conversion.ts';
import type { CollectColumn, CollectStage } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import type { BitPlanes } from '../protocol/field-to-bits.ts';
import type { Lane, Party } from '../protocol/party.ts';
import { copyBits, getBit, setBit } from './bit-moves.ts';
import { type Memory, publicByte, type SharedPlane, SIDES } from './memory.ts';
import { signedBits } from './signed-bits.ts';

/**
 * Fills a stage's relation. The scalars of all its columns are the rows of one conversion to bits (one masked opening and the
 * layers of an adder); folds are moved to their rows, and public values are shares as they are. What is opened is masked
 * linearly, so active security needs no barrier here.
 */
export async function collect(
  lane: Lane,
  stage: CollectStage,
  index: number,
  memory: Memory,
): Promise<void> {
  const { arena } = lane.party;
  const mark = arena.mark();
  const bits = await convert(lane, stage, index, memory);
  const planes = memory.relations[stage.relation]?.planes ?? [];
  let [plane, element] = [0, 0];
  for (const column of stage.columns) {
    const targets = planes.slice(plane, plane + column.width);
    plane += column.width;
    fill(lane.party, column, targets, memory, bits, element);
    if (column.kind === 'scalars') element += column.scalars.length;
  }
  arena.release(mark);
}

async function convert(
  lane: Lane,
  stage: CollectStage,
  index: number,
  memory: Memory,
): Promise<BitPlanes> {
  const { arena } = lane.party;
  const scalars = stage.columns.flatMap((c) => (c.kind === 'scalars' ? c.scalars : []));
  if (scalars.length === 0) return { left: [], right: [] };
  const values = arena.alloc(scalars.length * ELEMENT_BYTES);
  scalars.forEach((scalar, k) => {
    const from = memory.scalars + scalar * ELEMENT_BYTES;
    arena.u8.copyWithin(values + k * ELEMENT_BYTES, from, from + ELEMENT_BYTES);
  });
  const steps = {
    mask: STEP.collectMask(index),
    and: (layer: number) => STEP.collectBits(index, layer),
  };
  return signedBits(lane, steps, `${index}.collect`, values, scalars.length);
}

function fill(
  party: Party,
  column: CollectColumn,
  targets: readonly SharedPlane[],
  memory: Memory,
  bits: BitPlanes,
  element: number,
): void {
  const { u8 } = party.arena;
  targets.forEach((target, bit) => {
    for (const side of SIDES) {
      const to = 8 * target[side];
      switch (column.kind) {
        case 'scalars': {
          const from = bits[side][Math.min(bit, FIELD_BITS - 1)] ?? 0;
          copyBits(u8, 8 * from + element, to, column.scalars.length);
          if (bit >= FIELD_BITS - 1) negate(party, side, target[side], column.scalars.length);
          break;
        }
        case 'folds':
          column.folds.forEach((fold, row) => {
            const word = memory.folds[fold]?.[bit];
            setBit(u8, to + row, word === undefined ? 0 : getBit(u8, 8 * word[side]));
          });
          break;
        case 'constant':
          column.values.forEach((value, row) => {
            setBit(u8, to + row, publicByte(party, side, Number((value >> BigInt(bit)) & 1n)));
          });
      }
    }
  });
}

/** NOT of the bits of a plane, in the component that public bits are in. */
function negate(party: Party, side: (typeof SIDES)[number], plane: number, rows: number): void {
  const { u8 } = party.arena;
  const ones = publicByte(party, side, 0xff);
  for (let k = plane; k < plane + Math.ceil(rows / 8); k++) u8[k] = (u8[k] ?? 0) ^ ones;
}
