import type { Circuit } from '../../circuits/circuit.ts';
import type { RouteStage, ScanStage, SortStage } from '../../program/program.ts';
import { alignedRows } from '../../program/shapes.ts';
import type { Workshop } from '../collect.ts';
import type { PlaneRelation } from './relation.ts';

/** What of an input becomes the planes of a concatenation, in order. */
export interface ConcatInput {
  readonly relation: PlaneRelation;
  readonly planes: readonly (number | 'zero' | 'one')[];
  /** Absent: all rows. */
  readonly rows?: number;
}

/** Adds the concatenation of relations; returns its number and rows. Between inputs all planes are 0. */
export function concat(
  shop: Workshop,
  operator: number,
  inputs: readonly ConcatInput[],
): { readonly relation: number; readonly rows: number } {
  const to = shop.numbering.relation();
  const list = inputs.map(({ relation, planes, rows = relation.rows }) => {
    return { relation: relation.relation, rows, planes };
  });
  shop.stages.push({ kind: 'concat', to, inputs: list, operator });
  const rows = list.reduce((start, input) => alignedRows(start) + input.rows, 0);
  return { relation: to, rows };
}

/** The relation sorted ascending by the unsigned number in the planes `key` (LSB first, none twice); ties keep their order. */
export function sortStage(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  key: readonly number[],
  method: SortStage['method'],
): PlaneRelation {
  const to = shop.numbering.relation();
  const { relation, rows } = from;
  shop.stages.push({ kind: 'sort', from: relation, to, rows, key, method, operator });
  return moved(from, to);
}

/** The relation in an order that nobody knows. */
export function shuffle(shop: Workshop, operator: number, from: PlaneRelation): PlaneRelation {
  const to = shop.numbering.relation();
  const { relation, rows } = from;
  shop.stages.push({ kind: 'shuffle', from: relation, to, rows, operator });
  return moved(from, to);
}

/**
 * The relation with the results of a scan over the words in `planes` as its last planes, from `first` on. `make` builds the combination of
 * a word and the one after it in the direction of the scan.
 */
export function scan(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  { planes, combine, direction }: Pick<ScanStage, 'planes' | 'direction'> & { combine: Circuit },
): PlaneRelation & { readonly first: number } {
  const to = shop.numbering.relation();
  const { relation, rows } = from;
  shop.stages.push({
    ...{ kind: 'scan', from: relation, to, rows, planes, combine, direction, operator },
  });
  const first = from.planes;
  return { ...from, relation: to, planes: first + planes.length, first };
}

/** The relation with every row in the place that the planes `destination` say, or by `counts` (program.ts) among its like. */
export function route(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  where: Pick<RouteStage, 'destination' | 'counts'>,
): PlaneRelation {
  const to = shop.numbering.relation();
  const { relation, rows } = from;
  shop.stages.push({ kind: 'route', from: relation, to, rows, ...where, operator });
  return moved(from, to);
}

/** The first rows of a relation. */
export function firstRows(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  rows: number,
): PlaneRelation {
  const planes = Array.from({ length: from.planes }, (_, k) => k);
  const made = concat(shop, operator, [{ relation: from, planes, rows }]);
  return { ...from, ...made };
}

/** The relation whose rows have got other places. */
function moved(from: PlaneRelation, relation: number): PlaneRelation {
  const { order: _, ...rest } = from;
  return { ...rest, relation };
}
