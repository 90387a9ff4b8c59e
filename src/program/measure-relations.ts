import { ELEMENT_BYTES } from '../field/p61.ts';
import {
  type Account,
  INJECTION_ROUNDS,
  layersOf,
  measureCircuit,
  measureInjection,
} from './account.ts';
import { countCircuit, fieldToBitsCircuit } from './conversion.ts';
import type { CollectStage, NormalizeStage, RankStage, ScanStage } from './program.ts';
import { SCAN_LANES, scanPieces, scanRuns, scanShape } from './scan-shape.ts';
import { carryLevels, rankLayout, widestDigit } from './shapes.ts';
import { DIGEST_BYTES, STEP } from './steps.ts';

/** Masked opening of field elements and their conversion to bits. */
function measureFieldToBits(
  account: Account,
  elements: number,
  mask: string,
  stepOf: (layer: number) => string,
): void {
  const circuit = fieldToBitsCircuit();
  account.rounds += 1 + layersOf(circuit);
  account.sendAll(mask, ELEMENT_BYTES * elements);
  account.sendAll(mask, DIGEST_BYTES);
  measureCircuit(account, circuit, elements, stepOf);
}

/** Level by level: limbs to bits, low bits to the field. */
export function measureNormalize(account: Account, stage: NormalizeStage, index: number): void {
  carryLevels(stage.numbers).forEach((carries, level) => {
    const rows = carries.length;
    const width = widestDigit(carries);
    measureFieldToBits(account, rows, STEP.carryMask(index, level), (layer) =>
      STEP.carryBits(index, level, layer),
    );
    account.rounds += INJECTION_ROUNDS;
    const steps = {
      deal: STEP.carryDeal(index, level),
      product: STEP.carryInject(index, level),
    };
    measureInjection(account, width, rows, steps);
  });
}

/** All scalars of the relation are converted together; folds and constants are free. */
export function measureCollect(account: Account, stage: CollectStage, index: number): void {
  const elements = stage.columns.reduce(
    (sum, column) => sum + (column.kind === 'scalars' ? column.scalars.length : 0),
    0,
  );
  if (elements === 0) return;
  measureFieldToBits(account, elements, STEP.collectMask(index), (layer) =>
    STEP.collectBits(index, layer),
  );
}

/** Every row is compared with every row, range by range; then the ones are counted, all rows at once. */
export function measureRank(account: Account, stage: RankStage, index: number): void {
  const { pieceBytes, ranges } = rankLayout(stage.rows);
  const counting = countCircuit(stage.rows);
  account.rounds += ranges.length * layersOf(stage.precedes) + layersOf(counting);
  ranges.forEach(({ rows }, range) => {
    measureCircuit(account, stage.precedes, 8 * pieceBytes * rows, (layer) =>
      STEP.precedes(index, range, layer),
    );
  });
  measureCircuit(account, counting, stage.rows, (layer) => STEP.count(index, layer));
}

/** One run of the combining circuit after another; the pieces of a run travel in lanes. */
export function measureScan(account: Account, stage: ScanStage, index: number): void {
  const { combine, rows } = stage;
  scanRuns(scanShape(rows, combine)).forEach((combinations, run) => {
    const pieces = scanPieces(combinations);
    account.rounds += Math.ceil(pieces.length / SCAN_LANES) * layersOf(combine);
    pieces.forEach((piece, number) => {
      measureCircuit(account, combine, piece.rows, (layer) => STEP.scan(index, number, run, layer));
    });
  });
}
