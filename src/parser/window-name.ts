import { printIdentifier } from './keywords.ts';
import type { Expression, FrameBound, OrderItem, WindowFrame } from './syntax.ts';

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>;
type Inner = (expression: Expression) => string;

/** DuckDB's name of a window function; `filter` is the text of its FILTER. */
export function windowName(e: Kind<'window'>, filter: string, inner: Inner): string {
  const parts: string[] = [];
  if (e.partitionBy.length > 0) parts.push(`PARTITION BY ${e.partitionBy.map(inner).join(', ')}`);
  if (e.orderBy.length > 0) {
    parts.push(`ORDER BY ${e.orderBy.map((item) => orderName(item, inner)).join(', ')}`);
  }
  const frame = e.frame && frameName(e.frame, inner);
  if (frame !== undefined) parts.push(frame);
  const call = `${printIdentifier(e.fn)}(${e.operands.map(inner).join(', ')})`;
  return `${call}${filter} OVER (${parts.join(' ')})`;
}

/** DuckDB's name of a quantile. */
export function quantileName(e: Kind<'quantile'>, filter: string, inner: Inner): string {
  const { written, operand, fraction, descending } = e;
  if (written === 'median') return `median(${inner(operand)})${filter}`;
  if (!written.startsWith('percentile')) {
    return `${printIdentifier(written)}(${inner(operand)}, ${inner(fraction)})${filter}`;
  }
  const direction = descending ? ' DESC' : '';
  return `quantile_${e.form}(${inner(fraction)} ORDER BY ${inner(operand)}${direction})${filter}`;
}

function orderName({ expression, descending, nulls }: OrderItem, inner: Inner): string {
  const end = nulls === undefined ? '' : ` NULLS ${nulls.toUpperCase()}`;
  return `${inner(expression)}${descending ? ' DESC' : ''}${end}`;
}

/** Absent for the frame that a window has anyway. */
function frameName({ unit, start, end }: WindowFrame, inner: Inner): string | undefined {
  const isDefault = unit === 'range' && start.kind === 'unbounded' && end.kind === 'current';
  if (isDefault) return undefined;
  return `${unit.toUpperCase()} BETWEEN ${boundName(start, inner)} AND ${boundName(end, inner)}`;
}

function boundName(bound: FrameBound, inner: Inner): string {
  switch (bound.kind) {
    case 'current':
      return 'CURRENT ROW';
    case 'unbounded':
      return `UNBOUNDED ${bound.direction.toUpperCase()}`;
    case 'offset':
      return `${inner(bound.count)} ${bound.direction.toUpperCase()}`;
  }
}
