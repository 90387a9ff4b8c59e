import { expect, it } from 'vitest';
import type { TableVersion } from '../../src/catalog/table.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { workOf } from '../../src/planner/logical/join-work.ts';
import { orderJoins } from '../../src/planner/rules/order-joins.ts';
import { pushFiltersIntoJoins } from '../../src/planner/rules/push-filters-into-joins.ts';
import { Rng } from '../oracle/rng.ts';

const STATEMENTS = 400;
const COLUMNS = ['p', 'q', 'r'] as const;
const INTEGER = { kind: 'integer', name: 'INTEGER' } as const;

function randomTable(rng: Rng, name: string): TableVersion {
  const columns = COLUMNS.map((column) => {
    const multiplicity = rng.pick([undefined, 1, 2, 16]);
    const bounds = { min: 0n, max: rng.pick([3n, 99n, 99_999n]) };
    const base = { name: column, type: INTEGER, bounds, nullable: rng.chance(0.3) };
    return multiplicity === undefined ? base : { ...base, multiplicity };
  });
  const parts = [{ id: 'p', owner: 'o', rows: rng.pick([1, 10, 200, 5000]), root: '00' }];
  return { definition: { name, columns, keys: [] }, parts, digest: name, number: 1 };
}

/** 3 to 5 tables, each tied to one before it or after it, in a list or by JOIN. */
function randomStatement(rng: Rng, names: readonly string[]): string {
  const of = (name: string) => `${name}.${rng.pick(COLUMNS)}`;
  const ties = names.slice(1).map((name, k) => {
    const other = names[rng.below(k + 1)] ?? '';
    return rng.chance(0.85) ? `${of(other)} = ${of(name)}` : `${of(other)} < ${of(name)}`;
  });
  if (rng.chance(0.3)) ties.push(`${of(rng.pick(names))} = ${of(rng.pick(names))}`);
  if (rng.chance(0.5)) {
    const listed = names.map((name) => [rng.word(), name] as const).sort(([a], [b]) => a - b);
    const from = listed.map(([, name]) => name).join(', ');
    return `SELECT 1 FROM ${from} WHERE ${ties.join(' AND ')}`;
  }
  const joins = names.slice(1).map((name, k) => `JOIN ${name} ON ${ties[k]}`);
  return `SELECT 1 FROM ${names[0]} ${joins.join(' ')}`;
}

it('no order of joins is more work than that of the statement', () => {
  const rng = new Rng(4);
  let better = 0;
  for (let k = 0; k < STATEMENTS; k++) {
    const names = ['t', 'u', 'v', 'w', 'x'].slice(0, 3 + rng.below(3));
    const tables = names.map((name) => randomTable(rng, name));
    const sql = randomStatement(rng, names);
    const written = pushFiltersIntoJoins.apply(bind(parseStatement(sql), { tables }));
    const [before, after] = [workOf(written), workOf(orderJoins.apply(written))];
    if (after < before) better++;
    expect(after, sql).toBeLessThanOrEqual(before);
  }
  expect(better).toBeGreaterThan(STATEMENTS / 10);
});
