import { columnOfKind, count, literal, quoted, type Source, wrap } from './source.ts';

const SMALL = ['0', '1', '2', '3', '7', '100', '2.5', '0.125', '-3'] as const;

/** A numeric expression over rows, exact (no DOUBLE), nested at most `depth` deep. */
export function exact(source: Source, depth: number): string {
  const { rng } = source;
  if (depth === 0 || rng.chance(0.35)) {
    if (rng.chance(0.15)) return rng.pick(SMALL);
    return columnOfKind(source, ['integer', 'decimal']).definition.name;
  }
  const operand = () => wrap(exact(source, depth - 1));
  switch (rng.below(12)) {
    case 0:
      return count(source, 'unary minus', `- ${operand()}`);
    case 1:
      return count(source, '%', `${operand()} % ${wrap(divisor(source))}`);
    case 2:
      return count(
        source,
        '//',
        `${integer(source)} // ${wrap(rng.pick(['2', '3', '-7', 'few']))}`,
      );
    case 3:
      return conditional(source, depth);
    case 4:
      return rounding(source, depth);
    case 5: {
      const fn = rng.pick(['GREATEST', 'LEAST']);
      return count(source, fn.toLowerCase(), `${fn}(${operand()}, ${operand()})`);
    }
    case 6:
      return datePart(source);
    case 7:
      return cast(source);
    default: {
      const op = rng.pick(['+', '-', '*']);
      return count(source, op, `${operand()} ${op} ${operand()}`);
    }
  }
}

function integer(source: Source): string {
  return columnOfKind(source, ['integer']).definition.name;
}

function divisor(source: Source): string {
  return source.rng.pick(['2', '7', '10', '-3', 'few', '2.5', integer(source)]);
}

function conditional(source: Source, depth: number): string {
  const { rng } = source;
  const value = () => exact(source, depth - 1);
  switch (rng.below(4)) {
    case 0: {
      const otherwise = rng.chance(0.7) ? ` ELSE ${value()}` : '';
      const second = rng.chance(0.3) ? ` WHEN ${source.condition(source, 0)} THEN ${value()}` : '';
      const text = `CASE WHEN ${source.condition(source, 1)} THEN ${value()}${second}${otherwise} END`;
      return count(source, 'case', text);
    }
    case 1: {
      const text = `CASE few WHEN ${rng.below(3)} THEN ${value()} WHEN -1 THEN ${value()} ELSE 0 END`;
      return count(source, 'case x', text);
    }
    case 2:
      return count(source, 'coalesce', `COALESCE(${value()}, ${rng.pick(SMALL)})`);
    default:
      return count(source, 'nullif', `NULLIF(${value()}, ${rng.pick(['0', '1', 'few'])})`);
  }
}

function rounding(source: Source, depth: number): string {
  const { rng } = source;
  const value = exact(source, depth - 1);
  const decimal = columnOfKind(source, ['decimal']).definition.name;
  switch (rng.below(6)) {
    case 0:
      return count(source, 'abs', `ABS(${value})`);
    case 1:
      return count(source, 'sign', `SIGN(${value})`);
    case 2:
      return count(source, 'floor', `FLOOR(${decimal})`);
    case 3:
      return count(source, 'ceil', `CEIL(${decimal})`);
    case 4:
      return count(source, 'round', `ROUND(${decimal}, ${rng.below(2)})`);
    default:
      return count(source, 'round int', `ROUND(${decimal})`);
  }
}

function datePart(source: Source): string {
  const { rng } = source;
  const field = rng.pick(['year', 'month', 'day', 'dow', 'quarter', 'doy']);
  const text = rng.pick([`EXTRACT(${field} FROM day)`, `date_part('${field}', day)`]);
  return count(source, `extract ${field}`, text);
}

function cast(source: Source): string {
  const { rng } = source;
  const decimal = columnOfKind(source, ['decimal']).definition.name;
  const number = columnOfKind(source, ['integer', 'decimal']).definition.name;
  return rng.pick([
    () => count(source, 'cast to int', `CAST(${decimal} AS BIGINT)`),
    () => count(source, 'cast to decimal', `CAST(${integer(source)} AS DECIMAL(18,3))`),
    () => count(source, '::', `${number}::DECIMAL(28,4)`),
    () => count(source, 'cast boolean', 'CAST(flag AS INTEGER)'),
  ])();
}

/** A quotient of two exact expressions. */
export function quotient(source: Source): string {
  const { rng } = source;
  const below = rng.pick(['few', '4', '3', integer(source), 'n + 1']);
  return count(source, '/', `${wrap(exact(source, 1))} / ${wrap(below)}`);
}

/** A date or timestamp expression. */
export function moment(source: Source): string {
  const { rng } = source;
  const amount = 1 + rng.below(40);
  const unit = rng.pick(['DAY', 'MONTH', 'YEAR', 'HOUR', 'WEEK']);
  const sign = rng.pick(['+', '-']);
  return rng.pick([
    () => 'day',
    () => count(source, 'date + days', `day ${sign} ${amount}`),
    () => count(source, `date + ${unit}`, `day ${sign} INTERVAL '${amount}' ${unit}`),
    () => count(source, 'date_trunc', `date_trunc('${rng.pick(['month', 'year', 'week'])}', day)`),
    () => count(source, 'case date', `CASE WHEN flag THEN day ELSE ${dateLiteral(source)} END`),
  ])();
}

export function dateLiteral(source: Source): string {
  return literal(source, columnOfKind(source, ['date'])).replace(/^'/, "DATE '");
}

/** An expression over the dictionary column. */
export function words(source: Source): string {
  const { rng } = source;
  return rng.pick([
    () => 'word',
    () => count(source, 'upper', 'UPPER(word)'),
    () => count(source, 'lower', 'LOWER(word)'),
    () => count(source, 'substring', `SUBSTRING(word, ${1 + rng.below(3)}, ${1 + rng.below(3)})`),
    () => count(source, 'coalesce text', `COALESCE(word, ${quoted('none')})`),
    () => count(source, 'case text', "CASE WHEN flag THEN word ELSE 'other' END"),
    () => count(source, '||', "word || '!'"),
  ])();
}
