import { describe, expect, it } from 'vitest';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { chainOf, type LogicalPlan } from '../../src/planner/logical/plan.ts';
import { printScalar } from '../../src/planner/print-scalar.ts';
import { optimize, RULES } from '../../src/planner/rules/optimize.ts';
import { catalog } from './tables.ts';

/** A statement, a rule that must fire, and the chain that is left, one line a node. */
const CASES: readonly (readonly [rule: string, sql: string, chain: readonly string[]])[] = [
  [
    'foldConstants',
    'SELECT SUM(CASE WHEN 1 > 2 THEN a WHEN NULL THEN 7 ELSE b END) FROM claims WHERE d > 3 AND 2 * 3 = 6',
    ['output #0', 'aggregate sum(b)', 'filter d > 3', 'scan b, d'],
  ],
  [
    'pushNotInward',
    'SELECT COUNT(*) FROM claims WHERE NOT (d < 3 OR n < 2)',
    ['output #0', 'aggregate countStar', 'filter d >= 3 AND n >= 2', 'scan d, n'],
  ],
  [
    'pushHavingBelowGroups',
    "SELECT note, COUNT(*) FROM claims WHERE a > 3 GROUP BY note HAVING note = 'x' AND COUNT(*) > 5",
    [
      'output #0, #1',
      'filter #1 > 5',
      'aggregate by note: countStar',
      "filter a > 3 AND note = 'x'",
      'scan a, note',
    ],
  ],
  [
    'pushHavingBelowGroups',
    "SELECT MAX(c) FROM (SELECT UPPER(note) AS u, COUNT(*) AS c FROM claims GROUP BY u) WHERE u = 'X'",
    [
      'output #0',
      'aggregate max(#1)',
      'aggregate by steps(note, 2 values): countStar',
      "filter steps(note, 2 values) = 'X'",
      'scan note',
    ],
  ],
  [
    'dropUnreadAggregates',
    'SELECT MAX(s) FROM (SELECT d, AVG(a) AS x, SUM(b) AS s, COUNT(*) AS c FROM claims GROUP BY d)',
    ['output #0', 'aggregate max(#1)', 'aggregate by d: sum(b)', 'scan b, d'],
  ],
  [
    'mergeEqualAggregates',
    'SELECT COUNT(*), COUNT(a), SUM(a), SUM(CASE WHEN TRUE THEN a END) FROM claims',
    ['output #0, #0, #1, #1', 'aggregate countStar, sum(a)', 'scan a'],
  ],
  [
    'countRowsWhereNothingIsNull',
    'SELECT COUNT(a + b), COUNT(n) FROM claims',
    ['output #0, #1', 'aggregate countStar, count(n)', 'scan n'],
  ],
  [
    'simplifyByBounds',
    'SELECT SUM(GREATEST(d, 20, a)), SUM(d % 50), MAX(UPPER(LOWER(note))) FROM claims',
    [
      'output #0, #1, #2',
      'aggregate sum(greatest(20, a)), sum(d), max(steps(note, 2 values))',
      'scan a, d, note',
    ],
  ],
  [
    'simplifyComparisonByBounds',
    'SELECT COUNT(*) FILTER (WHERE d > 14) FROM claims WHERE d < 16 OR n = 2000',
    ['output #0', 'aggregate countStar where d = 15', 'scan d'],
  ],
  [
    'dropFilterThatKeepsAll',
    'SELECT d, SUM(a) FROM claims GROUP BY d HAVING COUNT(*) >= 0',
    ['output #0, #1', 'aggregate by d: sum(a)', 'scan a, d'],
  ],
];

function describeNode(node: LogicalPlan, below: LogicalPlan | undefined): string {
  const names = catalog().tables[0];
  const ofTable =
    below?.kind === 'scan' || (below?.kind === 'filter' && below.input.kind === 'scan');
  const print = (scalar: Parameters<typeof printScalar>[0]) =>
    printScalar(scalar, ofTable ? names : undefined);
  switch (node.kind) {
    case 'oneRow':
      return 'oneRow';
    case 'scan':
      return `scan ${node.columns.map((id) => node.table.definition.columns[id]?.name).join(', ')}`;
    case 'filter':
      return `filter ${print(node.predicate)}`;
    case 'aggregate': {
      const keys = node.keys.map(({ scalar }) => print(scalar)).join(', ');
      const aggregates = node.aggregates.map(({ fn, operand, filter }) => {
        const call = operand === undefined ? fn : `${fn}(${print(operand)})`;
        return filter === undefined ? call : `${call} where ${print(filter)}`;
      });
      return `aggregate ${keys === '' ? '' : `by ${keys}: `}${aggregates.join(', ')}`;
    }
    case 'limit':
      return `limit ${node.count}`;
    case 'project':
      return `project ${node.columns.map(({ scalar }) => print(scalar)).join(', ')}`;
    case 'window':
      return `window ${node.functions.map(({ fn }) => fn).join(', ')}`;
    case 'join':
    case 'concat':
      return node.kind;
    case 'output':
      return `output ${node.columns.map(({ scalar }) => printScalar(scalar, undefined)).join(', ')}`;
  }
}

describe('rules', () => {
  it.each(CASES)('%s: %s', (rule, sql, expected) => {
    const fired = new Set<string>();
    const plan = optimize(bind(parseStatement(sql), catalog()), (name) => fired.add(name));
    const chain = chainOf(plan);
    expect(chain.map((node, k) => describeNode(node, chain[k + 1]))).toEqual(expected);
    expect(fired).toContain(rule);
  });

  it('have names of their own', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  it('do not fire twice', () => {
    for (const [, sql] of CASES) {
      const once = optimize(bind(parseStatement(sql), catalog()));
      const again: string[] = [];
      optimize(once, (name) => again.push(name));
      expect(again).toEqual([]);
    }
  });

  it('keep the one row of an ungrouped aggregate whose HAVING holds for none', () => {
    const plan = optimize(bind(parseStatement('SELECT 1 FROM claims HAVING 1 > 2'), catalog()));
    const kinds = chainOf(plan).map(({ kind }) => kind);
    expect(kinds).toEqual(['output', 'filter', 'aggregate', 'scan']);
  });
});
