import { columnsOf } from '../../planner/logical/rewrite.ts';
import type { RowsAnswer } from '../../planner/physical/plan.ts';
import type { RelationCell, RelationShape } from '../../planner/result-shape.ts';
import type { ResultStage } from '../../program/program.ts';
import { OutputPlanes, Quotients } from '../output-planes.ts';
import { sort } from './choose-sort.ts';
import { compactInOrder } from './gather.ts';
import type { PlaneRelation } from './relation.ts';
import { RelationCircuit } from './relation-circuit.ts';
import { isOrderedBy, isUniqueIn, type RowOrder } from './row-order.ts';
import type { RelationalShop } from './shop.ts';
import { sortWord } from './sort-key.ts';
import { firstRows, shuffle } from './stages.ts';
import { tellsTiesApart } from './ties.ts';

/**
 * Adds the stages that show rows: every cell is 0 in rows that are not there, and rows are shuffled, or sorted after a shuffle, so
 * that neither their places nor the order of equal ones tell where they come from (PROTOCOLS A15).
 */
export function compileRows(
  answer: RowsAnswer,
  shop: RelationalShop,
  operator: number,
): { readonly planes: NonNullable<ResultStage['planes']>; readonly shape: RelationShape } {
  const { input, cells, order } = answer;
  const shownScalars = cells.flatMap((cell) => (cell.kind === 'scalar' ? [cell.scalar] : []));
  const keys = (order ?? []).map(({ scalar }) => scalar);
  const tells = tellsTiesApart(shownScalars.flatMap(columnsOf), keys);
  const isMixed = (known: RowOrder | undefined) =>
    order === undefined || (tells && !isUniqueIn(known, keys));
  const isSorted = (known: RowOrder | undefined) =>
    order !== undefined && !isMixed(known) && isOrderedBy(known, order);
  const read = new Set([...shownScalars, ...keys].flatMap(columnsOf));
  const below = shop.compile(input, read, isSorted);
  const from =
    below.rows > 2 * input.rows ? compactInOrder(shop, operator, below, input.rows) : below;
  const circuit = new RelationCircuit(shop, from);
  const expressions = circuit.expressions();
  const there = circuit.there();
  const quotients = new Quotients(expressions);
  const outputs = new OutputPlanes(circuit.b, expressions, there, quotients);
  const shown = cells.map((cell) => outputs.cell(cell));
  // Something must be opened that says how many rows there are, and that is no bit of a key.
  const isBare = outputs.wires.length === 0 && there === circuit.b.one;
  const wires = isBare ? [circuit.b.one] : outputs.wires;
  const count = wires.length;
  const known = isSorted(from.order) ? from.order : undefined;
  const word =
    order === undefined || known !== undefined ? [] : sortWord(circuit.b, expressions, order);
  const isGathered = order === undefined || known?.gathered === true;
  if (!isGathered && there !== circuit.b.one) word.push(circuit.b.not(there));
  const made = circuit.make({ operator }, [], there, [...wires, ...word]);
  const hidden = isMixed(from.order) ? shuffle(shop, operator, made) : made;
  const key = word.map((_, k) => made.first + count + k);
  const ordered = sort(shop, operator, hidden, key);
  const last = order === undefined ? ordered : cut(shop, operator, ordered, input.rows);
  const planes = Array.from({ length: count }, (_, k) => made.first + k);
  const valid = made.valid === undefined ? {} : { valid: planes.push(made.valid) - 1 };
  return {
    planes: { relation: last.relation, rows: last.rows, planes },
    shape: { rows: last.rows, ...valid, columns: shown.map((cell) => inRows(cell, last.rows)) },
  };
}

/** Sorted rows come first, so that no more than the bound are there. */
function cut(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  rows: number,
): PlaneRelation {
  return from.rows <= rows ? from : firstRows(shop, operator, from, Math.max(1, rows));
}

/** A public cell in all rows. */
function inRows(cell: RelationCell, rows: number): RelationCell {
  if (cell.kind !== 'constants') return cell;
  const [value = null] = cell.values;
  return { ...cell, values: Array.from({ length: rows }, () => value) };
}
