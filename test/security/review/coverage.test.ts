import { beforeAll, describe, expect, it } from 'vitest';
import { decodeBody } from '../../../src/receipt/decode.ts';
import type { TraceEntry } from '../../../src/transport/memory.ts';
import { type Consortium, inProcessConsortium } from '../../engine/consortium.ts';
import { askEach } from '../../faults/attack.ts';
import { plainTable, variedRow } from '../plain-table.ts';

/** Filters, injections, products, dot products, conversions, folds, ranks, wide sums, zero tests. */
const STATEMENTS = [
  'SELECT COUNT(*), SUM(b), SUM(a + c) FROM t WHERE a < 700',
  'SELECT word, MIN(a), MAX(c) FROM t GROUP BY word',
  'SELECT word, COUNT(*) AS n FROM t GROUP BY word ORDER BY n DESC LIMIT 2',
  'SELECT word, AVG(b) FROM t WHERE flag GROUP BY word HAVING COUNT(*) > 3',
];

describe('the batches of a query', () => {
  const record: TraceEntry[] = [];
  let consortium: Consortium;
  beforeAll(async () => {
    consortium = await inProcessConsortium([plainTable([300, 90, 21], variedRow)], () => ({
      record,
    }));
  });

  it.each(STATEMENTS)('have as many gates as have travelled: %s', async (sql) => {
    record.length = 0;
    const outcomes = await askEach(consortium, sql);
    const [first] = outcomes;
    if (first === undefined || !('answer' in first)) throw new Error(JSON.stringify(outcomes));
    const { checks } = decodeBody(first.answer.attestation?.body ?? '');
    const verified = checks
      .filter(({ kind }) => kind === 'and')
      .reduce((sum, { size }) => sum + size, 0);
    // Every party sends the results of its gates to one other; their steps, and no others, end in a, c or p and a number.
    const sent = record
      .filter(({ from, step }) => from === 0 && !step.startsWith('v') && /[acp]\d+$/.test(step))
      .reduce((sum, { bytes }) => sum + bytes, 0);
    expect(sent).toBeGreaterThan(0);
    expect(verified).toBe(sent);
  });
});
