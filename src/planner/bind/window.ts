import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import { foldNode, foldScalar } from '../logical/fold.ts';
import { extreme } from '../logical/make-choice.ts';
import { ratio } from '../logical/make-ratio.ts';
import type { WindowFunctionName } from '../logical/plan.ts';
import { BIGINT, HUGEINT, isNullConstant, number, type Scalar } from '../logical/scalar.ts';
import { bindFilter, lowerAggregate } from './aggregate.ts';
import { type Binder, type WindowCall, withoutWindows } from './binder.ts';
import { bindCast } from './casts.ts';
import { exact, integerOf, unscaled } from './doubles.ts';
import { bindScalar } from './expression.ts';
import { bindFrame, TO_PEERS, WHOLE } from './frame.ts';
import { keyOf } from './group-by.ts';
import { fromPieces, piecesOf } from './pieces.ts';
import { withoutAliases } from './scope.ts';
import { unifyText } from './text-encoding.ts';
import type { Over, Windowed, WindowSink } from './window-sink.ts';

const PLACES: Readonly<Record<string, WindowFunctionName>> = {
  row_number: 'rowNumber',
  rank: 'rank',
  dense_rank: 'denseRank',
  rank_dense: 'denseRank',
};

const VALUES: Readonly<Record<string, WindowFunctionName>> = {
  first_value: 'firstValue',
  first: 'firstValue',
  last_value: 'lastValue',
  last: 'lastValue',
  nth_value: 'nthValue',
};

const AGGREGATES = new Set([
  ...['count', 'sum', 'avg', 'mean', 'min', 'max', 'bool_and', 'bool_or', 'every'],
  ...['var_pop', 'var_samp', 'variance', 'stddev_pop', 'stddev_samp', 'stddev'],
]);

/** Binds a function OVER (…) to what stands for it; PERCENT_RANK, CUME_DIST and averages become ratios of those that plans have. */
export function bindWindow(binder: Binder, call: WindowCall, sink: WindowSink): Scalar {
  const inner: Binder = {
    ...binder,
    scope: withoutAliases(binder.scope),
    window: withoutWindows('a window'),
  };
  return new Lowering(inner, call, sink).bind();
}

/** One window function on its way to those that plans have. */
class Lowering {
  private readonly binder: Binder;
  private readonly call: WindowCall;
  private readonly sink: WindowSink;
  private readonly over: Over;
  private readonly filter: Scalar | undefined;

  constructor(binder: Binder, call: WindowCall, sink: WindowSink) {
    this.binder = binder;
    this.call = call;
    this.sink = sink;
    this.over = overOf(binder, call);
    this.filter = bindFilter(binder, call.filter);
  }

  bind(): Scalar {
    const { fn, operands } = this.call;
    if (AGGREGATES.has(fn)) return this.aggregate();
    if (this.call.filter !== undefined) throw this.unsupported(`FILTER of ${fn}`);
    const place = PLACES[fn];
    if (place !== undefined) return this.take(0, () => this.place(place));
    const value = VALUES[fn];
    if (value === 'nthValue') {
      const count = () => this.constant(1, 1n);
      return this.take(2, ([operand]) => this.value(value, operand, { count: count() }));
    }
    if (value !== undefined) return this.take(1, ([operand]) => this.value(value, operand, {}));
    if (fn === 'percent_rank') return this.take(0, () => this.percentRank());
    if (fn === 'cume_dist') return this.take(0, () => this.cumulative());
    if (fn === 'ntile') {
      return this.take(1, () => this.add({ fn: 'ntile', count: this.constant(0, 1n) }));
    }
    if ((fn === 'lag' || fn === 'lead') && operands.length > 0) return this.beside(fn);
    throw this.unsupported(`the function ${fn} OVER a window`);
  }

  private unsupported(what: string): TacitError {
    return new TacitError('SQL_UNSUPPORTED', `${what} is not supported`, this.call.at);
  }

  /** Binds the operands if there are so many. */
  private take(count: number, bind: (operands: readonly Scalar[]) => Scalar): Scalar {
    const { fn, operands, at } = this.call;
    if (operands.length === count) return bind(this.operands());
    const message = `${fn} takes ${count} arguments, not ${operands.length}`;
    throw new TacitError('SQL_TYPE', message, at);
  }

  private operands(): readonly Scalar[] {
    return this.call.operands.map((each) => foldScalar(bindScalar(this.binder, each)));
  }

  /** An operand that is a constant number. */
  private constant(index: number, least: bigint | undefined): bigint {
    const operand = this.call.operands[index];
    if (operand === undefined) throw new RangeError(`operand ${index}`);
    const scalar = foldScalar(bindScalar(this.binder, operand));
    const value = scalar.type.kind === 'integer' ? integerOf(scalar) : undefined;
    if (value !== undefined && (least === undefined || value >= least)) return value;
    const range =
      least === undefined ? 'a constant integer' : `a constant integer from ${least} on`;
    throw new TacitError('SQL_TYPE', `${this.call.fn} takes ${range}`, operand.at);
  }

  private add(
    windowed: Pick<Windowed, 'fn'> & Partial<Omit<Windowed, 'fn'>>,
    frame = WHOLE,
  ): Scalar {
    const { at } = this.call;
    return this.sink.add({ ...this.over, frame, label: label(this.call), at, ...windowed });
  }

  private place(fn: WindowFunctionName): Scalar {
    return this.add({ fn });
  }

  /** rank - 1 over the number of other rows; 0 where there is none. */
  private percentRank(): Scalar {
    const { at } = this.call;
    const one = number(1n, HUGEINT, at);
    const rank = exact('-', unscaled(this.add({ fn: 'rank' })), one, at);
    const others = exact('-', unscaled(this.add({ fn: 'countStar' })), one, at);
    return ratio(rank, foldNode(extreme('greatest', [others, one], HUGEINT, at)), 1, [], at);
  }

  /** Rows up to this one and its peers over all rows. */
  private cumulative(): Scalar {
    const frame = this.over.order.length === 0 ? WHOLE : TO_PEERS;
    const before = this.add({ fn: 'countStar' }, frame);
    return ratio(unscaled(before), unscaled(this.add({ fn: 'countStar' })), 1, [], this.call.at);
  }

  /** Values of other rows, piece by piece. */
  private value(
    fn: WindowFunctionName,
    operand: Scalar | undefined,
    more: Partial<Windowed>,
    otherwise?: Scalar,
  ): Scalar {
    if (operand === undefined) throw new RangeError(fn);
    if (isNullConstant(operand)) return operand;
    const frame = fn === 'lag' || fn === 'lead' ? WHOLE : this.over.frame;
    const defaults = otherwise && piecesOf(otherwise);
    const pieces = piecesOf(operand).map((piece, k) => {
      const last = defaults?.[k];
      return this.add({ fn, operand: piece, ...more, ...(last && { otherwise: last }) }, frame);
    });
    return fromPieces(operand, pieces);
  }

  private beside(fn: 'lag' | 'lead'): Scalar {
    const { operands, at } = this.call;
    if (operands.length > 3) throw this.unsupported(`${fn} with ${operands.length} arguments`);
    const [operand, , written] = this.operands();
    const distance = operands.length > 1 ? this.constant(1, undefined) : 1n;
    if (operand === undefined || isNullConstant(operand)) return operand ?? number(0n, BIGINT, at);
    if (distance === 0n) return operand;
    const [count, turned] =
      distance < 0n ? [-distance, fn === 'lag' ? 'lead' : 'lag'] : [distance, fn];
    if (written === undefined || isNullConstant(written)) {
      return this.value(turned as WindowFunctionName, operand, { count });
    }
    const [value, otherwise] = this.alike(operand, written);
    return this.value(turned as WindowFunctionName, value, { count }, otherwise);
  }

  /** The default in the type of the operand. */
  private alike(operand: Scalar, written: Scalar): readonly [Scalar, Scalar] {
    const { at } = written;
    if (operand.kind === 'ratio') throw this.unsupported(`a default for a DOUBLE`);
    if (operand.type.kind !== 'varchar')
      return [operand, foldScalar(bindCast(written, operand.type, false, at))];
    const [value = operand, otherwise = written] = unifyText([operand, written], at);
    return [value, otherwise];
  }

  private aggregate(): Scalar {
    const { fn, operands, at } = this.call;
    const sink = this.sink.aggregates(this.over);
    const common = { filter: this.filter, label: label(this.call), at };
    if (fn === 'count' && operands.length === 0) return sink.add({ fn: 'countStar', ...common });
    return this.take(1, ([operand]) => {
      const [written] = operands;
      if (operand === undefined || written === undefined) throw new RangeError(fn);
      const call = { kind: 'aggregate' as const, fn, operand: written, distinct: false, at };
      return lowerAggregate(call, operand, common, sink);
    });
  }
}

function overOf(binder: Binder, call: WindowCall): Over {
  const partition = call.partitionBy.map((part) =>
    keyOf(foldScalar(bindScalar(binder, part)), label(part), part.at),
  );
  const order = call.orderBy.map(({ expression, descending, nulls }) => {
    const scalar = foldScalar(bindScalar(binder, expression));
    return { scalar: orderOf(scalar), descending, nullsFirst: nulls === 'first' };
  });
  return {
    partition: partition.filter(({ kind }) => kind !== 'constant'),
    order: order.filter(({ scalar }) => scalar.kind !== 'constant'),
    frame: bindFrame(binder, call.frame, call.orderBy.length > 0),
  };
}

/** What is ordered as the scalar is: of a quotient by a positive constant what it divides. */
function orderOf(scalar: Scalar): Scalar {
  if (scalar.kind !== 'ratio' || scalar.after.length > 0) return scalar;
  return (integerOf(scalar.denominator) ?? 0n) > 0n ? scalar.numerator : scalar;
}
