import type { ColumnDefinition } from '../../../src/catalog/table.ts';
import type { SqlType } from '../../../src/catalog/types.ts';
import { Rng } from '../../oracle/rng.ts';
import { multiplicityOf, type OwnedRows, type TestTable } from '../../oracle/tables.ts';

interface Spec {
  readonly name: string;
  readonly type: SqlType;
  /** Values that occur. */
  readonly range: readonly [bigint, bigint];
  readonly nulls: number;
  /** Declared bounds; absent: the range. */
  readonly bounds?: readonly [bigint, bigint];
  readonly dictionary?: readonly string[];
}

const INTEGER: SqlType = { kind: 'integer', name: 'INTEGER' };
const WIDE = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const WORDS = ['', 'AK', 'NY', 'a', 'façade', '東京'];

/**
 * Rows with few values in keys that are declared as wide, so that they are grouped by sorting: `k` and `j` (with NULLs) are keys,
 * `x`, `y`, `price`, `word` and `flag` have NULLs, `id` is different in every row.
 */
export function groupedTable(seed: number, rows: number, owners = 2): TestTable {
  const rng = new Rng(seed);
  const [few, more] = [BigInt(rng.pick([0, 2, 5])), BigInt(1 + Math.ceil(rows / 4))];
  const specs: Spec[] = [
    { name: 'id', type: INTEGER, range: [0n, BigInt(rows)], nulls: 0 },
    { name: 'k', type: INTEGER, range: [-few, few], nulls: rng.pick([0, 0.2]), bounds: WIDE },
    { name: 'j', type: INTEGER, range: [0n, more], nulls: 0.2, bounds: [0n, 2n ** 31n - 1n] },
    { name: 'x', type: INTEGER, range: [-50n, 50n], nulls: rng.pick([0, 0.3, 1]) },
    { name: 'y', type: { kind: 'integer', name: 'SMALLINT' }, range: [0n, 9n], nulls: 0.1 },
    {
      ...{ name: 'price', type: { kind: 'decimal', precision: 9, scale: 2 } as const },
      ...{ range: [-5000n, 99999n] as const, nulls: rng.pick([0, 0.2]) },
    },
    { name: 'flag', type: { kind: 'boolean' }, range: [0n, 1n], nulls: 0.2 },
    { name: 'word', type: { kind: 'varchar' }, range: [0n, 5n], nulls: 0.2, dictionary: WORDS },
  ];
  const blocks = specs.map((spec) => {
    const values = new BigInt64Array(rows);
    const nulls = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      nulls[row] = rng.chance(spec.nulls) ? 1 : 0;
      const value = spec.name === 'id' ? BigInt(row) : rng.bigint(...spec.range);
      values[row] = nulls[row] === 1 ? 0n : value;
    }
    return spec.nulls > 0 ? { values, nulls } : { values };
  });
  const columns = specs.map((spec, k): ColumnDefinition => {
    const [min, max] = spec.bounds ?? spec.range;
    const multiplicity = multiplicityOf(blocks[k] ?? { values: new BigInt64Array() });
    return {
      ...{ name: spec.name, type: spec.type, nullable: spec.nulls > 0, bounds: { min, max } },
      ...{ multiplicity, ...(spec.dictionary ? { dictionary: spec.dictionary } : {}) },
    };
  });
  const parts: OwnedRows[] = [];
  for (let k = 0, from = 0; k < owners; k++) {
    const to = k === owners - 1 ? rows : from + rng.below(rows - from + 1);
    const cut = blocks.map(({ values, nulls }) => {
      const own = { values: values.slice(from, to) };
      return nulls === undefined ? own : { ...own, nulls: nulls.slice(from, to) };
    });
    parts.push({ owner: `owner ${k}`, rows: to - from, columns: cut });
    from = to;
  }
  return { definition: { name: 't', columns, keys: [] }, parts };
}
