import type { Disclosure } from '../planner/disclosure.ts';
import type { Cost } from '../program/cost.ts';
import type { Measurement } from '../program/measure.ts';
import type { Suite } from '../program/program.ts';
import type { SortOutlook } from '../program/sort-record.ts';
import type { TableRead } from './query.ts';

/** Hex digits of a digest that are shown. */
const DIGITS_SHOWN = 16;

/**
 * The text of EXPLAIN: the plan with its public row bounds, the exact cost of every operator and in total, and what the
 * query reads, and discloses to whom.
 */
export function explain(
  planLines: readonly string[],
  suite: Suite,
  measurement: Measurement,
  tables: readonly TableRead[],
  disclosures: readonly Disclosure[],
  sorts: readonly SortOutlook[] = [],
): string {
  const operators = measurement.operators.filter(({ cost }) => !isFree(cost));
  const rows = [
    ['operator', 'rounds', 'bytes per party', 'AND gates', 'multiplications'],
    ...operators.map(({ label, cost }) => [label, ...costCells(cost)]),
    ['total', ...costCells(measurement.total)],
  ];
  return [
    ...planLines,
    '',
    ...table(rows),
    '',
    `to analyst: ${grouped(measurement.total.bytesToAnalyst)} bytes`,
    ...sortLines(sorts),
    securityLine(suite),
    ...tables.map(readLine),
    '',
    'discloses',
    ...disclosures.map(({ to, what }) => `  to ${to}: ${what}`),
  ].join('\n');
}

/** Everything else is exact; how many comparisons a sort makes depends on the random order that its rows are put in first. */
function sortLines(sorts: readonly SortOutlook[]): string[] {
  return sorts.map(({ expected, most, rows }) => {
    const [about, bound] = [expected, most].map((n) => grouped(n.comparisons));
    return `expected: a sort of ${grouped(rows)} rows makes about ${about} comparisons in ${expected.levels} level(s), at most ${bound} in ${most.levels}`;
  });
}

function securityLine({ parties, security, threshold }: Suite): string {
  const means = security === 'active' ? 'results are verified' : 'semi-honest';
  return `security: ${security} (${means}), at most ${threshold} of ${parties} parties colludes`;
}

function readLine({ digest, name, version }: TableRead): string {
  return `reads ${name} version ${version}, digest ${digest.slice(0, DIGITS_SHOWN)}`;
}

function isFree(cost: Cost): boolean {
  return cost.rounds === 0 && cost.bytesPerParty.every((bytes) => bytes === 0);
}

function costCells(cost: Cost): string[] {
  const distinct = [...new Set(cost.bytesPerParty)];
  const bytes = distinct.length === 1 ? distinct : cost.bytesPerParty;
  return [
    grouped(cost.rounds),
    bytes.map(grouped).join(' / '),
    grouped(cost.andGates),
    grouped(cost.multiplications),
  ];
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const print = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const [head, ...body] = rows.map(print);
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const total = body.pop() ?? '';
  return [head ?? '', rule, ...body, rule, total];
}
