import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { inProcessConsortium } from '../engine/consortium.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';

/**
 * Every message of whole queries in the order sent, beside the plan's predicted cost. A change here
 * is a change of the protocol: read the diff before `-u`.
 */
const QUERIES = {
  'filter-and-sum': 'SELECT SUM(b) FROM t WHERE a < 500',
  'count-all': 'SELECT SUM(id) FROM t',
  'group-by': 'SELECT flag, COUNT(*) FROM t GROUP BY flag',
  product: 'SELECT SUM(a * id * b) FROM t',
  'wide-product': 'SELECT SUM(c * id) FROM t WHERE flag',
  conversion: 'SELECT SUM(c * c) FROM t',
  minimum: 'SELECT MIN(a), MAX(id) FROM t',
  average: 'SELECT AVG(b) FROM t WHERE a < 500',
  largest: 'SELECT flag, SUM(b) FROM t GROUP BY flag ORDER BY 2 DESC LIMIT 1',
};

const ROWS = 200;

/**
 * One line per step and size, e.g. `0.0/a0 192 bytes p1 -> p3, p2 -> p1, p3 -> p2`. Which party is first within a step is
 * up to the scheduler, so the lines of a step are ordered by their links.
 */
function trace(record: readonly TraceEntry[]): string[] {
  const steps = new Map<string, Map<number, string[]>>();
  for (const { from, to, step, bytes } of checksInOrder(foldsInOrder(record))) {
    const sizes = steps.get(step) ?? new Map<number, string[]>();
    sizes.set(bytes, [...(sizes.get(bytes) ?? []), `p${from + 1} -> p${to + 1}`]);
    steps.set(step, sizes);
  }
  return [...steps].flatMap(([step, sizes]) =>
    [...sizes]
      .map(([bytes, pairs]) => ({ bytes, links: pairs.toSorted().join(', ') }))
      .sort((a, b) => (a.links < b.links ? -1 : 1))
      .map(({ bytes, links }) => `${step} ${bytes} bytes ${links}`),
  );
}

/** Folds of a stage travel side by side, in any order: here one after another. */
function foldsInOrder(record: readonly TraceEntry[]): readonly TraceEntry[] {
  const foldOf = ({ step }: TraceEntry) => /^\d+\/f\d+\./.exec(step)?.[0] ?? '';
  const first = record.findIndex((entry) => foldOf(entry) !== '');
  if (first < 0) return record;
  const others = record.filter((entry) => foldOf(entry) === '');
  const folds = record
    .filter((entry) => foldOf(entry) !== '')
    .sort((a, b) => foldOf(a).localeCompare(foldOf(b)));
  return [...others.slice(0, first), ...folds, ...others.slice(first)];
}

/** Checks that wait for the same barrier travel side by side, too. */
function checksInOrder(record: readonly TraceEntry[]): readonly TraceEntry[] {
  const batchOf = ({ step }: TraceEntry) => /^v[^/]+\//.exec(step)?.[0] ?? '';
  const runs: TraceEntry[][] = [];
  for (const entry of record) {
    const run = runs.at(-1);
    const isSame = run?.[0] && (batchOf(run[0]) === '') === (batchOf(entry) === '');
    if (isSame) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run) =>
    run.sort((a, b) => (batchOf(a) < batchOf(b) ? -1 : Number(batchOf(a) > batchOf(b)))),
  );
}

describe('golden message traces', () => {
  it.each(Object.entries(QUERIES))('%s', async (name, sql) => {
    const record: TraceEntry[] = [];
    const consortium = await inProcessConsortium([plainTable([ROWS], variedRow)], () => ({
      record,
    }));
    const { stats } = await consortium.query(sql);
    const text = [
      `-- ${ROWS} rows, ${stats.rounds} rounds, ${stats.bytesSentPerParty.join(' / ')} frame bytes`,
      sql,
      ...trace(record),
      `sealed to the analyst ${stats.bytesToAnalyst} bytes`,
      '',
    ].join('\n');
    await expect(text).toMatchFileSnapshot(`traces/${name}.trace`);
  });
});
