import { schedule } from '../circuits/schedule.ts';
import { invariant } from '../errors/tacit-error.ts';
import {
  exchangeCircuit,
  NETWORK_ROWS_MAX,
  networkLayers,
  type RowPair,
} from '../program/sort-network.ts';
import { STEP } from '../program/steps.ts';
import { loadCircuit, runCircuit } from '../protocol/gmw.ts';
import type { Lane } from '../protocol/party.ts';
import { columnsOf, rowsOfPlanes, type SharedRows } from '../protocol/shuffle-rows.ts';
import { CircuitFile, circuitFileBytes } from './circuit-file.ts';
import { SIDES } from './memory.ts';
import { INDEX_BYTES, loadPairs, pairScratchBytes } from './row-pairs.ts';

/**
 * Puts rows in ascending order of their lowest `width` bits by a sorting network: layer by layer, pairs of rows are compared and
 * exchanged, all bits of them. Nothing is opened, so nothing is shuffled. `planes` bits of a row are in use.
 */
export async function networkSort(
  lane: Lane,
  rows: SharedRows,
  { planes, width }: { readonly planes: number; readonly width: number },
  stage: number,
): Promise<void> {
  invariant(rows.rows <= NETWORK_ROWS_MAX, 'few rows for a sorting network');
  const { party } = lane;
  const { arena } = party;
  const circuit = loadCircuit(lane, schedule(exchangeCircuit(width, planes)));
  for (const [layer, pairs] of networkLayers(rows.rows).entries()) {
    const mark = arena.mark();
    const count = pairs.length;
    const file = new CircuitFile(circuit, arena.alloc(circuitFileBytes(circuit, count)), count);
    const indices = [0, 1].map((of) => putIndices(lane, pairs, of));
    const [left = 0, right = 0] = indices;
    const scratch = arena.alloc(pairScratchBytes(count));
    const operands = { rows, width: planes, indices: [left, right] as const };
    loadPairs(party, operands, circuit, file.file, scratch, { start: 0, rows: count });
    await runCircuit(lane, circuit, file.file, count, `${stage}.x${layer}`, (and) =>
      STEP.sortNetwork(stage, layer, and),
    );
    const outputs = file.outputs();
    for (const of of [0, 1]) {
      const row = outputs.slice(of * planes, (of + 1) * planes);
      putBack(lane, rows, pairs, of, rowsOfPlanes(party, row, count));
    }
    arena.release(mark);
  }
}

function putIndices({ party: { arena } }: Lane, pairs: readonly RowPair[], of: number): number {
  const address = arena.alloc(pairs.length * INDEX_BYTES);
  const view = new Uint32Array(arena.u8.buffer, address, pairs.length);
  pairs.forEach((pair, k) => {
    view[k] = pair[of] ?? 0;
  });
  return address;
}

/** Writes row k of `from` to the place of one row of pair k. */
function putBack(
  { party: { arena } }: Lane,
  rows: SharedRows,
  pairs: readonly RowPair[],
  of: number,
  from: SharedRows,
): void {
  const [sources, targets] = [columnsOf(from), columnsOf(rows)];
  const { buffer } = arena.u8;
  for (const side of SIDES) {
    sources[side].forEach((column, word) => {
      const source = new BigUint64Array(buffer, column, pairs.length);
      const target = new BigUint64Array(buffer, targets[side][word] ?? 0, rows.rows);
      pairs.forEach((pair, k) => {
        target[pair[of] ?? 0] = source[k] ?? 0n;
      });
    });
  }
}
