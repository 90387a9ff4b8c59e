import { expect, it } from 'vitest';
import { runRelational } from './relational.ts';

const LONG = process.env['TACIT_LONG'] === '1';
const QUERIES = Number(process.env['TACIT_QUERIES'] ?? (LONG ? 5000 : 36));
const SEED = Number(process.env['TACIT_SEED'] ?? (LONG ? 20261123 : 5));

it(
  `${QUERIES} random relational queries equal DuckDB on the clear evaluator and on three parties`,
  async () => {
    const started = performance.now();
    const report = await runRelational(SEED, QUERIES);
    const clauses = [...report.coverage].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = [
      `seed ${SEED}: ${report.queries} queries equal, ${report.informative} informative,`,
      `${report.oracleFailed} where DuckDB itself failed,`,
      `refused ${JSON.stringify([...report.refused])}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
      ...clauses.map(([clause, times]) => `  ${clause}: ${times}`),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    expect(report.informative / report.queries).toBeGreaterThanOrEqual(0.3);
  },
  LONG ? 7_200_000 : 240_000,
);
