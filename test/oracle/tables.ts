import type { ColumnDefinition, TableDefinition } from '../../src/catalog/table.ts';
import type { SqlType } from '../../src/catalog/types.ts';
import type { NumberBlock } from '../../src/sharing/upload.ts';
import { Rng } from './rng.ts';

/** One owner's rows in the clear: for each column of the definition the encoded values and null flags. */
export interface OwnedRows {
  readonly owner: string;
  readonly rows: number;
  readonly columns: readonly NumberBlock[];
}

/** A table in the clear with what its owners declared about it. */
export interface TestTable {
  readonly definition: TableDefinition;
  readonly parts: readonly OwnedRows[];
}

export interface RandomTableOptions {
  readonly name?: string;
  /** Exact number of rows; otherwise 0, 1 or up to 200. */
  readonly rows?: number;
  readonly owners?: number;
}

const DAY_MIN = -719162n; // 0001-01-01
const DAY_MAX = 2932896n; // 9999-12-31
const MICROS_PER_DAY = 86_400_000_000n;
const WORDS = [
  '',
  'AK',
  'NY',
  'Nebraska',
  'a',
  "d'Or",
  'façade',
  'naïve',
  'z z',
  'ß',
  '東京',
  '🙂',
];

const INTEGERS = [
  ['TINYINT', 8n],
  ['SMALLINT', 16n],
  ['INTEGER', 32n],
  ['BIGINT', 64n],
] as const;

interface ColumnSpec {
  readonly name: string;
  readonly type: SqlType;
  /** Range that random values come from. */
  readonly range: readonly [min: bigint, max: bigint];
  /** What the type itself can hold. */
  readonly limit: readonly [min: bigint, max: bigint];
  readonly dictionary?: readonly string[];
}

/**
 * A table with columns of every type: NULLs, negative and extreme values, few distinct values next to
 * many. Bounds are exact, a little wider, or all that the type holds.
 */
export function randomTable(seed: number, options: RandomTableOptions = {}): TestTable {
  const rng = new Rng(seed);
  const rows = options.rows ?? rng.pick([0, 1, 2, 17, 1 + rng.below(200), 1 + rng.below(200)]);
  const owners = options.owners ?? 1 + rng.below(3);
  const specs = columnSpecs(rng);
  const columns = specs.map((spec) => randomColumn(rng, spec, rows));
  const definition: TableDefinition = {
    name: options.name ?? 't',
    columns: specs.map((spec, k) => define(rng, spec, columns[k] as NumberBlock)),
    keys: [],
  };
  const parts: OwnedRows[] = [];
  for (let k = 0, from = 0; k < owners; k++) {
    const to = k === owners - 1 ? rows : from + rng.below(rows - from + 1);
    parts.push({ owner: `owner ${k}`, rows: to - from, columns: columns.map(slice(from, to)) });
    from = to;
  }
  return { definition, parts };
}

/** All rows of a table, its parts one after another, as one column per definition column. */
export function wholeColumns(table: TestTable): NumberBlock[] {
  const rows = table.parts.reduce((sum, part) => sum + part.rows, 0);
  return table.definition.columns.map((_, column) => {
    const values = new BigInt64Array(rows);
    const nulls = new Uint8Array(rows);
    let at = 0;
    for (const part of table.parts) {
      const block = part.columns[column] as NumberBlock;
      values.set(block.values, at);
      if (block.nulls) nulls.set(block.nulls, at);
      at += part.rows;
    }
    return { values, nulls };
  });
}

/** Largest number of rows with an equal value, rounded up to a power of two; NULLs do not count. */
export function multiplicityOf(column: NumberBlock): number {
  const counts = new Map<bigint, number>();
  column.values.forEach((value, row) => {
    if (!column.nulls?.[row]) counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  const most = Math.max(1, ...counts.values());
  return 2 ** Math.ceil(Math.log2(most));
}

function columnSpecs(rng: Rng): ColumnSpec[] {
  const [bigName, bigBits] = rng.pick(INTEGERS);
  const limit = signedRange(bigBits);
  const precision = 1 + rng.below(18);
  const scale = rng.below(precision + 1);
  const digits = 10n ** BigInt(precision);
  const decimal = [-digits + 1n, digits - 1n] as const;
  const words = WORDS.slice(0, 1 + rng.below(WORDS.length));
  const micros = [DAY_MIN * MICROS_PER_DAY, (DAY_MAX + 1n) * MICROS_PER_DAY - 1n] as const;
  const lastWord = BigInt(words.length - 1);
  return [
    integer('id', 'INTEGER', [0n, 1000n]),
    integer('few', rng.pick(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']), [-2n, 3n]),
    integer('n', 'INTEGER', [-1000n, 1000n]),
    { name: 'big', type: { kind: 'integer', name: bigName }, range: limit, limit },
    { name: 'price', type: kindDecimal(9, 2), range: [-5000n, 99999n], limit: digitsRange(9) },
    {
      name: 'wide',
      type: kindDecimal(precision, scale),
      range: decimal,
      limit: decimal,
    },
    { name: 'flag', type: { kind: 'boolean' }, range: [0n, 1n], limit: [0n, 1n] },
    { name: 'day', type: { kind: 'date' }, range: [18000n, 18010n], limit: [DAY_MIN, DAY_MAX] },
    { name: 'at', type: { kind: 'timestamp' }, range: micros, limit: micros },
    {
      name: 'word',
      type: { kind: 'varchar' },
      range: [0n, lastWord],
      limit: [0n, lastWord],
      dictionary: words,
    },
  ];
}

function integer(
  name: string,
  type: (typeof INTEGERS)[number][0],
  range: readonly [bigint, bigint],
): ColumnSpec {
  const bits = INTEGERS.find(([other]) => other === type)?.[1] ?? 64n;
  return { name, type: { kind: 'integer', name: type }, range, limit: signedRange(bits) };
}

function kindDecimal(precision: number, scale: number): SqlType {
  return { kind: 'decimal', precision, scale };
}

function digitsRange(precision: number): readonly [bigint, bigint] {
  const largest = 10n ** BigInt(precision) - 1n;
  return [-largest, largest];
}

function signedRange(bits: bigint): readonly [bigint, bigint] {
  return [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

function randomColumn(rng: Rng, spec: ColumnSpec, rows: number): NumberBlock {
  const nullRate = rng.pick([0, 0, 0.1, 0.5, 1]);
  const extremeRate = rng.pick([0, 0.05, 0.5]);
  const [min, max] = spec.range;
  const values = new BigInt64Array(rows);
  const nulls = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    nulls[row] = rng.chance(nullRate) ? 1 : 0;
    const extreme = rng.pick([min, max, min < 0n && max > 0n ? 0n : min]);
    const value = rng.chance(extremeRate) ? extreme : rng.bigint(min, max);
    values[row] = nulls[row] ? 0n : value;
  }
  return nullRate > 0 ? { values, nulls } : { values };
}

function define(rng: Rng, spec: ColumnSpec, column: NumberBlock): ColumnDefinition {
  const present = column.values.filter((_, row) => !column.nulls?.[row]).sort();
  let min = present.at(0) ?? 0n;
  let max = present.at(-1) ?? 0n;
  const widening = spec.dictionary ? 'all' : rng.pick(['exact', 'exact', 'wider', 'all']);
  if (widening === 'all') [min, max] = spec.limit;
  if (widening === 'wider') {
    min = min - 5n < spec.limit[0] ? min : min - 5n;
    max = max + 5n > spec.limit[1] ? max : max + 5n;
  }
  return {
    name: spec.name,
    type: spec.type,
    nullable: column.nulls !== undefined,
    bounds: { min, max },
    multiplicity: multiplicityOf(column),
    ...(spec.dictionary ? { dictionary: spec.dictionary } : {}),
  };
}

function slice(from: number, to: number): (column: NumberBlock) => NumberBlock {
  return ({ values, nulls }) => ({
    values: values.slice(from, to),
    ...(nulls ? { nulls: nulls.slice(from, to) } : {}),
  });
}
