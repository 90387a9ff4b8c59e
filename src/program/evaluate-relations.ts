import { evaluateBits, evaluateCircuit } from '../circuits/evaluate.ts';
import { invariant } from '../errors/tacit-error.ts';
import {
  bitAt,
  type ClearPlanes,
  numbersOfPlanes,
  planeOf,
  planesOfNumbers,
} from './clear-bits.ts';
import type {
  ConcatStage,
  PairsStage,
  RankStage,
  RouteStage,
  ScanStage,
  ShuffleStage,
  SortStage,
} from './program.ts';
import { alignedRows, keptRows, rankBits } from './shapes.ts';

/** Stages that make a relation of relations alone. */
export type RelationStage =
  | RankStage
  | ConcatStage
  | PairsStage
  | ScanStage
  | SortStage
  | RouteStage
  | ShuffleStage;

/** What a stage makes of the relations so far, in the clear. The order of a shuffle is a fixed one. */
export function evaluateRelations(
  stage: RelationStage,
  relations: readonly ClearPlanes[],
): ClearPlanes {
  const read = (relation: number) => relations[relation] ?? [];
  switch (stage.kind) {
    case 'rank':
      return rank(stage, read(stage.from));
    case 'concat':
      return concat(stage, read);
    case 'pairs':
      return pairs(stage, read(stage.left.relation), read(stage.right.relation));
    case 'scan':
      return scan(stage, read(stage.from));
    case 'sort':
      return arranged(read(stage.from), sortedRows(stage, read(stage.from)));
    case 'route':
      return arranged(read(stage.from), routedRows(stage, read(stage.from)));
    case 'shuffle':
      return arranged(read(stage.from), shuffledRows(stage.rows));
  }
}

/** The planes of rows `order[0]`, `order[1]`, ... */
function arranged(planes: ClearPlanes, order: readonly number[]): Uint8Array[] {
  return planes.map((plane) => planeOf(order.length, (row) => bitAt(plane, order[row] ?? 0)));
}

function sortedRows({ rows, key }: SortStage, planes: ClearPlanes): number[] {
  const keys = numbersOfPlanes(
    key.map((plane) => planes[plane] ?? new Uint8Array()),
    rows,
  );
  const at = (row: number) => keys[row] ?? 0n;
  // The language's sort is stable.
  return Array.from(keys.keys()).sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));
}

function routedRows({ rows, destination, counts }: RouteStage, planes: ClearPlanes): number[] {
  const places = numbersOfPlanes(
    destination.map((plane) => planes[plane] ?? new Uint8Array()),
    rows,
  );
  if (counts !== undefined) return blocksOf(places, counts);
  const order = new Array<number>(rows).fill(-1);
  places.forEach((place, row) => {
    invariant(order[Number(place)] === -1, `row ${row} is routed to place ${place}`);
    order[Number(place)] = row;
  });
  return order;
}

/** Rows by their destinations, equal ones in a fixed scattered order. */
function blocksOf(places: readonly bigint[], counts: readonly number[]): number[] {
  const scattered = shuffledRows(places.length);
  return counts.flatMap((count, k) => {
    const block = scattered.filter((row) => places[row] === BigInt(k));
    invariant(block.length === count, `${block.length} rows with destination ${k}, not ${count}`);
    return block;
  });
}

/** All rows in a scattered order. */
function shuffledRows(rows: number): number[] {
  const place = (row: number) => Math.imul(row + 1, 0x9e3779b1) >>> 0;
  return Array.from({ length: rows }, (_, row) => row).sort((a, b) => place(a) - place(b));
}

function concat({ inputs }: ConcatStage, read: (relation: number) => ClearPlanes): Uint8Array[] {
  const rows = keptRows(inputs);
  return Array.from({ length: inputs[0]?.planes.length ?? 0 }, (_, k) => {
    const bits = new Uint8Array(rows);
    let start = 0;
    for (const input of inputs) {
      start = alignedRows(start);
      const plane = input.planes[k] ?? 'zero';
      for (let row = 0; row < input.rows; row++, start++) {
        if (plane === 'one') bits[start] = 1;
        else if (plane !== 'zero') bits[start] = bitAt(read(input.relation)[plane], row);
      }
    }
    return planeOf(rows, (row) => bits[row] ?? 0);
  });
}

function pairs(stage: PairsStage, left: ClearPlanes, right: ClearPlanes): Uint8Array[] {
  const width = alignedRows(stage.right.rows);
  const rows = stage.left.rows * width;
  const isPair = (row: number) => row % width < stage.right.rows;
  const bit = (plane: Uint8Array, row: number, of: number) => (isPair(row) ? bitAt(plane, of) : 0);
  return [
    ...left.map((plane) => planeOf(rows, (row) => bit(plane, row, Math.floor(row / width)))),
    ...right.map((plane) => planeOf(rows, (row) => bit(plane, row, row % width))),
  ];
}

/** Row by row, in the direction of the scan. */
function scan({ rows, planes, combine, direction }: ScanStage, from: ClearPlanes): ClearPlanes {
  const results: number[][] = [];
  const order = Array.from({ length: rows }, (_, k) => (direction === 'down' ? k : rows - 1 - k));
  let word: (0 | 1)[] | undefined;
  for (const row of order) {
    const next = planes.map((plane) => bitAt(from[plane], row));
    word = word === undefined ? next : evaluateBits(combine, [...word, ...next]);
    results[row] = word;
  }
  return [...from, ...planes.map((_, k) => planeOf(rows, (row) => results[row]?.[k] ?? 0))];
}

/** The relation's planes and the number of rows that precede each. */
function rank(stage: RankStage, planes: ClearPlanes): ClearPlanes {
  const { rows } = stage;
  const piece = Math.ceil(rows / 8);
  const bytes = piece * rows;
  // Piece j of a plane has a bit for every row i.
  const spread = (write: (out: Uint8Array, plane: Uint8Array, j: number) => void) =>
    stage.planes.map((number) => {
      const out = new Uint8Array(bytes);
      const plane = planes[number] ?? new Uint8Array(piece);
      for (let j = 0; j < rows; j++) write(out.subarray(j * piece, (j + 1) * piece), plane, j);
      return out;
    });
  const inputs = [
    ...spread((out, plane) => out.set(plane.subarray(0, piece))),
    ...spread((out, plane, j) => out.fill(bitAt(plane, j) === 1 ? 0xff : 0)),
  ];
  const [precedes] = evaluateCircuit(stage.precedes, inputs, bytes);
  const ranks = Array.from({ length: rows }, (_, i) => {
    let count = 0n;
    for (let j = 0; j < rows; j++) if (bitAt(precedes, 8 * j * piece + i) === 1) count++;
    return count;
  });
  return [...planes, ...planesOfNumbers(ranks, rankBits(rows))];
}
