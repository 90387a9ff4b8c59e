import { printType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import type { Expression } from '../../parser/syntax.ts';
import { sumType } from '../logical/arithmetic-types.ts';
import { foldNode, foldScalar } from '../logical/fold.ts';
import { choose } from '../logical/make-choice.ts';
import { ratio } from '../logical/make-ratio.ts';
import type { AggregateFunction } from '../logical/plan.ts';
import {
  arithmetic,
  BIGINT,
  BOOLEAN,
  constantTruth,
  DOUBLE,
  HUGEINT,
  isNullConstant,
  isNumeric,
  not,
  nullOf,
  number,
  type Scalar,
  truth,
} from '../logical/scalar.ts';
import type { AggregateSink, Measured, Sink } from './aggregate-sink.ts';
import { type AggregateCall, type Binder, type Node, withoutWindows } from './binder.ts';
import { exact, isDouble, isMissing, unscaled } from './doubles.ts';
import { exactOperand, notNegative } from './exact-operand.ts';
import { asBoolean, bindScalar } from './expression.ts';
import { bindQuantile } from './quantile.ts';
import { withoutAliases } from './scope.ts';
import { textOf, toEncoded } from './text-encoding.ts';

/** Binds an aggregate; AVG, VAR, STDDEV and interpolated quantiles become expressions of those that plans have. */
export function bindAggregate(binder: Binder, call: AggregateCall, sink: AggregateSink): Scalar {
  sink.used = true;
  const inner: Binder = {
    ...binder,
    scope: withoutAliases(binder.scope),
    aggregate: refuseNested,
    window: withoutWindows('an aggregate'),
  };
  const common = { filter: bindFilter(inner, call.filter), label: label(call), at: call.at };
  if (call.kind === 'countStar') return sink.add({ fn: 'countStar', ...common });
  const operand = foldScalar(bindScalar(inner, call.operand));
  if (call.kind === 'quantile') return bindQuantile(inner, call, operand, common, sink);
  return lowerAggregate(call, operand, common, sink);
}

/** FILTER; undefined if it keeps all rows. */
export function bindFilter(binder: Binder, filter: Expression | undefined): Scalar | undefined {
  const written = filter && asBoolean(foldScalar(bindScalar(binder, filter)), 'FILTER');
  return written && constantTruth(written) === true ? undefined : written;
}

/** An aggregate of a bound operand, put into the sink. */
export function lowerAggregate(
  call: Node<'aggregate'>,
  operand: Scalar,
  common: Omit<Measured, 'fn' | 'operand'>,
  sink: Sink,
): Scalar {
  return new Lowering(call, operand, common, sink).bind();
}

function refuseNested({ at }: AggregateCall): never {
  throw new TacitError('SQL_GROUPING', 'aggregates cannot be nested', at);
}

const VARIANCES = new Set([
  'var_pop',
  'var_samp',
  'variance',
  'stddev_pop',
  'stddev_samp',
  'stddev',
]);

/** Known without DISTINCT, where the parser reads them as quantiles. */
const ORDERED = new Set(['median', 'quantile', 'quantile_cont', 'quantile_disc']);

/** One aggregate of one operand on its way to the functions that plans have. */
class Lowering {
  private readonly call: Node<'aggregate'>;
  private readonly operand: Scalar;
  private readonly common: Omit<Measured, 'fn' | 'operand'>;
  private readonly sink: Sink;

  constructor(
    call: Node<'aggregate'>,
    operand: Scalar,
    common: Omit<Measured, 'fn' | 'operand'>,
    sink: Sink,
  ) {
    this.call = call;
    this.operand = operand;
    this.common = common;
    this.sink = sink;
  }

  bind(): Scalar {
    const { fn } = this.call;
    if (VARIANCES.has(fn)) return this.variance();
    switch (fn) {
      case 'count':
        return this.count();
      case 'sum':
        return this.sum();
      case 'avg':
      case 'mean':
        return this.average();
      case 'min':
      case 'max':
        return this.extreme(fn);
      case 'bool_or':
        return this.condition('any');
      case 'bool_and':
      case 'every':
        return this.condition('every');
      default:
        throw this.unsupported(
          ORDERED.has(fn) && this.call.distinct
            ? `${fn}(DISTINCT …) is not supported; take it over the rows of SELECT DISTINCT`
            : `the aggregate ${fn} is not supported`,
        );
    }
  }

  private add(fn: AggregateFunction, operand: Scalar): Scalar {
    return this.sink.add({ fn, operand, ...this.common });
  }

  private unsupported(what: string): TacitError {
    return new TacitError('SQL_UNSUPPORTED', what, this.call.at);
  }

  private count(): Scalar {
    const { operand, call } = this;
    if (isNullConstant(operand)) return number(0n, BIGINT, call.at);
    if (call.distinct) return this.add('countDistinct', this.distinctValue());
    if (operand.kind !== 'ratio' && textOf(operand) === undefined)
      return this.add('count', operand);
    if (!operand.nullable) return this.sink.add({ fn: 'countStar', ...this.common });
    const present = foldNode(not(isMissing(operand, call.at), call.at));
    const none = nullOf(BOOLEAN, call.at);
    const mark = choose([{ when: present, then: truth(true, call.at) }], none, BOOLEAN, call.at);
    return this.add('count', mark);
  }

  private sum(): Scalar {
    const { operand, call } = this;
    this.requireNumber(['boolean']);
    if (isNullConstant(operand))
      return nullOf(isDouble(operand) ? DOUBLE : sumType(operand.type), call.at);
    if (operand.kind !== 'ratio') return this.add(this.distinctly('sum', 'sumDistinct'), operand);
    const { value, unit } = exactOperand(operand, call);
    return ratio(this.add(this.distinctly('sum', 'sumDistinct'), value), unit, 2, [], call.at);
  }

  private average(): Scalar {
    const { operand, call } = this;
    this.requireNumber([]);
    if (isNullConstant(operand)) return nullOf(DOUBLE, call.at);
    const { value, unit } = exactOperand(operand, call);
    const sum = this.add(this.distinctly('sum', 'sumDistinct'), value);
    const count = this.add(this.distinctly('count', 'countDistinct'), value);
    return ratio(unscaled(sum), exact('*', unscaled(count), unit, call.at), 1, [], call.at);
  }

  /** What tells values apart. */
  private distinctValue(): Scalar {
    const { operand, call } = this;
    return operand.kind === 'ratio' ? exactOperand(operand, call).value : toEncoded(operand);
  }

  private distinctly(fn: AggregateFunction, distinct: AggregateFunction): AggregateFunction {
    return this.call.distinct ? distinct : fn;
  }

  /** n * sum(x^2) - sum(x)^2 over n^2, or over n * (n - 1) for a sample. */
  private variance(): Scalar {
    const { call, operand } = this;
    const { fn, at } = call;
    this.requireNumber([]);
    if (call.distinct) throw this.unsupported(`${fn}(DISTINCT …) is not supported`);
    if (isNullConstant(operand)) return nullOf(DOUBLE, at);
    const { value, unit } = exactOperand(operand, call);
    const square = foldNode(arithmetic('*', value, value, HUGEINT, at));
    // A square is not negative, which a product does not know.
    const squares = this.add(
      'sum',
      square.kind === 'arithmetic' ? { ...square, bounds: squareOf(value) } : square,
    );
    const [sum, count] = [this.add('sum', value), this.add('count', value)].map(unscaled);
    if (sum === undefined || count === undefined) throw new RangeError(fn);
    const spread = exact(
      '-',
      exact('*', count, unscaled(squares), at),
      exact('*', sum, sum, at),
      at,
    );
    const others = fn.endsWith('_pop') ? count : exact('-', count, number(1n, HUGEINT, at), at);
    const pairs = notNegative(exact('*', count, others, at));
    const denominator = exact('*', pairs, exact('*', unit, unit, at), at);
    const after = fn.startsWith('stddev') ? [{ fn: 'sqrt' } as const] : [];
    return ratio(notNegative(spread), denominator, 1, after, at);
  }

  private extreme(fn: 'min' | 'max'): Scalar {
    const { operand, call } = this;
    if (isNullConstant(operand)) return nullOf(operand.type, call.at);
    if (operand.kind !== 'ratio') return this.add(fn, toEncoded(operand));
    const { value, unit } = exactOperand(operand, call);
    return ratio(this.add(fn, value), unit, operand.roundings, [], call.at);
  }

  private condition(fn: 'any' | 'every'): Scalar {
    return this.add(fn, asBoolean(this.operand, this.call.fn.toUpperCase()));
  }

  private requireNumber(also: readonly string[]): void {
    const { type } = this.operand;
    const fine = isNumeric(type) || type.kind === 'double' || also.includes(type.kind);
    if (fine || isNullConstant(this.operand)) return;
    const name = this.call.fn.toUpperCase();
    throw new TacitError(
      'SQL_TYPE',
      `${name} takes numbers, this is ${printType(type)}`,
      this.call.at,
    );
  }
}

function squareOf({ bounds }: Scalar): Scalar['bounds'] {
  const [low, high] = [bounds.min * bounds.min, bounds.max * bounds.max];
  const across = bounds.min <= 0n && bounds.max >= 0n;
  const [least, most] = low < high ? [low, high] : [high, low];
  return { min: across ? 0n : least, max: most };
}
