import type { ColumnDefinition } from '../../src/catalog/table.ts';
import type { ColumnBlock } from '../../src/sharing/upload.ts';
import type { Rng } from '../oracle/rng.ts';
import { type TestTable, wholeColumns } from '../oracle/tables.ts';
import { printDate, printDecimal, printTimestamp } from '../oracle/values.ts';

/** Counts how often each clause was generated; printed at the end of a run. */
export type Coverage = Map<string, number>;

interface Source {
  readonly rng: Rng;
  readonly coverage: Coverage;
  readonly columns: readonly {
    readonly definition: ColumnDefinition;
    readonly data: ColumnBlock;
  }[];
}

type Column = Source['columns'][number];

/** A random query of the SQL that release 0.1 supports, over one table. */
export function randomQuery(rng: Rng, table: TestTable, coverage: Coverage): string {
  const data = wholeColumns(table);
  const columns = table.definition.columns.map((definition, k) => ({
    definition,
    data: data[k] as ColumnBlock,
  }));
  const source: Source = { rng, coverage, columns };
  const keys = rng.chance(0.35) ? groupKeys(source) : [];
  const items = [...keys];
  const aggregates = 1 + rng.below(3);
  for (let k = 0; k < aggregates; k++) items.push(`${aggregate(source)} AS a${k}`);
  if (rng.chance(0.05)) items.push(count(source, 'constant item', "'x' AS c"));
  const where = rng.chance(0.8)
    ? ` WHERE ${count(source, 'where', predicate(source, rng.pick([0, 1, 2, 3])))}`
    : '';
  const groupBy = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  if (keys.length > 0) count(source, `group by ${keys.length}`, '');
  return `SELECT ${items.join(', ')} FROM ${table.definition.name}${where}${groupBy}`;
}

function count(source: Source, clause: string, text: string): string {
  source.coverage.set(clause, (source.coverage.get(clause) ?? 0) + 1);
  return text;
}

function groupKeys({ rng }: Source): string[] {
  return rng.pick([['word'], ['flag'], ['word', 'flag'], ['flag', 'word']]);
}

function aggregate(source: Source): string {
  const { rng, columns } = source;
  switch (rng.below(8)) {
    case 0:
    case 5:
      return count(source, 'count(*)', 'COUNT(*)');
    case 1:
      return count(source, 'count(x)', `COUNT(${pickColumn(source, columns).definition.name})`);
    case 2:
      return count(source, 'avg', `AVG(${numeric(source, 2)})`);
    default:
      return count(source, 'sum', `SUM(${numeric(source, 2)})`);
  }
}

const NUMERIC = new Set(['integer', 'decimal']);

/** Mostly columns with values: queries about nothing but NULLs say little. */
function pickColumn({ rng }: Source, columns: readonly Column[]): Column {
  const filled = columns.filter(({ data }) => data.nulls?.every((isNull) => isNull === 1) !== true);
  return rng.pick(filled.length > 0 && rng.chance(0.85) ? filled : columns);
}

function numericColumn(source: Source): Column {
  const numeric = source.columns.filter(({ definition }) => NUMERIC.has(definition.type.kind));
  return pickColumn(source, numeric);
}

/** A column, a literal near its values, or + - * of those. */
function numeric(source: Source, depth: number): string {
  const { rng } = source;
  if (depth === 0 || rng.chance(0.45)) {
    const column = numericColumn(source);
    return rng.chance(0.2) ? smallLiteral(source) : column.definition.name;
  }
  if (rng.chance(0.12))
    return count(source, 'unary minus', `- ${wrap(numeric(source, depth - 1))}`);
  const op = rng.pick(['+', '-', '*']);
  const left = numeric(source, depth - 1);
  const right = numeric(source, depth - 1);
  return count(source, `expression ${op}`, `${wrap(left)} ${op} ${wrap(right)}`);
}

function wrap(text: string): string {
  return /[ +*]|^-/.test(text) ? `(${text})` : text;
}

function smallLiteral({ rng }: Source): string {
  return rng.pick(['0', '1', '2', '7', '100', '2.5', '0.125', '-3']);
}

/** A literal equal or close to a value that occurs in the column. */
function literal(source: Source, { definition, data }: Column): string {
  const { rng } = source;
  const rows = data.values.length;
  const base = rows === 0 ? 0n : (data.values[rng.below(rows)] ?? 0n);
  const value = base + rng.pick([0n, 0n, 0n, 1n, -1n]);
  const { type } = definition;
  switch (type.kind) {
    case 'decimal':
      return negativeSafe(printDecimal(value, type.scale));
    case 'date':
      return rng.pick([`DATE '${printDate(base)}'`, `'${printDate(base)}'`]);
    case 'timestamp':
      return rng.pick([`TIMESTAMP '${printTimestamp(base)}'`, `'${printTimestamp(base)}'`]);
    case 'varchar': {
      const words = [...(definition.dictionary ?? []), 'nothing like it'];
      return `'${rng.pick(words).replaceAll("'", "''")}'`;
    }
    case 'boolean':
      return rng.pick(['TRUE', 'FALSE']);
    default:
      return negativeSafe(rng.chance(0.1) ? `${value}.5` : String(value));
  }
}

function negativeSafe(text: string): string {
  return text.startsWith('-') ? `(${text})` : text;
}

function predicate(source: Source, depth: number): string {
  const { rng } = source;
  if (depth > 0 && rng.chance(0.55)) {
    if (rng.chance(0.15)) return count(source, 'not', `NOT (${predicate(source, depth - 1)})`);
    const op = rng.pick(['AND', 'OR', 'OR', 'OR']);
    const side = () => {
      const inner = predicate(source, depth - 1);
      // Half of the time precedence decides, not parentheses.
      return rng.chance(0.5) ? inner : `(${inner})`;
    };
    return count(source, op.toLowerCase(), `${side()} ${op} ${side()}`);
  }
  return leaf(source);
}

const SMALL = new Set(['boolean', 'varchar']);
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='] as const;

function leaf(source: Source): string {
  const { rng, columns } = source;
  const column = pickColumn(source, columns);
  const { name, type } = column.definition;
  switch (rng.below(10)) {
    case 0:
      return count(source, 'is null', `${name} IS ${rng.pick(['', 'NOT '])}NULL`);
    case 1: {
      const list = Array.from({ length: 1 + rng.below(4) }, () => literal(source, column));
      if (rng.chance(0.05)) list.push('NULL');
      return count(source, 'in', `${name} ${rng.pick(['', 'NOT '])}IN (${list.join(', ')})`);
    }
    case 2: {
      const [low, high] = [literal(source, column), literal(source, column)];
      const word = rng.pick(['', 'NOT ']);
      return count(source, 'between', `${name} ${word}BETWEEN ${low} AND ${high}`);
    }
    case 3:
    case 4: {
      const [left, right] = [numeric(source, 1), numeric(source, 1)];
      return count(source, 'compare expressions', `${left} ${rng.pick(COMPARISONS)} ${right}`);
    }
    case 5:
      if (type.kind === 'boolean') return count(source, 'boolean column', name);
      break;
  }
  // Equality with one of very many values keeps next to no row.
  const many = !SMALL.has(type.kind) && rng.chance(0.7);
  const op = many ? rng.pick(['<', '<=', '>', '>=', '<>'] as const) : rng.pick(COMPARISONS);
  return count(source, `compare ${type.kind} ${op}`, `${name} ${op} ${literal(source, column)}`);
}
