import type { Position } from '../../errors/tacit-error.ts';
import { ratio } from '../logical/make-ratio.ts';
import { type LogicalPlan, relationColumns } from '../logical/plan.ts';
import { scalarKey } from '../logical/rewrite.ts';
import { column, type Scalar } from '../logical/scalar.ts';
import { integerOf } from './doubles.ts';
import type { NamedScalar } from './scope.ts';
import { toEncoded } from './text-encoding.ts';

/** The encoded values that a scalar is made of: a quotient of its two sides, unless what it divides by is a constant. */
export function piecesOf(scalar: Scalar): readonly Scalar[] {
  if (scalar.kind !== 'ratio') return [toEncoded(scalar)];
  const { numerator, denominator } = scalar;
  return hasConstantDivisor(scalar) ? [numerator] : [numerator, denominator];
}

/** The scalar made of other pieces. */
export function fromPieces(scalar: Scalar, pieces: readonly Scalar[]): Scalar {
  const [first = scalar, second] = pieces;
  if (scalar.kind !== 'ratio') return first;
  const { denominator, roundings, after, at } = scalar;
  return ratio(first, second ?? denominator, roundings, after, at);
}

function hasConstantDivisor(scalar: Scalar): boolean {
  return scalar.kind === 'ratio' && (integerOf(scalar.denominator) ?? 0n) !== 0n;
}

/** Whether every column is, piece by piece, one of the plan, and so NULL wherever a join finds no row for it. */
export function isPlain(columns: readonly NamedScalar[]): boolean {
  return columns.every(({ scalar }) => piecesOf(scalar).every(({ kind }) => kind === 'column'));
}

/** A node that computes the columns, each piece once, and the columns as they read it. */
export function projected<Column extends NamedScalar>(
  plan: LogicalPlan,
  columns: readonly Column[],
): { readonly plan: LogicalPlan; readonly columns: readonly Column[] } {
  const computed: { readonly name: string; readonly scalar: Scalar }[] = [];
  const places = new Map<string, number>();
  const placed = columns.map(({ name, scalar }) =>
    piecesOf(scalar).map((piece) => {
      const key = `${scalarKey(piece)} ${piece.dictionary?.join(' ')} ${piece.type.kind}`;
      const place = places.get(key) ?? computed.length;
      places.set(key, place);
      if (place === computed.length) computed.push({ name, scalar: piece });
      return place;
    }),
  );
  const project: LogicalPlan = { kind: 'project', input: plan, columns: computed };
  return {
    plan: project,
    columns: columns.map((each, k) => {
      const read = (placed[k] ?? []).map((id) => columnOf(project, id, each.scalar.at));
      return { ...each, scalar: fromPieces(each.scalar, read) };
    }),
  };
}

/** The scalar that reads a column of a plan. */
export function columnOf(plan: LogicalPlan, id: number, at: Position): Scalar {
  const facts = relationColumns(plan)[id];
  if (facts === undefined) throw new RangeError(`column ${id}`);
  return column(id as Parameters<typeof column>[0], facts, at);
}
