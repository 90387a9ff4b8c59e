import { count, type Draw, NUMBERS } from './draw.ts';

/** A window function over one table; orders are total where it matters. */
export function windowItem(draw: Draw, table: string): string {
  const { rng } = draw;
  const c = (names: readonly string[]) => `${table}.${rng.pick(names)}`;
  const partition = rng.chance(0.7) ? `PARTITION BY ${c(['k', 'g', 'w', 'f', 'day'])} ` : '';
  const key = `${c([...NUMBERS, 'day', 'w'])}${rng.pick(['', ' DESC', ' NULLS FIRST'])}`;
  const total = `ORDER BY ${key}, ${table}.id`;
  const number = c(NUMBERS);
  const over = (inside: string) => ` OVER (${partition}${inside})`;
  return rng.pick([
    () => count(draw, 'row_number', `ROW_NUMBER()${over(total)}`),
    () => count(draw, 'rank', `${rng.pick(['RANK', 'DENSE_RANK'])}()${over(`ORDER BY ${key}`)}`),
    () =>
      count(
        draw,
        'percent_rank',
        `${rng.pick(['PERCENT_RANK', 'CUME_DIST'])}()${over(`ORDER BY ${key}`)}`,
      ),
    () => count(draw, 'ntile', `NTILE(${1 + rng.below(4)})${over(total)}`),
    () =>
      count(
        draw,
        'lag',
        `${rng.pick(['LAG', 'LEAD'])}(${number}${rng.pick(['', ', 1', ', 2'])})${over(total)}`,
      ),
    () =>
      count(
        draw,
        'first_value',
        `${rng.pick(['FIRST_VALUE', 'LAST_VALUE'])}(${number})${over(total)}`,
      ),
    () => count(draw, 'nth_value', `NTH_VALUE(${number}, ${1 + rng.below(3)})${over(total)}`),
    () => count(draw, 'whole partition', `${aggregate(draw, number)}${over('')}`),
    () => count(draw, 'running', `${aggregate(draw, number)}${over(total)}`),
    () => count(draw, 'running with peers', `${aggregate(draw, number)}${over(`ORDER BY ${key}`)}`),
    () => count(draw, 'rows frame', `${aggregate(draw, number)}${over(`${total} ${frame(draw)}`)}`),
  ])();
}

function aggregate({ rng }: Draw, number: string): string {
  return rng.pick([
    `SUM(${number})`,
    'COUNT(*)',
    `COUNT(${number})`,
    `AVG(${number})`,
    `MIN(${number})`,
    `MAX(${number})`,
  ]);
}

function frame({ rng }: Draw): string {
  const start = rng.pick(['UNBOUNDED PRECEDING', '2 PRECEDING', '1 PRECEDING', 'CURRENT ROW']);
  const end = rng.pick(['CURRENT ROW', '1 FOLLOWING', '3 FOLLOWING', 'UNBOUNDED FOLLOWING']);
  return `ROWS BETWEEN ${start} AND ${end}`;
}
