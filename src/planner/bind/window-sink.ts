import type { ColumnId } from '../../catalog/table.ts';
import type { Bounds, SqlType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { sumType } from '../logical/arithmetic-types.ts';
import type {
  AggregateFunction,
  Frame,
  SortKey,
  WindowFunction,
  WindowFunctionName,
} from '../logical/plan.ts';
import { hull, smaller } from '../logical/quotient.ts';
import { scalarKey } from '../logical/rewrite.ts';
import { BIGINT, column, type Scalar, textFacts } from '../logical/scalar.ts';
import type { Measured, Sink } from './aggregate-sink.ts';
import { WINDOW_PLACE } from './places.ts';

/** The rows that a function sees, and in which order. */
export interface Over {
  readonly partition: readonly Scalar[];
  readonly order: readonly SortKey[];
  readonly frame: Frame;
}

/** A window function before its type and bounds are known. */
export type Windowed = Over &
  Pick<WindowFunction, 'fn' | 'operand' | 'count' | 'otherwise' | 'filter' | 'label' | 'at'>;

/** Collects the window functions of one SELECT, each once: function k is column WINDOW_PLACE + k until its place is known. */
export class WindowSink {
  readonly functions: WindowFunction[] = [];
  readonly #known = new Map<string, number>();
  readonly #rows: bigint;

  /** `rows`: most rows of the input. */
  constructor(rows: bigint) {
    this.#rows = rows;
  }

  add(windowed: Windowed): Scalar {
    const { operand, fn, at } = windowed;
    const type = typeOf(windowed);
    const bounds = boundsOf(windowed, smaller(this.#rows, 2n ** 62n));
    const nullable = mayBeNull(windowed);
    const key = keyOf(windowed);
    const place = this.#known.get(key) ?? this.functions.length;
    this.#known.set(key, place);
    if (place === this.functions.length) {
      this.functions.push({ ...windowed, type, bounds, nullable });
    }
    const text = operand === undefined || fn === 'count' ? {} : textFacts(operand);
    return column((WINDOW_PLACE + place) as ColumnId, { type, bounds, nullable, ...text }, at);
  }

  /** A sink for an aggregate OVER the rows. */
  aggregates(over: Over): Sink {
    return {
      add: ({ fn, operand, filter, label, at }: Measured) =>
        this.add({
          ...{ fn: windowedOf(fn, at), ...over, label, at },
          ...(operand && { operand }),
          ...(filter && { filter }),
        }),
    };
  }
}

function windowedOf(fn: AggregateFunction, at: Scalar['at']): WindowFunctionName {
  switch (fn) {
    case 'countStar':
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return fn;
    case 'any':
      return 'max';
    case 'every':
      return 'min';
    default:
      throw new TacitError('SQL_UNSUPPORTED', 'this aggregate is not supported OVER a window', at);
  }
}

function keyOf({ fn, operand, count, otherwise, filter, ...over }: Windowed): string {
  const scalars = [operand, otherwise, filter].map((scalar) => scalar && scalarKey(scalar));
  const order = over.order.map(
    ({ scalar, descending, nullsFirst }) => `${scalarKey(scalar)} ${descending} ${nullsFirst}`,
  );
  const { start, end, peers } = over.frame;
  return [
    ...[fn, count, ...scalars, '|', ...over.partition.map(scalarKey), '|', ...order],
    ...[start, end, peers],
  ].join(' ');
}

function typeOf({ fn, operand }: Windowed): SqlType {
  if (operand === undefined || fn === 'count') return BIGINT;
  return fn === 'sum' ? sumType(operand.type) : operand.type;
}

function boundsOf({ fn, operand, count, otherwise, frame }: Windowed, rows: bigint): Bounds {
  switch (fn) {
    case 'rowNumber':
    case 'rank':
    case 'denseRank':
      return { min: smaller(1n, rows), max: rows };
    case 'ntile':
      return { min: smaller(1n, rows), max: smaller(count ?? rows, rows) };
    case 'countStar':
    case 'count':
      return { min: 0n, max: inFrame(frame, rows) };
    case 'sum': {
      const { min, max } = operand?.bounds ?? { min: 0n, max: 0n };
      const most = inFrame(frame, rows);
      return { min: min < 0n ? min * most : 0n, max: max > 0n ? max * most : 0n };
    }
    default: {
      const values = [operand, otherwise].filter((scalar) => scalar !== undefined);
      return hull(values.map(({ bounds }) => bounds));
    }
  }
}

/** Most rows that a function sees. */
function inFrame({ start, end, peers }: Frame, rows: bigint): bigint {
  if (start === undefined || end === undefined || peers) return rows;
  return smaller(end - start + 1n, rows);
}

function mayBeNull({ fn, operand, otherwise, filter, frame }: Windowed): boolean {
  switch (fn) {
    case 'rowNumber':
    case 'rank':
    case 'denseRank':
    case 'ntile':
    case 'countStar':
    case 'count':
      return false;
    case 'lag':
    case 'lead':
      return operand?.nullable !== false || otherwise?.nullable !== false;
    case 'nthValue':
      return true;
    default:
      return operand?.nullable !== false || filter !== undefined || !seesItself(frame);
  }
}

function seesItself({ start, end }: Frame): boolean {
  return (start === undefined || start <= 0n) && (end === undefined || end >= 0n);
}
