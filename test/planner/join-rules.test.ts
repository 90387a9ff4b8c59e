import { describe, expect, it } from 'vitest';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { inputsOf, type LogicalPlan, relationColumns } from '../../src/planner/logical/plan.ts';
import type { Scalar } from '../../src/planner/logical/scalar.ts';
import { printScalar } from '../../src/planner/print-scalar.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { related } from './tables.ts';

/** The rule that must fire, the statement, and the plan after all rules as a tree. */
const CASES: readonly (readonly [rule: string, sql: string, tree: readonly string[]])[] = [
  [
    'pushFiltersIntoJoins',
    'SELECT SUM(x.d) FROM big x, mid y WHERE x.a = y.a AND x.b > 3 AND y.b < 7 AND x.b < y.b',
    [
      'output SUM(x.d)',
      '  aggregate sum(d)',
      '    filter b < b',
      '      inner join a = a',
      '        filter b > 3',
      '          scan big(a, b, d)',
      '        filter b < 7',
      '          scan mid(a, b)',
    ],
  ],
  [
    'pushFiltersIntoJoins',
    'SELECT COUNT(*) FROM big x LEFT JOIN mid y ON x.a = y.a WHERE x.b > 3 AND y.b IS NULL',
    [
      'output COUNT(*)',
      '  aggregate countStar',
      '    filter b IS NULL',
      '      left join a = a',
      '        filter b > 3',
      '          scan big(a, b)',
      '        scan mid(a, b)',
    ],
  ],
  [
    'pushFiltersIntoJoins',
    'SELECT COUNT(*) FROM big x RIGHT JOIN mid y ON x.a = y.a WHERE x.b > 3 AND y.b > 4',
    [
      'output COUNT(*)',
      '  aggregate countStar',
      '    filter b > 3',
      '      right join a = a',
      '        scan big(a, b)',
      '        filter b > 4',
      '          scan mid(a, b)',
    ],
  ],
  [
    'pushFiltersIntoJoins',
    'SELECT COUNT(*) FROM (SELECT x.a, x.b FROM big x SEMI JOIN mid y ON x.a = y.a) WHERE b > 3',
    [
      'output COUNT(*)',
      '  aggregate countStar',
      '    semi join a = a',
      '      filter b > 3',
      '        scan big(a, b)',
      '      scan mid(a)',
    ],
  ],
  [
    'orderJoins',
    'SELECT COUNT(*) FROM big x, mid y, small z WHERE x.a = z.a AND z.b = y.b AND y.d > 3 AND x.d < y.d',
    [
      'output COUNT(*)',
      '  aggregate countStar',
      '    inner join b = b if d < right.d',
      '      inner join a = a',
      '        scan big(a, d)',
      '        scan small(a, b)',
      '      filter d > 3',
      '        scan mid(b, d)',
    ],
  ],
  [
    'orderJoins',
    'SELECT SUM(y.n) FROM big x JOIN mid y ON x.b = y.b JOIN small z ON x.a = z.a',
    [
      'output SUM(y.n)',
      '  aggregate sum(SUM(y.n))',
      '    inner join b = b',
      '      inner join a = a',
      '        scan big(a, b)',
      '        scan small(a)',
      '      aggregate sum(n)',
      '        scan mid(b, n)',
    ],
  ],
  [
    'aggregateBeforeJoins',
    'SELECT COUNT(*), SUM(x.a), COUNT(x.n), MIN(x.n), COUNT(y.n), SUM(y.a) FILTER (WHERE y.n > 3) FROM big x JOIN mid y ON x.b = y.b',
    [
      'output COUNT(*), SUM(x.a), COUNT(x.n), MIN(x.n), COUNT(y.n), SUM(y.a) FILTER (WHERE y.n > 3)',
      '  aggregate sum(COUNT(*)), sum(SUM(x.a)), sum(COUNT(x.n)), min(MIN(x.n)), sum(COUNT(*)), sum(a * COUNT(*))',
      '    inner join b = b',
      '      aggregate countStar, sum(a), count(n), min(n)',
      '        scan big(a, b, n)',
      '      scan mid(a, b, n)',
    ],
  ],
  [
    'aggregateBeforeJoins',
    'SELECT y.d, SUM(x.a) FROM mid x JOIN mid y ON x.b = y.b GROUP BY y.d',
    [
      'output y.d, SUM(x.a)',
      '  aggregate sum(SUM(x.a))',
      '    inner join b = b',
      '      aggregate sum(a)',
      '        scan mid(a, b)',
      '      scan mid(b, d)',
    ],
  ],
  [
    'aggregateBeforeJoins',
    'SELECT COUNT(*) FROM big x, mid y, big z WHERE x.b = y.b AND y.n = z.n',
    [
      'output COUNT(*)',
      '  aggregate sum(COUNT(*))',
      '    inner join n = n',
      '      aggregate sum(COUNT(*))',
      '        inner join b = b',
      '          aggregate countStar',
      '            scan big(b)',
      '          scan mid(b, n)',
      '      scan big(n)',
    ],
  ],
  [
    'aggregateBeforeJoins',
    'SELECT COUNT(*), COUNT(y.n), SUM(x.n) FROM big x LEFT JOIN mid y ON x.b = y.b',
    [
      'output COUNT(*), COUNT(y.n), SUM(x.n)',
      '  aggregate sum(greatest(COUNT(*), 1)), sum(COUNT(y.n)), sum(n * greatest(COUNT(*), 1))',
      '    left join b = b',
      '      scan big(b, n)',
      '      aggregate countStar, count(n)',
      '        scan mid(b, n)',
    ],
  ],
  [
    'aggregateBeforeJoins',
    'SELECT SUM(x.d * y.n), MAX(x.d) FILTER (WHERE y.n > 3 AND x.n < 7) FROM big x JOIN mid y ON x.b = y.b',
    [
      'output SUM(x.d * y.n), MAX(x.d) FILTER (WHERE y.n > 3 AND x.n < 7)',
      '  aggregate sum(n * SUM(x.d * y.n)), max(MAX(x.d) FILTER (WHERE y.n > 3 AND x.n < 7))',
      '    inner join b = b',
      '      aggregate sum(d), max(d)',
      '        scan big(b, d, n)',
      '      scan mid(b, n)',
    ],
  ],
  [
    'dropUnreadColumns',
    'SELECT SUM(y.k) FROM big x LEFT JOIN (SELECT a, b + 1 AS k, COALESCE(n, 3) AS u FROM mid) y ON x.a = y.a',
    [
      'output SUM(y.k)',
      '  aggregate sum(k)',
      '    left join a = a',
      '      scan big(a)',
      '      project a, b + 1',
      '        scan mid(a, b)',
    ],
  ],
  [
    'dropUnreadColumns',
    'SELECT COUNT(*), MAX(r) FROM (SELECT n, RANK() OVER (ORDER BY b) AS r, SUM(b) OVER (PARTITION BY d) AS s FROM small)',
    [
      'output COUNT(*), MAX(r)',
      '  aggregate countStar, max(RANK() OVER (ORDER BY b))',
      '    window rank',
      '      scan small(b)',
    ],
  ],
  [
    'dropUnreadColumns',
    'SELECT SUM(x) FROM (SELECT a AS x, b AS y FROM mid UNION ALL SELECT d, n FROM small)',
    [
      'output SUM(x)',
      '  aggregate sum(x)',
      '    concat',
      '      project a',
      '        scan mid(a)',
      '      project d',
      '        scan small(d)',
    ],
  ],
  [
    'pruneColumns',
    'SELECT x.d FROM big x JOIN mid y ON x.a = y.b',
    ['output d', '  inner join a = b', '    scan big(a, d)', '    scan mid(b)'],
  ],
  [
    'dropFilterThatKeepsAll',
    'SELECT COUNT(*) FROM small x JOIN small y ON x.a = y.a AND x.d <= 15 + y.d',
    [
      'output COUNT(*)',
      '  aggregate countStar',
      '    inner join a = a',
      '      scan small(a)',
      '      scan small(a)',
    ],
  ],
  [
    'treatNullAsFalseInFilter',
    'SELECT COUNT(*) FROM small x LEFT JOIN small y ON x.a = y.a AND (x.b > y.b OR NULL)',
    [
      'output COUNT(*)',
      '  aggregate countStar',
      '    left join a = a if b > right.b',
      '      scan small(a, b)',
      '      scan small(a, b)',
    ],
  ],
];

function treeOf(plan: LogicalPlan, depth = 0): string[] {
  const line = `${'  '.repeat(depth)}${describeNode(plan)}`;
  return [line, ...inputsOf(plan).flatMap((input) => treeOf(input, depth + 1))];
}

function describeNode(plan: LogicalPlan): string {
  const [left, right] = inputsOf(plan).map((input) =>
    relationColumns(input).map(({ name }) => name),
  );
  const print = (scalar: Scalar, names = left) => printScalar(scalar, names);
  const list = (scalars: readonly { readonly scalar: Scalar }[]) =>
    scalars.map(({ scalar }) => print(scalar)).join(', ');
  switch (plan.kind) {
    case 'scan': {
      const { name, columns } = plan.table.definition;
      return `scan ${name}(${plan.columns.map((id) => columns[id]?.name).join(', ')})`;
    }
    case 'filter':
      return `filter ${print(plan.predicate)}`;
    case 'join': {
      const keys = plan.keys.map((key) => `${print(key.left)} = ${print(key.right, right)}`);
      const pair = [...(left ?? []), ...(right ?? []).map((name) => `right.${name}`)];
      const when = plan.condition === undefined ? [] : [`if ${print(plan.condition, pair)}`];
      return [`${plan.join} join`, ...keys, ...when].join(' ');
    }
    case 'aggregate': {
      const calls = plan.aggregates.map(({ fn, operand }) =>
        operand === undefined ? fn : `${fn}(${print(operand)})`,
      );
      return `aggregate ${calls.join(', ')}`;
    }
    case 'project':
      return `project ${list(plan.columns)}`;
    case 'window':
      return `window ${plan.functions.map(({ fn }) => fn).join(', ')}`;
    case 'output':
      return `output ${list(plan.columns)}`;
    default:
      return plan.kind;
  }
}

describe('rules over joins', () => {
  it.each(CASES)('%s: %s', (rule, sql, tree) => {
    const fired = new Set<string>();
    const catalog = { tables: related() };
    const plan = optimize(bind(parseStatement(sql), catalog), (name) => fired.add(name));
    expect(treeOf(plan)).toEqual(tree);
    expect(fired).toContain(rule);
    const again: string[] = [];
    optimize(plan, (name) => again.push(name));
    expect(again).toEqual([]);
  });
});
