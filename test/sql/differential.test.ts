import { expect, it } from 'vitest';
import { runDifferential } from './differential.ts';

const LONG = process.env['TACIT_LONG'] === '1';
const QUERIES = Number(process.env['TACIT_QUERIES'] ?? (LONG ? 5000 : 40));
const SEED = Number(process.env['TACIT_SEED'] ?? (LONG ? 20261122 : 7));

it(
  `${QUERIES} random queries equal DuckDB on the clear evaluator and on three parties`,
  async () => {
    const started = performance.now();
    const report = await runDifferential(SEED, QUERIES);
    const clauses = [...report.coverage].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = [
      `seed ${SEED}: ${report.queries} queries equal, ${report.informative} informative,`,
      `${report.oracleFailed} where DuckDB itself overflowed,`,
      `refused ${JSON.stringify([...report.refused])}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
      ...clauses.map(([clause, times]) => `  ${clause}: ${times}`),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    expect(report.informative / report.queries).toBeGreaterThanOrEqual(0.7);
    expect(report.queries).toBe(QUERIES);
  },
  LONG ? 3_600_000 : 240_000,
);
