import { beforeAll, describe, expect, it } from 'vitest';
import { planeCount, type TableVersion } from '../../src/catalog/table.ts';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import { checkProgram } from '../../src/compiler/check-program.ts';
import { numbersOfPlanes } from '../../src/program/clear-bits.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { measure } from '../../src/program/measure.ts';
import type { Program, Stage } from '../../src/program/program.ts';
import { alignedRows, keptRows } from '../../src/program/shapes.ts';
import type { MemoryStore } from '../../src/storage/memory-store.ts';
import { Rng } from '../oracle/rng.ts';
import { relationOf } from '../program/random-program.ts';
import { runParties, SECURITIES, secured, storesWith } from '../program/run-parties.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { clearRows } from '../sql/clear-rows.ts';
import { collect, open, openAs, programOf, range } from './open-relation.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 76);
const WIDTH = 7;
const ROWS = [1, 7, 127, 128, 129, 1000, 5000];

const random = (rng: Rng, rows: number, width = WIDTH) =>
  range(rows).map(() => rng.bigint(0n, (1n << BigInt(width)) - 1n));

/** The negation of each plane at each of the shifts. */
function neighbours(
  rows: number,
  shifts: readonly number[],
  chunkRows: number,
  lanes: number,
): Stage {
  const b = new CircuitBuilder();
  const inputs = range(shifts.length * WIDTH).map(() => b.input());
  const all = inputs.reduce((sum, input) => b.and(sum, b.not(input)), b.one);
  const outputs = [...inputs.map((input) => b.not(input)), all];
  return {
    kind: 'rows',
    source: { kind: 'relation', relation: 0, rows },
    ...{ chunkRows, lanes, fields: [], registers: 0, steps: [], reductions: [], folds: [] },
    bits: shifts.map((shift, k) => ({
      ...{ column: 0, planes: WIDTH, inputs: range(WIDTH).map((bit) => k * WIDTH + bit) },
      ...(shift === 0 ? {} : { shift }),
    })),
    circuit: b.build(outputs),
    keep: { relation: 1, outputs: range(outputs.length) },
    operator: 0,
  };
}

describe('rows of a relation', () => {
  it.each(ROWS)('read their neighbours, %i rows', async (rows) => {
    const values = random(new Rng(SEED + rows), rows);
    const shifts = [0, 1, -1, 8, -130, 1500];
    const stages = [
      collect(0, [{ kind: 'constant', values, width: WIDTH }]),
      neighbours(rows, shifts, 1024, 3),
    ];
    const { numbers } = await open(programOf({ stages, opened: 1 }));
    shifts.forEach((shift, k) => {
      const read = range(rows).map((row) => 127n ^ (values[row + shift] ?? 0n));
      expect(numbers(k * WIDTH, WIDTH), `shift ${shift}`).toEqual(read);
    });
  });

  it('that nobody wrote are 0 although circuits write beyond their rows', async () => {
    const rows = 130;
    const values = random(new Rng(SEED), rows);
    const again = neighbours(rows, [1], 1024, 1);
    if (again.kind !== 'rows') throw new Error('rows');
    const bits = { column: 0, planes: WIDTH + 1, inputs: [...range(WIDTH), -1], shift: 1 };
    const stages: Stage[] = [
      collect(0, [{ kind: 'constant', values, width: WIDTH }]),
      neighbours(rows, [0], 1024, 1),
      {
        ...again,
        source: { kind: 'relation', relation: 1, rows },
        bits: [bits],
        keep: { relation: 2, outputs: range(WIDTH) },
      },
    ];
    const { numbers } = await open(programOf({ stages, opened: 2 }));
    expect(numbers(0, WIDTH)).toEqual([...values.slice(1), 127n]);
  });
});

describe('concatenation', () => {
  it.each(ROWS)('of %i rows and others, with gaps of zeros', async (rows) => {
    const rng = new Rng(SEED + rows);
    const [first, second] = [random(rng, rows), random(rng, 130)];
    const planes = range(WIDTH);
    const b = new CircuitBuilder();
    const bits = planes.map(() => b.input());
    const stages: Stage[] = [
      collect(0, [{ kind: 'constant', values: first, width: WIDTH }]),
      collect(1, [{ kind: 'constant', values: second, width: WIDTH }]),
      // Something that has bits beyond its rows.
      {
        kind: 'rows',
        source: { kind: 'relation', relation: 1, rows: 130 },
        ...{ chunkRows: 1024, lanes: 1, fields: [], registers: 0, steps: [], reductions: [] },
        ...{ folds: [], operator: 0 },
        bits: [{ column: 0, planes: WIDTH, inputs: planes }],
        circuit: b.build(bits.map((bit) => b.not(bit))),
        keep: { relation: 2, outputs: planes },
      },
      {
        kind: 'concat',
        to: 3,
        inputs: [
          { relation: 2, rows: 130, planes: [...planes, 'one'] },
          { relation: 0, rows, planes: [...planes.toReversed(), 'zero'] },
          { relation: 2, rows: 5, planes: ['one', 0, 0, 0, 0, 0, 'zero', 'one'] },
        ],
        operator: 0,
      },
    ];
    const { numbers } = await open(programOf({ stages, opened: 3 }));
    const all = numbers(0, WIDTH + 1);
    const start = 256 + alignedRows(rows);
    expect(all).toHaveLength(start + 5);
    expect(all.slice(0, 130)).toEqual(second.map((value) => (127n ^ value) | 128n));
    expect(all.slice(130, 256).every((value) => value === 0n)).toBe(true);
    expect(all.slice(256 + rows, start).every((value) => value === 0n)).toBe(true);
  });
});

describe('pairs', () => {
  it.each([
    [1, 1],
    [3, 7],
    [130, 129],
    [5, 1000],
    [2, 128],
  ])('of %i and %i rows', async (rows, others) => {
    const rng = new Rng(SEED + rows);
    const [first, second] = [random(rng, rows), random(rng, others, 4)];
    const stages: Stage[] = [
      collect(0, [{ kind: 'constant', values: first, width: WIDTH }]),
      collect(1, [{ kind: 'constant', values: second, width: 4 }]),
      {
        ...{ kind: 'pairs', to: 2, operator: 0 },
        left: { relation: 0, rows },
        right: { relation: 1, rows: others },
      },
    ];
    const { numbers } = await open(programOf({ stages, opened: 2 }));
    const padding = range(alignedRows(others) - others).map(() => 0n);
    const pairs = first.flatMap((x) => [...second.map((y) => x + 128n * y), ...padding]);
    expect(numbers(0, WIDTH + 4)).toEqual(pairs);
  });
});

describe('sorted, routed and shuffled rows', () => {
  it.each([1, 2, 127, 128, 129, 1000])('are what they were, %i rows', async (rows) => {
    const rng = new Rng(SEED + rows);
    const values = random(rng, rows);
    const places = range(rows)
      .map((row) => ({ row, order: rng.below(1 << 30) }))
      .sort((a, b) => a.order - b.order)
      .map(({ row }) => BigInt(row));
    const stages: Stage[] = [
      collect(0, [
        { kind: 'constant', values, width: WIDTH },
        { kind: 'constant', values: places, width: 13 },
      ]),
      { kind: 'shuffle', from: 0, to: 1, rows, operator: 0 },
      { kind: 'sort', from: 1, to: 2, rows, key: range(20), method: 'quick', operator: 0 },
      {
        ...{ kind: 'route', from: 2, to: 3, rows, operator: 0 },
        destination: range(13).map((bit) => WIDTH + bit),
      },
    ];
    for (const opened of [2, 3]) {
      const { numbers } = await open(programOf({ stages, opened }));
      expect(numbers(0, 20).toSorted((a, b) => Number(a - b))).toEqual(
        values
          .map((value, row) => value + 128n * (places[row] ?? 0n))
          .sort((a, b) => Number(a - b)),
      );
    }
    for (const security of SECURITIES) {
      await openAs(secured(programOf({ stages, opened: 1 }), security), false);
    }
  });
});

describe.each([
  [[1500, 0, 1500]],
  [[1024, 1025, 951]],
  [[63, 64, 65]],
  [[2049]],
  [[0]],
  [[0, 5, 0]],
])('a stored table of %j rows', (owners) => {
  const table = plainTable(owners, variedRow);
  let stores: MemoryStore[];
  let version: TableVersion;

  beforeAll(async () => {
    stores = await storesWith(table);
    version = stores[0]?.tables()[0] as TableVersion;
  });

  it.each(SECURITIES)('is kept with zeros between its parts, %s', async (security) => {
    const b = new CircuitBuilder();
    const [column] = version.definition.columns;
    const planes = column === undefined ? 0 : planeCount(column);
    const bits = range(planes).map(() => b.input());
    const outputs = [b.one, ...bits.map((bit) => b.not(bit))];
    const rows = keptRows(version.parts);
    const program: Program = {
      format: 3,
      suite: { parties: 3, threshold: 1, security },
      stages: [
        {
          kind: 'rows',
          source: { kind: 'stored', relation: relationOf(version) },
          ...{ chunkRows: 1024, lanes: 2, fields: [], registers: 0, steps: [], reductions: [] },
          ...{ folds: [], operator: 0 },
          bits: [{ column: 0, planes, inputs: range(planes) }],
          circuit: b.build(outputs),
          keep: { relation: 0, outputs: range(planes + 1) },
        },
      ],
      results: {
        ...{ scalars: 0, folds: 0, relations: 1, constants: [], tests: [], reveal: [] },
        ...{ planes: { relation: 0, rows, planes: range(planes + 1) }, operator: 0 },
      },
      operators: ['all'],
    };
    checkProgram(program);
    const clear = evaluate(program, clearRows([version], [table]));
    const run = await runParties(program, stores);
    const opened = numbersOfPlanes(run.planes, rows);
    expect(opened).toEqual(numbersOfPlanes(clear.planes, rows));
    const { total } = measure(program);
    expect(run.bytesSent).toEqual(total.bytesPerParty);
    const there = opened.filter((row) => (row & 1n) === 1n);
    expect(there).toHaveLength(owners.reduce((sum, count) => sum + count, 0));
    expect(opened.every((row) => (row & 1n) === 1n || row === 0n)).toBe(true);
  });
});
