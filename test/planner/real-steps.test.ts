import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/planner/logical/real-steps.ts';
import type { RealStep } from '../../src/planner/logical/scalar.ts';

/** Doubles of all sizes, ties of rounding, and what lies just beside them. */
const NUMBERS = [
  ...[0, -0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, -0.3, 1.005, 2.675, -1234.565],
  ...[4503599627370495.5, 9007199254740992, 1e15 + 0.3, 1e22, 1e300, -1e300, 5e-324, 1.7e308],
  ...fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 60, seed: 1 }),
  ...fc
    .sample(fc.integer({ min: -1e9, max: 1e9 }), { numRuns: 60, seed: 2 })
    .map((cents) => cents / 200),
];

/** The step in DuckDB's SQL. */
function sql(step: RealStep): string {
  if ('value' in step) {
    const value = `${step.value}::DOUBLE`;
    return step.swapped ? `${value} ${step.fn} x` : `x ${step.fn} ${value}`;
  }
  if (step.fn === 'round') return `round(x, ${step.digits})`;
  return step.fn === 'negate' ? '-x' : `${step.fn}(x)`;
}

const STEPS: RealStep[] = [
  ...(['negate', 'abs', 'floor', 'ceil', 'sign'] as const).map((fn) => ({ fn })),
  ...[-20, -3, -2, -1, 0, 1, 2, 3, 10, 15, 20, 100].map(
    (digits) => ({ fn: 'round', digits }) as const,
  ),
  ...(['+', '-', '*', '/'] as const).flatMap((fn) =>
    [100, -0.1, 3, 1e200].flatMap((value) => [
      { fn, value, swapped: false },
      { fn, value, swapped: true },
    ]),
  ),
];

describe('steps on doubles', () => {
  it('are those of DuckDB, bit by bit', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const run = async (expression: string, numbers: readonly number[]) => {
      const list = numbers.map((x) => `'${Object.is(x, -0) ? '-0' : x}'::DOUBLE`).join();
      const query = `SELECT (${expression})::DOUBLE FROM (SELECT unnest([${list}]) x)`;
      const reader = await connection.runAndReadAll(query);
      return reader.getRows().map(([value]) => value);
    };
    for (const step of STEPS) {
      const ours = NUMBERS.map((x) => applySteps(x, [step]));
      expect(ours, sql(step)).toEqual(await run(sql(step), NUMBERS));
    }
    const positive = NUMBERS.filter((x) => x >= 0);
    const roots = positive.map((x) => applySteps(x, [{ fn: 'sqrt' }]));
    expect(roots).toEqual(await run('sqrt(x)', positive));
    connection.closeSync();
    instance.closeSync();
  });

  it('are applied in order', () => {
    const steps: RealStep[] = [
      { fn: '*', value: 100, swapped: false },
      { fn: 'round', digits: 1 },
      { fn: '-', value: 1, swapped: true },
    ];
    expect(applySteps(1 / 3, steps)).toBe(1 - 33.3);
    expect(applySteps(1 / 3, [])).toBe(1 / 3);
  });
});
