import { describe, expect, it } from 'vitest';
import { inProcessConsortium } from '../engine/consortium.ts';
import { askEach, codesOf } from '../faults/attack.ts';
import { plainTable, variedRow } from './plain-table.ts';

const SQL = 'SELECT SUM(b), COUNT(*) FROM t WHERE a < 700';

describe('a party that would rather not be verified (attack 26)', () => {
  for (const [self, of] of [
    [0, 'first'],
    [1, 'second'],
    [2, 'third'],
  ] as const) {
    it(`and runs passively as the ${of} party is found out before a share moves`, async () => {
      const consortium = await inProcessConsortium(
        [plainTable([300], variedRow)],
        () => ({}),
        (parts) => (parts.self === self ? { ...parts, security: 'passive' } : parts),
      );
      const outcomes = await askEach(consortium, SQL);
      expect(codesOf(outcomes)).not.toContain('answered');
      expect(codesOf(outcomes)).toContain('PLAN_MISMATCH');
      expect(JSON.stringify(outcomes)).toMatch(/compiled another program/);
    });
  }

  it('gets its way only if all parties agree, and then the answer says so', async () => {
    const tables = [plainTable([300], variedRow)];
    const passive = await inProcessConsortium(
      tables,
      () => ({}),
      (parts) => ({ ...parts, security: 'passive' }),
    );
    const active = await inProcessConsortium(tables);
    expect((await passive.query(SQL)).stats.security).toBe('passive');
    const answer = await active.query(SQL);
    expect(answer.stats.security).toBe('active');
    expect(answer.rows).toEqual((await passive.query(SQL)).rows);
  });
});
