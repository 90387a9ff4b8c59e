import { expect, it } from 'vitest';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { SOURCES_MAX } from '../../src/planner/bind/budget.ts';
import { catalog } from './tables.ts';

/** Every common table reads the one before it twice: what is read doubles with each. */
function doubling(levels: number): string {
  const tables = Array.from(
    { length: levels },
    (_, k) => `c${k + 1} AS (SELECT * FROM c${k} UNION ALL SELECT * FROM c${k})`,
  );
  return `WITH c0 AS (SELECT 1 AS x), ${tables.join(', ')} SELECT COUNT(*) FROM c${levels}`;
}

it('reads a common table each time it is named, within a bound', () => {
  const plan = (levels: number) => bind(parseStatement(doubling(levels)), catalog(), []);
  expect(() => plan(4)).not.toThrow();
  expect(() => plan(10)).toThrow(`reads more than ${SOURCES_MAX} tables`);
  const started = performance.now();
  expect(() => plan(24)).toThrow(`reads more than ${SOURCES_MAX} tables`);
  expect(performance.now() - started).toBeLessThan(2000);
});
