import { describe, expect, it } from 'vitest';
import { auditedTotals } from '../../src/catalog/audited.ts';
import type { Catalog, TableVersion } from '../../src/catalog/table.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { type AuditPlan, auditPlan } from '../../src/planner/audited-cells.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { quotientToDouble } from '../../src/planner/logical/nearest-double.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { claims } from '../planner/tables.ts';

/** Columns `a`, `n`, `big`, `price`, `flag` and `state` of claims have commitments. */
const AUDITED = ['a', 'n', 'big', 'price', 'flag', 'state'];

function table(rows?: readonly number[]): TableVersion {
  const version = claims(rows);
  const columns = version.definition.columns.map((column) =>
    AUDITED.includes(column.name) ? { ...column, audit: true as const } : column,
  );
  return { ...version, definition: { ...version.definition, columns } };
}

function plan(sql: string, rows?: readonly number[]): AuditPlan {
  const catalog: Catalog = { tables: [table(rows)] };
  return auditPlan(optimize(bind(parseStatement(sql), catalog)));
}

/** The cells in words, e.g. `sum a`, `rows`, `sum price / rows * 100` or `-`. */
function words(sql: string, rows?: readonly number[]): string[] {
  const audit = plan(sql, rows);
  const { columns } = table().definition;
  const all = auditedTotals(table().definition);
  const total = (place: number) => {
    const found = all[audit.totals[place] ?? -1];
    return `${found?.kind} ${columns[found?.column ?? -1]?.name}`;
  };
  return audit.cells.map((cell) => {
    if (cell?.kind === 'rows') return 'rows';
    if (cell?.kind === 'total') return `${total(cell.total)}${cell.mayBeNull ? ' or NULL' : ''}`;
    if (cell?.kind !== 'average') return '-';
    const count = cell.count === 'rows' ? 'rows' : total(cell.count);
    return `${total(cell.sum)} / ${count} * ${cell.unit}`;
  });
}

describe('cells that an auditor can check without trusting a party', () => {
  it('are sums and counts of audited columns over all rows', () => {
    const sql = 'SELECT SUM(a), SUM(price), COUNT(*), COUNT(n), COUNT(a), COUNT(state) FROM claims';
    expect(words(sql)).toEqual(['sum a', 'sum price', 'rows', 'count n', 'rows', 'count state']);
    expect(words('SELECT SUM(n), SUM(flag), SUM(big) FROM claims')).toEqual([
      'sum n or NULL',
      'sum flag',
      'sum big',
    ]);
    expect(words('SELECT SUM(a) AS x, SUM(a) AS y FROM claims')).toEqual(['sum a', 'sum a']);
    expect(plan('SELECT SUM(a) AS x, SUM(a) AS y FROM claims').totals).toHaveLength(1);
  });

  it('keep their place among others', () => {
    const sql =
      'SELECT MIN(a), SUM(b), SUM(a) + 1, SUM(a + b), COUNT(*) - 1, SUM(price) FROM claims';
    expect(words(sql)).toEqual(['-', '-', '-', '-', '-', 'sum price']);
  });

  it.each([
    'SELECT SUM(a) FROM claims WHERE b > 3',
    'SELECT SUM(a) FILTER (WHERE b > 3) FROM claims',
    'SELECT SUM(DISTINCT flag::INT) FROM claims',
    'SELECT SUM(a) FROM claims GROUP BY state',
    'SELECT SUM(a) FROM claims HAVING COUNT(*) > 3',
    'SELECT SUM(a) FROM claims HAVING SUM(a) > 3',
    'SELECT SUM(a) > 5 FROM claims',
    'SELECT SUM(a) % 10 FROM claims',
    'SELECT COUNT(DISTINCT state) FROM claims',
    'SELECT 1',
  ])('are not those of %s, which must not tell a blinding either', (sql) => {
    expect(plan(sql).cells.every((cell) => cell === undefined)).toBe(true);
    expect(plan(sql).totals).toEqual([]);
  });

  it('are not shown or hidden by a limit', () => {
    expect(words('SELECT SUM(a) FROM claims LIMIT 0')).not.toContain('sum a');
    expect(words('SELECT SUM(a) FROM claims OFFSET 1')).not.toContain('sum a');
  });

  it('are averages, if they tell their sum anyhow or the answer shows sum and count', () => {
    expect(words('SELECT AVG(a), AVG(price) FROM claims')).toEqual([
      'sum a / rows * 1',
      'sum price / rows * 100',
    ]);
    // Sums of up to 2^83: the double does not tell them.
    expect(words('SELECT AVG(big) FROM claims')).toEqual(['-']);
    expect(plan('SELECT AVG(big) FROM claims').totals).toEqual([]);
    expect(words('SELECT AVG(big), SUM(big) FROM claims')).toEqual([
      'sum big / rows * 1',
      'sum big',
    ]);
    // How many rows are not NULL is not shown.
    expect(words('SELECT AVG(n) FROM claims')).toEqual(['-']);
    expect(words('SELECT AVG(n), SUM(n) FROM claims')).toEqual(['-', 'sum n or NULL']);
    expect(words('SELECT AVG(n), COUNT(n), SUM(n) FROM claims')).toEqual([
      'sum n / count n * 1',
      'count n',
      'sum n or NULL',
    ]);
    expect(words('SELECT AVG(a) * 2, ROUND(AVG(a), 1), AVG(b) FROM claims')).toEqual([
      '-',
      '-',
      '-',
    ]);
  });

  it('have averages that differ when their sums do', () => {
    const limit = 2n ** 51n;
    for (const divisor of [1n, 3n, 7n, 1000n, 999_999_999n, 2n ** 31n - 1n, 100n * 2n ** 31n]) {
      for (let k = 0n; k < 2000n; k++) {
        const sum = limit - k;
        expect(quotientToDouble(sum, divisor)).not.toBe(quotientToDouble(sum - 1n, divisor));
      }
    }
  });
});
