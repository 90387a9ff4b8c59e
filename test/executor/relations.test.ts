import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import type { Circuit } from '../../src/circuits/circuit.ts';
import { lessThan } from '../../src/circuits/gadgets/compare.ts';
import { mod, P } from '../../src/field/p61.ts';
import type { CollectColumn, Fold, Stage } from '../../src/program/program.ts';
import { rankBits } from '../../src/program/shapes.ts';
import { Rng } from '../oracle/rng.ts';
import { foldOf } from '../program/random-circuits.ts';
import { collect, open, programOf, range } from './open-relation.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 71);

describe('a relation collected', () => {
  const LIMIT = 2n ** 60n - 2n;

  it.each([1, 2, 5, 8, 9, 40])('of signed scalars has their bits, %i rows', async (rows) => {
    const rng = new Rng(SEED + rows);
    const value = () => rng.pick([0n, 1n, -1n, LIMIT, -LIMIT, rng.bigint(-LIMIT, LIMIT)]);
    const values = range(2 * rows).map(value);
    const columns: CollectColumn[] = [
      { kind: 'scalars', scalars: range(rows), width: 64 },
      { kind: 'scalars', scalars: range(rows).map((k) => rows + k), width: 61 },
      { kind: 'scalars', scalars: range(rows), width: 12 },
      { kind: 'constant', values: values.slice(0, rows), width: 70 },
    ];
    const stages = [collect(0, columns)];
    const { numbers } = await open(
      programOf({ stages, constants: values.map(mod), opened: 0, isOdd: true }),
    );
    const [left, right] = [values.slice(0, rows), values.slice(rows)];
    expect(numbers(0, 64)).toEqual(left.map((v) => BigInt.asUintN(64, v)));
    expect(numbers(64, 61)).toEqual(right.map((v) => BigInt.asUintN(61, v)));
    expect(numbers(125, 12)).toEqual(left.map((v) => BigInt.asUintN(12, v)));
    expect(numbers(137, 70)).toEqual(left.map((v) => BigInt.asUintN(70, v)));
  });

  it('is the same at any element, as the clear evaluator says', async () => {
    const rng = new Rng(SEED);
    const constants = [0n, P - 1n, 2n ** 60n, 2n ** 60n - 1n, rng.bigint(0n, P - 1n)];
    const column: CollectColumn = { kind: 'scalars', scalars: range(5), width: 62 };
    await open(programOf({ stages: [collect(0, [column])], constants, opened: 0, isOdd: true }));
  });
});

/** Reads a relation of one number of `width` bits and folds it. */
function folding(fold: Omit<Fold, 'items' | 'operator'>, rows: number, items: number): Stage {
  const b = new CircuitBuilder();
  const word = range(fold.width).map(() => b.input());
  // Item k sees the number with its bits turned by k, so that items differ.
  const outputs = range(items).flatMap((item) =>
    range(fold.width).map((bit) => word[(bit + item) % fold.width] ?? b.zero),
  );
  return {
    kind: 'rows',
    source: { kind: 'relation', relation: 0, rows },
    ...{ chunkRows: 1024, lanes: 1, fields: [], registers: 0, steps: [], reductions: [] },
    bits: [{ column: 0, planes: fold.width, inputs: range(fold.width) }],
    circuit: b.build(outputs),
    folds: [
      {
        ...fold,
        items: range(items).map((item) => ({
          outputs: range(fold.width).map((bit) => item * fold.width + bit),
          to: item,
        })),
        operator: 0,
      },
    ],
    operator: 0,
  };
}

describe('a fold', () => {
  const WIDTH = 7;
  const turned = (value: bigint, by: number) => {
    const turn = BigInt(by % WIDTH);
    return BigInt.asUintN(WIDTH, (value >> turn) | (value << (BigInt(WIDTH) - turn)));
  };

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 25, 63, 64, 65, 127, 128, 129, 1000])(
    'over %i rows finds minima and maxima',
    async (rows) => {
      const rng = new Rng(SEED + rows);
      const values = range(rows).map(() => rng.bigint(3n, 2n ** BigInt(WIDTH) - 4n));
      for (const [kind, items] of [
        ['min', 1],
        ['max', 3],
      ] as const) {
        const stages = [
          collect(0, [{ kind: 'constant', values, width: WIDTH }]),
          folding(foldOf(kind, WIDTH), rows, items),
          collect(1, [{ kind: 'folds', folds: range(items), width: WIDTH }]),
        ];
        const { numbers } = await open(programOf({ stages, folds: items, opened: 1 }));
        const expected = range(items).map((item) => {
          const sorted = values.map((value) => turned(value, item)).sort((x, y) => Number(x - y));
          return sorted.at(kind === 'min' ? 0 : -1);
        });
        expect(numbers(0, WIDTH), `seed ${SEED}, ${kind}`).toEqual(expected);
      }
    },
  );
});

/** j precedes i: a smaller key, or the same and a smaller number. */
function before(width: number, bits: number): Circuit {
  const b = new CircuitBuilder();
  const word = () => ({ bits: range(width + bits).map(() => b.input()), signed: false });
  const [i, j] = [word(), word()];
  return b.build([lessThan(b, j, i, { block: 4 })]);
}

describe('ranks', () => {
  // More than 1024 rows are compared in several ranges.
  it.each([1, 2, 3, 7, 8, 9, 16, 17, 100, 130, 1030])('of %i rows', async (rows) => {
    const rng = new Rng(SEED + rows);
    const [width, bits] = [3, 11];
    const keys = range(rows).map(() => rng.bigint(0n, 2n ** BigInt(width) - 1n));
    const ids = range(rows).map(BigInt);
    const stages: Stage[] = [
      collect(0, [
        { kind: 'constant', values: ids, width: bits },
        { kind: 'constant', values: keys, width },
      ]),
      {
        ...{ kind: 'rank', from: 0, to: 1, rows, operator: 0 },
        planes: range(width + bits),
        precedes: before(width, bits),
      },
    ];
    const { numbers } = await open(programOf({ stages, opened: 1 }));
    const order = range(rows).sort((x, y) => Number((keys[x] ?? 0n) - (keys[y] ?? 0n)) || x - y);
    const ranks = numbers(width + bits, rankBits(rows));
    expect(order.map((row) => ranks[row])).toEqual(range(rows).map(BigInt));
    expect(numbers(0, bits)).toEqual(ids);
    expect(numbers(bits, width)).toEqual(keys);
  });
});

describe('planes to the analyst', () => {
  const column: CollectColumn = { kind: 'constant', values: [1n, 2n, 3n], width: 2 };
  const program = programOf({ stages: [collect(0, [column])], opened: 0 });

  it('are re-randomised and carry nothing beyond their rows', async () => {
    const runs = [await open(program), await open(program), await open(program)];
    for (const { run, numbers } of runs) {
      expect(numbers(0, 2)).toEqual([1n, 2n, 3n]);
      for (const payload of run.payloads) {
        expect(payload).toHaveLength(4);
        for (const byte of payload) expect(byte & ~7).toBe(0);
      }
    }
  });

  it('have components that do not tell how they came about', async () => {
    const seen = new Set<string>();
    for (let k = 0; k < 24; k++) {
      const { run } = await open(program);
      seen.add(run.payloads[1]?.join() ?? '');
    }
    // Party 2 holds two of three components: uniform whatever the planes are (12 bits here).
    expect(seen.size).toBeGreaterThan(16);
  });
});
