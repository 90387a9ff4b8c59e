import { condition } from './conditions.ts';
import { columnOfKind, count, pickColumn, type Source } from './source.ts';
import { exact, moment, quotient, words } from './values.ts';

/** One aggregate call, perhaps with DISTINCT or FILTER. */
export function aggregate(source: Source): string {
  const { rng } = source;
  const call = aggregateCall(source);
  if (!rng.chance(0.2)) return call;
  return count(source, 'filter', `${call} FILTER (WHERE ${condition(source, 1)})`);
}

function aggregateCall(source: Source): string {
  const { rng } = source;
  const call = (fn: string, operand: string) => count(source, fn, `${fn}(${operand})`);
  const small = () => rng.pick(['few', 'flag', 'word', 'n % 5', 'EXTRACT(month FROM day)']);
  switch (rng.below(15)) {
    case 0:
      return count(source, 'count(*)', 'COUNT(*)');
    case 1:
      return call('count', pickColumn(source, source.columns).definition.name);
    case 2:
    case 3:
      return call('avg', exact(source, 2));
    case 4:
    case 5: {
      const fn = rng.pick(['min', 'max']);
      const operand = rng.pick([
        () => exact(source, 2),
        () => moment(source),
        () => words(source),
        () => columnOfKind(source, ['timestamp', 'boolean']).definition.name,
      ]);
      return call(fn, operand());
    }
    case 6: {
      const fn = rng.pick([
        'var_pop',
        'var_samp',
        'variance',
        'stddev_pop',
        'stddev_samp',
        'stddev',
      ]);
      return call(fn, rng.pick(['n', 'few', 'price', 'id', 'n + few']));
    }
    case 7:
      return call(rng.pick(['bool_and', 'bool_or']), condition(source, 1));
    case 8:
      return count(source, 'count distinct', `COUNT(DISTINCT ${small()})`);
    case 9: {
      const fn = rng.pick(['SUM', 'AVG', 'MIN', 'MAX']);
      return count(source, `${fn} distinct`, `${fn}(DISTINCT ${rng.pick(['few', 'n % 5'])})`);
    }
    case 10:
      return count(source, 'sum of quotient', `SUM(${quotient(source)})`);
    default:
      return call('sum', exact(source, 3));
  }
}

/** An expression over aggregates, as DuckDB rounds its parts: at most one DOUBLE in a ROUND or a comparison. */
export function overAggregates(source: Source): string {
  const { rng } = source;
  const whole = () =>
    rng.pick(['SUM(n)', 'COUNT(*)', 'SUM(few)', 'MAX(n)', 'MIN(id)', 'COUNT(price)']);
  switch (rng.below(8)) {
    case 0:
      return count(source, 'ratio of aggregates', `${whole()} / ${whole()}`);
    case 1:
      return count(
        source,
        'round avg',
        `ROUND(AVG(${rng.pick(['n', 'price', 'few'])}), ${rng.below(4)})`,
      );
    case 2:
      return count(source, 'percentage', `ROUND(100.0 * ${whole()} / ${whole()}, 2)`);
    case 3:
      return count(source, 'coalesce sum', `COALESCE(SUM(${exact(source, 1)}), 0)`);
    case 4:
      return count(
        source,
        'case of aggregates',
        `CASE WHEN ${whole()} > ${rng.below(50)} THEN ${whole()} ELSE -1 END`,
      );
    case 5:
      return count(source, 'avg times', `AVG(n) * ${rng.pick(['2', '100', '0.5'])}`);
    default: {
      const op = rng.pick(['+', '-', '*', '%', '//']);
      return count(source, `aggregate ${op}`, `${whole()} ${op} ${whole()}`);
    }
  }
}

/** A condition for HAVING. */
export function having(source: Source): string {
  const { rng } = source;
  const op = rng.pick(['<', '<=', '>', '>=', '<>', '=']);
  return rng.pick([
    () => `COUNT(*) ${op} ${rng.below(20)}`,
    () => `SUM(n) ${op} ${rng.below(400) - 200}`,
    () => `AVG(n) ${op} ${rng.below(40) - 20}`,
    () => `AVG(price) ${op} 10.25`,
    () => `MAX(few) ${op} ${rng.below(4)}`,
    () => `SUM(n) / COUNT(*) ${op} 1.5`,
    () => `STDDEV_POP(n) ${op} ${rng.below(600)}`,
    () => `MIN(day) ${op} DATE '2019-04-20'`,
    () => `SUM(n) IS ${rng.pick(['', 'NOT '])}NULL`,
    () => `COUNT(DISTINCT few) ${op} 3`,
  ])();
}
