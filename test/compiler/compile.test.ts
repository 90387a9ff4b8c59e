import { describe, expect, it } from 'vitest';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { circuitCost } from '../../src/circuits/cost.ts';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { checkProgram } from '../../src/compiler/check-program.ts';
import { decodeSigned } from '../../src/field/p61.ts';
import { WAN } from '../../src/planner/network.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import type { Program, RowStage } from '../../src/program/program.ts';
import type { TestTable } from '../oracle/tables.ts';
import { claims } from '../planner/tables.ts';
import { clearRows } from '../sql/clear-rows.ts';
import { compileSql, versionOf } from './clear.ts';

function stageOf(sql: string, rows?: readonly number[]): { program: Program; stage: RowStage } {
  const { program } = compileSql(sql, [claims(rows)]);
  const [stage] = program.stages;
  if (stage === undefined) throw new Error('no stage');
  return { program, stage };
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
    const lan = compileSql(sql, [claims()]).program.stages[0]?.circuit;
    const wan = compileSql(sql, [claims([1000])], WAN).program.stages[0]?.circuit;
    if (lan === undefined || wan === undefined) throw new Error('no stage');
    expect(circuitCost(lan).layers).toHaveLength(20);
    expect(circuitCost(wan).layers.length).toBeLessThan(12);
  });

  it('takes smaller chunks where a row needs more memory', () => {
    const small = stageOf('SELECT COUNT(*) FROM claims WHERE d = 7').stage;
    const large = stageOf('SELECT state, note, flag, AVG(n), SUM(b) FROM claims GROUP BY 1, 2, 3');
    expect(small.chunkRows).toBe(524_288);
    expect(large.stage.chunkRows).toBeLessThan(small.chunkRows);
    expect(large.stage.chunkRows).toBeGreaterThanOrEqual(4096);
  });

  it('keeps every limb sum inside the field', () => {
    const { shape } = compileSql('SELECT SUM(big * a), SUM(big) FROM claims', [claims()]);
    const limbs = shape.rows[0]?.cells.map((cell) => (cell.kind === 'number' ? cell.limbs : []));
    expect(limbs?.map((list) => list.length)).toEqual([4, 2]);
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
    const sql = 'SELECT SUM(x * y), SUM((x - y) * y), SUM(-x * y * 3 + y * y), AVG(x * x) FROM t';
    for (const where of ['', ' WHERE y > -1000000', ' WHERE x <> 12']) {
      const { program, shape } = compileSql(sql + where, [version]);
      const opened = evaluate(program, clearRows(version, table)).map(decodeSigned);
      const cells = decodeRows(shape, opened)[0]?.map(String);
      expect(cells?.slice(0, 3)).toEqual([
        String(total((x, y) => x * y)),
        String(total((x, y) => (x - y) * y)),
        String(total((x, y) => -x * y * 3n + y * y)),
      ]);
      expect(Number(cells?.[3])).toBeCloseTo(Number(total((x) => x * x)) / 5, -25);
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
});
