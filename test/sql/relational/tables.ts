import type { ColumnDefinition } from '../../../src/catalog/table.ts';
import { encodingFor } from '../../../src/catalog/types.ts';
import type { NumberBlock } from '../../../src/sharing/upload.ts';
import type { Rng } from '../../oracle/rng.ts';
import { multiplicityOf, type OwnedRows, type TestTable } from '../../oracle/tables.ts';

const WORDS = ['', 'AK', "d'Or", 'z z', 'ß', '東京'];

interface Spec {
  readonly name: string;
  readonly type: ColumnDefinition['type'];
  readonly range: readonly [bigint, bigint];
  readonly dictionary?: readonly string[];
  /** Every row has another value, or most rows one of few. */
  readonly unique?: true;
}

const INTEGER = { kind: 'integer', name: 'INTEGER' } as const;

/** Columns of every kind that relational operators treat differently; `id` is unique, `k` sometimes. */
function specs(rng: Rng): Spec[] {
  const few = rng.pick([1n, 3n, 8n]);
  return [
    { name: 'id', type: INTEGER, range: [0n, 500n], unique: true },
    { name: 'k', type: INTEGER, range: [-few, few], ...(rng.chance(0.3) ? { unique: true } : {}) },
    { name: 'g', type: { kind: 'integer', name: 'TINYINT' }, range: [-2n, 2n] },
    { name: 'v', type: INTEGER, range: [-100_000n, 100_000n] },
    { name: 'd', type: { kind: 'decimal', precision: 9, scale: 2 }, range: [-900n, 900n] },
    { name: 'f', type: { kind: 'boolean' }, range: [0n, 1n] },
    { name: 'day', type: { kind: 'date' }, range: [18_000n, 18_006n] },
    {
      ...{ name: 'w', type: { kind: 'varchar' }, range: [0n, BigInt(WORDS.length - 1)] },
      dictionary: WORDS,
    },
  ];
}

/** A small table whose rows may be shown: NULL keys, equal keys, skew; sometimes empty, in one to three parts. */
export function relationalTable(rng: Rng, name: string): TestTable {
  const rows = rng.pick([0, 1, 2, 5, 1 + rng.below(12), 1 + rng.below(25)]);
  const list = specs(rng);
  const blocks = list.map((spec) => block(rng, spec, rows));
  const columns = list.map((spec, k) => define(rng, spec, blocks[k] as NumberBlock));
  const owners = 1 + rng.below(3);
  const parts: OwnedRows[] = [];
  for (let k = 0, from = 0; k < owners; k++) {
    const to = k === owners - 1 ? rows : from + rng.below(rows - from + 1);
    const own = blocks.map(({ values, nulls }) => {
      return { values: values.slice(from, to), ...(nulls && { nulls: nulls.slice(from, to) }) };
    });
    parts.push({ owner: `owner ${k}`, rows: to - from, columns: own });
    from = to;
  }
  return { definition: { name, columns, keys: [] }, parts };
}

function block(rng: Rng, { range: [min, max], unique, name }: Spec, rows: number): NumberBlock {
  const values = new BigInt64Array(rows);
  const nulls = new Uint8Array(rows);
  const nullRate = name === 'id' ? 0 : rng.pick([0, 0, 0.2, 0.6]);
  const common = rng.bigint(min, max);
  const skew = rng.pick([0, 0, 0.6, 1]);
  const taken = new Set<bigint>();
  for (let row = 0; row < rows; row++) {
    let value = rng.chance(skew) ? common : rng.bigint(min, max);
    if (unique === true) while (taken.has(value)) value += 1n;
    taken.add(value);
    nulls[row] = rng.chance(nullRate) ? 1 : 0;
    values[row] = nulls[row] === 1 ? 0n : value;
  }
  return { values, nulls };
}

/** What owners declare: bounds that hold, sometimes tight, and often the multiplicity. */
function define(rng: Rng, spec: Spec, data: NumberBlock): ColumnDefinition {
  const { name, type, range, dictionary } = spec;
  const [min, max] = [range[0], spec.unique === true ? range[1] + 600n : range[1]];
  const nullable = data.nulls?.includes(1) === true || (name !== 'id' && rng.chance(0.3));
  const known = spec.unique === true || rng.chance(0.4);
  const bounds = { min, max };
  if (encodingFor(bounds).width > 64) throw new RangeError(name);
  return {
    ...{ name, type, nullable, bounds, reveal: 'rows' },
    ...(dictionary && { dictionary }),
    ...(known ? { multiplicity: multiplicityOf(data) } : {}),
  };
}
