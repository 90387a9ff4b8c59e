import { printType } from '../../src/catalog/types.ts';
import { AGGREGATES } from '../../src/parser/aggregates.ts';
import { TYPES } from '../../src/planner/bind/casts.ts';
import { DATE_PARTS } from '../../src/planner/bind/date-parts.ts';
import { FUNCTIONS } from '../../src/planner/bind/functions.ts';
import { UNITS } from '../../src/planner/bind/interval.ts';
import { CLAIMS, verdict } from './prepare-sql.ts';
import type { Family } from './supported-sql.ts';

/** A family's example for one of its names. */
export function exampleOf({ example }: Family, name: string): string {
  return example.replaceAll('$f', name);
}

export function namesOf({ names }: Family): string[] {
  return names.split(' ');
}

/** `1`, `1 to 2`: how many arguments the functions of a family take. */
export function argumentsOf(family: Family): string {
  const ranges = namesOf(family).map((name) => {
    const [least, most] = FUNCTIONS[name]?.arguments ?? [0, 0];
    return least === most ? `${least}` : `${least} to ${most}`;
  });
  return [...new Set(ranges)].join('; ');
}

/** Aggregates that the parser knows by name and the planner refuses. */
export function refusedAggregates(): string[] {
  return [...AGGREGATES].filter((name) => {
    const several = `SELECT ${name}(visits > 1), ${name}(DISTINCT visits > 1) FROM claims`;
    const calls = [`SELECT ${name}(visits) FROM claims`, `SELECT ${name}(visits, 0.5) FROM claims`];
    return [several, ...calls].every((sql) => verdict(sql) === 'SQL_UNSUPPORTED');
  });
}

/** Names in casts by the type that they mean. */
export function castNames(): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [name, type] of Object.entries(TYPES)) {
    names.set(printType(type), [...(names.get(printType(type)) ?? []), name]);
  }
  return names;
}

const TARGETS = ['BOOLEAN', 'INTEGER', 'DECIMAL(18,2)', 'DOUBLE', 'DATE', 'TIMESTAMP', 'VARCHAR'];
const MARKS = { accepted: 'yes', SQL_OVERFLOW: 'by bounds' } as const;

/** For each type of column, whether CAST takes it to each target. */
export function castTable(): { readonly targets: readonly string[]; readonly rows: string[][] } {
  const sources = ['paid', 'visits', 'amount', 'admitted', 'seen', 'state'];
  const rows = sources.map((name) => {
    const column = CLAIMS.definition.columns.find((each) => each.name === name);
    const type = column === undefined ? '' : printType(column.type);
    const marks = TARGETS.map((target) => {
      const found = verdict(`SELECT COUNT(*) FROM claims WHERE CAST(${name} AS ${target}) IS NULL`);
      return found in MARKS ? MARKS[found as keyof typeof MARKS] : '';
    });
    return [type, ...marks];
  });
  return { targets: TARGETS, rows };
}

export function dateParts(): string[] {
  return [...DATE_PARTS];
}

export function truncatedParts(): string[] {
  return DATE_PARTS.filter(
    (part) => verdict(`SELECT MAX(date_trunc('${part}', seen)) FROM claims`) === 'accepted',
  );
}

export function intervalUnits(): string[] {
  return Object.keys(UNITS);
}
