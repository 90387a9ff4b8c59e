import { describe, expect, it } from 'vitest';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import type { Bounds } from '../../src/catalog/types.ts';
import { circuitCost } from '../../src/circuits/cost.ts';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { checkProgram } from '../../src/compiler/check-program.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { intervalOf } from '../../src/planner/logical/scalar.ts';
import { LAN, WAN } from '../../src/planner/network.ts';
import { choose } from '../../src/planner/physical/choose.ts';
import type { Measure, PhysicalLimb, PhysicalPlan } from '../../src/planner/physical/plan.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import type { Program, RowStage, Stage } from '../../src/program/program.ts';
import type { TestTable } from '../oracle/tables.ts';
import { catalog, claims } from '../planner/tables.ts';
import { clearRows, signed } from '../sql/clear-rows.ts';
import { compileSql, versionOf } from './clear.ts';

function stageOf(sql: string, rows?: readonly number[]): { program: Program; stage: RowStage } {
  const { program } = compileSql(sql, [claims(rows)]);
  return { program, stage: rowStage(program) };
}

/** The stage that reads the table. */
function rowStage({ stages }: Program): RowStage {
  const [stage] = stages;
  if (stage?.kind !== 'rows') throw new Error('no stage over rows');
  return stage;
}

/** Limbs and the carries into them lie between minus and plus this. */
const END = 2n ** 60n - 1n;

function boundsOf(method: PhysicalLimb['method']): Bounds {
  if (method.kind !== 'dot') return method.value.bounds;
  return intervalOf('*', method.left.bounds, method.right.bounds);
}

function measuresOf({ answer }: PhysicalPlan): readonly Measure[] {
  if (answer.kind === 'known' || answer.kind === 'rows') return [];
  const sums = answer.kind === 'sums' ? answer.input : answer.input.input;
  return sums?.measures ?? [];
}

const kinds = (stage: RowStage) => stage.steps.map(({ kind }) => kind);

describe('compile', () => {
  it.each([
    'SELECT 1, 2.5',
    'SELECT COUNT(*), SUM(3) FROM claims',
    'SELECT COUNT(*), SUM(a), AVG(b) FROM claims WHERE a > 999999',
    'SELECT state, SUM(a) FROM claims WHERE FALSE GROUP BY state',
    'SELECT COUNT(a) FROM claims WHERE a >= 0',
  ])('costs nothing where the answer is public: %s', (sql) => {
    const { program } = compileSql(sql, [claims()]);
    expect(program.stages).toEqual([]);
    expect(program.results.reveal).toEqual([]);
  });

  it('needs no stage for an empty table', () => {
    const { program, shape } = compileSql('SELECT COUNT(*), SUM(a) FROM claims', [claims([])]);
    expect(program.stages).toEqual([]);
    expect(shape.rows).toEqual([
      {
        cells: [
          { kind: 'constant', value: 0n },
          { kind: 'constant', value: null },
        ],
      },
    ]);
  });

  it('injects a flag once and opens the count only if asked for', () => {
    const { program, stage } = stageOf('SELECT SUM(a), SUM(b) FROM claims WHERE d = 7');
    expect(stage.steps).toHaveLength(1);
    expect(stage.steps[0]).toMatchObject({ kind: 'inject', pairs: [{}] });
    expect(stage.reductions.map(({ kind }) => kind).sort()).toEqual(['dot', 'dot', 'sum']);
    expect(program.results.tests).toHaveLength(1);
    expect(program.results.reveal).not.toContain(program.results.tests[0]?.of);
    const counted = stageOf('SELECT SUM(a), COUNT(*) FROM claims WHERE d = 7');
    expect(counted.program.results.tests).toEqual([]);
  });

  it('reads only the planes and limbs it needs', () => {
    const { stage } = stageOf('SELECT SUM(b) FROM claims WHERE a < 512');
    expect(stage.bits.map(({ column }) => column)).toEqual([0]);
    expect(stage.bits[0]?.inputs.filter((input) => input < 0)).toHaveLength(9);
    expect(stage.fields).toEqual([{ column: 1, limb: 0, register: expect.any(Number) }]);
  });

  it('sums without a filter need no traffic per row', () => {
    const { stage } = stageOf('SELECT SUM(a), SUM(price * rate), SUM(2 * a - b) FROM claims');
    expect(kinds(stage).every((kind) => kind === 'linear')).toBe(true);
    expect(circuitCost(stage.circuit).ands).toBe(0);
  });

  it('multiplies all products of one depth in one step', () => {
    const { stage } = stageOf('SELECT SUM(d * n), SUM(d * rate), SUM(d * n * rate) FROM claims');
    const products = stage.steps.flatMap((step) =>
      step.kind === 'multiply' ? [step.products.length] : [],
    );
    // d * n twice is one product; d * rate is a dot product, as its columns are never NULL.
    expect(products).toEqual([1, 1]);
  });

  it('compares in blocks where rounds are dear', () => {
    const sql = 'SELECT COUNT(*) FROM claims WHERE a < b';
    const lan = rowStage(compileSql(sql, [claims()]).program).circuit;
    const wan = rowStage(compileSql(sql, [claims([1000])], WAN).program).circuit;
    expect(circuitCost(lan).layers).toHaveLength(20);
    expect(circuitCost(wan).layers.length).toBeLessThan(12);
  });

  it('takes smaller chunks where a row needs more memory', () => {
    const small = stageOf('SELECT COUNT(*) FROM claims WHERE d = 7').stage;
    const large = stageOf('SELECT state, note, flag, AVG(n), SUM(b) FROM claims GROUP BY 1, 2, 3');
    expect(small.chunkRows).toBe(532_480);
    expect(large.stage.chunkRows).toBeLessThan(small.chunkRows);
    expect(large.stage.chunkRows).toBeGreaterThanOrEqual(4096);
  });

  it('refuses statements whose planning would take too long, by name', () => {
    const many = Array.from({ length: 1100 }, (_, k) => `SUM(n + ${k})`).join(', ');
    const list = Array.from({ length: 1001 }, (_, k) => k).join(', ');
    const refusal = (sql: string) => {
      try {
        compileSql(sql, [claims()]);
        return 'accepted';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal(`SELECT COUNT(*) FROM claims WHERE n IN (${list})`)).toMatch(
      /IN has 1001 values/,
    );
    expect(refusal(`SELECT ${many} FROM claims GROUP BY state, note, flag`)).toMatch(
      /times aggregates/,
    );
  });

  it('keeps every limb sum inside the field', () => {
    const { shape } = compileSql('SELECT SUM(big * a), SUM(big) FROM claims', [claims()]);
    const limbs = shape.rows[0]?.cells.map((cell) => (cell.kind === 'number' ? cell.limbs : []));
    expect(limbs?.map((list) => list.length)).toEqual([4, 2]);
  });

  it('opens the digits of a wide sum, never its limbs', () => {
    const sql = 'SELECT SUM(big), SUM(a), SUM(big * a) FROM claims WHERE d = 7';
    const { stages, results, operators } = compileSql(sql, [claims()]).program;
    const normalize = stages.find((stage) => stage.kind === 'normalize');
    // SUM(a) has one limb.
    expect(normalize?.numbers.map(({ limbs }) => limbs.length)).toEqual([2, 4]);
    expect(operators[normalize?.operator ?? -1]).toBe('carry the parts of wide sums');
    for (const { of, to } of normalize?.numbers.flatMap(({ limbs }) => limbs) ?? []) {
      expect(results.reveal).not.toContain(of);
      expect(results.reveal).toContain(to);
    }
  });

  it.each([
    'SELECT SUM(big) FROM claims',
    'SELECT SUM(big * a), AVG(big * b) FROM claims WHERE flag',
    'SELECT AVG(big * big), SUM(price * n), SUM(b * a - big) FROM claims',
    'SELECT AVG(a * 1237940039285380274899124225) FROM claims',
    'SELECT state, AVG(n * 340282366920938463463374607431) FROM claims GROUP BY state',
  ])('carries stay inside the field at any number of rows: %s', (sql) => {
    for (const rows of [1, 1000, 2 ** 20, 2 ** 28 - 1, 2 ** 28]) {
      const plan = choose(optimize(bind(parseStatement(sql), catalog([rows]))), LAN);
      const limbs = measuresOf(plan).flatMap(({ method }) =>
        method.kind === 'limbs' ? [method.limbs] : [],
      );
      expect(limbs).not.toEqual([]);
      for (const sum of limbs) {
        let carry = { min: 0n, max: 0n };
        sum.forEach(({ shift, method }, k) => {
          const { min, max } = boundsOf(method);
          const top = (max > 0n ? max * BigInt(rows) : 0n) + carry.max;
          const bottom = (min < 0n ? min * BigInt(rows) : 0n) + carry.min;
          expect(top < END && bottom > -END, `limb ${k} of ${rows} rows`).toBe(true);
          const bits = BigInt((sum[k + 1]?.shift ?? shift) - shift);
          expect(bits <= 60n).toBe(true);
          carry = { min: bottom >> bits, max: top >> bits };
        });
      }
    }
  });

  it('is deterministic', () => {
    const sql = 'SELECT state, SUM(price * rate) FROM claims WHERE n > 5 GROUP BY state';
    expect(compileSql(sql, [claims()])).toEqual(compileSql(sql, [claims()]));
  });
});

describe('products beyond 64 bits, where DuckDB overflows', () => {
  it('are exact', () => {
    const extreme = [2n ** 63n - 1n, -(2n ** 63n), 0n, 5n, -1n];
    const other = [999_999n, -7n, 3n, -999_999n, 1n];
    const column = (name: string, min: bigint, max: bigint): ColumnDefinition => ({
      name,
      type: { kind: 'integer', name: 'BIGINT' },
      nullable: false,
      bounds: { min, max },
    });
    const table: TestTable = {
      definition: {
        name: 't',
        columns: [column('x', -(2n ** 63n), 2n ** 63n - 1n), column('y', -999_999n, 999_999n)],
        keys: [],
      },
      parts: [
        {
          owner: 'o',
          rows: 5,
          columns: [extreme, other].map((values) => ({ values: BigInt64Array.from(values) })),
        },
      ],
    };
    const version = versionOf(table);
    const total = (value: (x: bigint, y: bigint) => bigint) =>
      extreme.reduce((sum, x, k) => sum + value(x, other[k] ?? 0n), 0n);
    const sql =
      'SELECT SUM(x * y), SUM((x - y) * y), SUM(-x * y * 3 + y * y), AVG(x * x), AVG(y * 1237940039285380274899124225) FROM t';
    for (const where of ['', ' WHERE y > -1000000', ' WHERE x <> 12']) {
      const { program, shape } = compileSql(sql + where, [version]);
      const opened = evaluate(program, clearRows([version], [table]));
      const cells = decodeRows(shape, signed(opened))[0]?.map(String);
      expect(cells?.slice(0, 3)).toEqual([
        String(total((x, y) => x * y)),
        String(total((x, y) => (x - y) * y)),
        String(total((x, y) => -x * y * 3n + y * y)),
      ]);
      expect(Number(cells?.[3])).toBeCloseTo(Number(total((x) => x * x)) / 5, -25);
      // A factor with nothing between its lowest bit and its 90th.
      const gap = 2n ** 90n + 1n;
      expect(Number(cells?.[4])).toBeCloseTo(Number(total((_, y) => y * gap)) / 5, -20);
    }
  });
});

describe('checkProgram', () => {
  it('finds references that lead nowhere', () => {
    const { program, stage } = stageOf('SELECT SUM(a) FROM claims WHERE d = 7');
    const withStage = (change: Partial<RowStage>): Program => ({
      ...program,
      stages: [{ ...stage, ...change }],
    });
    expect(() => checkProgram(program)).not.toThrow();
    expect(() => checkProgram(withStage({ steps: [] }))).toThrow('read before it is written');
    expect(() => checkProgram(withStage({ registers: 1 }))).toThrow('out of range');
    expect(() => checkProgram(withStage({ chunkRows: 1000 }))).toThrow('rows per chunk');
    expect(() => checkProgram(withStage({ reductions: [] }))).toThrow('not set');
  });

  it('finds wide numbers that cannot be carried', () => {
    const { program } = compileSql('SELECT SUM(big) FROM claims', [claims()]);
    const [rows, normalize] = program.stages;
    if (rows === undefined || normalize?.kind !== 'normalize') throw new Error('not wide');
    const [low, high] = normalize.numbers[0]?.limbs ?? [];
    if (low === undefined || high === undefined) throw new Error('one limb');
    const withLimbs = (...limbs: (typeof low)[]): Program => ({
      ...program,
      stages: [rows, { ...normalize, numbers: [{ limbs }] }],
    });
    expect(() => checkProgram(withLimbs(low, high))).not.toThrow();
    expect(() => checkProgram(withLimbs(low))).toThrow('one limb');
    expect(() => checkProgram(withLimbs(high, low))).toThrow('a digit of -32 bits');
    expect(() => checkProgram(withLimbs(low, { ...high, shift: 61 }))).toThrow('61 bits');
    expect(() => checkProgram(withLimbs(low, { ...high, of: high.to }))).toThrow('not set');
    expect(() => checkProgram(withLimbs(low, { ...high, to: low.of }))).toThrow('set twice');
  });

  it('finds relations, folds and planes that do not exist', () => {
    const sql = 'SELECT state, MAX(n) FROM claims GROUP BY state ORDER BY SUM(a) LIMIT 2';
    const { program } = compileSql(sql, [claims()]);
    expect(program.stages.map(({ kind }) => kind)).toEqual([
      ...['rows', 'collect', 'rows', 'rank', 'rows'],
    ]);
    const without = (kind: Stage['kind']): Program => ({
      ...program,
      stages: program.stages.filter((stage) => stage.kind !== kind),
    });
    expect(() => checkProgram(without('collect'))).toThrow('relation 0 is read but not made');
    expect(() => checkProgram(without('rank'))).toThrow('relation 2 is read but not made');
    const { results, stages } = program;
    const planes = { relation: 3, rows: 5, planes: [999] };
    expect(() => checkProgram({ ...program, results: { ...results, planes } })).toThrow(
      'plane 999',
    );
    expect(() => checkProgram({ ...program, results: { ...results, folds: 0 } })).toThrow('fold 0');
    expect(() => checkProgram({ ...program, stages: [...stages, ...stages] })).toThrow('set twice');
  });
});
