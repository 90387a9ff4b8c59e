import { describe, expect, it } from 'vitest';
import type { TableVersion } from '../../src/catalog/table.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { directPlanner, type Planner, type Question } from '../../src/engine/planner.ts';
import { PreparedStatements } from '../../src/engine/prepared-statements.ts';
import { LAN, WAN } from '../../src/planner/network.ts';

const integer = { kind: 'integer', name: 'INTEGER' } as const;

function table(name: string, digest: string): TableVersion {
  const columns = [{ name: 'a', type: integer, nullable: false, bounds: { min: 0n, max: 99n } }];
  const parts = [{ id: '0'.repeat(32), owner: 'o', rows: 10, root: '00' }];
  return { definition: { name, columns, keys: [] }, parts, digest: digest.repeat(64), number: 1 };
}

const TABLES = [table('t', 'a'), table('u', 'b')];
const question = (sql: string, more: Partial<Question> = {}): Question => ({
  ...{ sql, parameters: [], network: LAN, security: 'active' },
  ...more,
});

/** Prepares through a cache and tells how often it planned. */
function counted() {
  const direct = directPlanner(nodeCrypto);
  let plans = 0;
  const planner: Planner = {
    ...direct,
    plan: (asked, tables) => {
      plans++;
      return direct.plan(asked, tables);
    },
  };
  const statements = new PreparedStatements(planner);
  const prepare = async (asked: Question, tables = TABLES) =>
    statements.prepare(asked, await statements.outline(asked.sql), tables);
  return { prepare, plans: () => plans };
}

const SQL = 'SELECT SUM(a) FROM t WHERE a < 7';
const WITH_PARAMETER = 'SELECT SUM(a) FROM t WHERE a < $1';
const seven = { parameters: [{ number: '7' }] };

describe('prepared statements', () => {
  it.each([
    ['another spelling', question('select  sum( a )\nfrom t where (a < 7) -- so'), TABLES],
    ['another table that it does not name', question(SQL), [table('t', 'a'), table('u', 'c')]],
    ['the tables in another order', question(SQL), TABLES.toReversed()],
  ])('are planned once in spite of %s', async (_, asked, tables) => {
    const { plans, prepare } = counted();
    const first = await prepare(question(SQL));
    expect(await prepare(asked, tables)).toBe(first);
    expect(plans()).toBe(1);
  });

  it.each([
    ['another constant', question('SELECT SUM(a) FROM t WHERE a < 8'), TABLES],
    ['another column name', question('SELECT SUM(a) AS s FROM t WHERE a < 7'), TABLES],
    ['its explanation', question(`EXPLAIN ${SQL}`), TABLES],
    ['another version', question(SQL), [table('t', 'c')]],
    ['another network', question(SQL, { network: WAN }), TABLES],
    [
      'other numbers of a network',
      question(SQL, { network: { ...LAN, bytesPerSecond: 1 } }),
      TABLES,
    ],
    ['another security', question(SQL, { security: 'passive' }), TABLES],
    ['a parameter', question(WITH_PARAMETER, seven), TABLES],
  ])('are planned anew for %s', async (_, asked, tables) => {
    const { plans, prepare } = counted();
    await prepare(question(SQL));
    await prepare(asked, tables);
    expect(plans()).toBe(2);
  });

  it.each([
    ['values', [{ number: '8' }], 2],
    ['types', [null], 2],
    ['nothing', [{ number: '7' }], 1],
  ])('distinguish parameters by %s', async (_, parameters, planned) => {
    const { plans, prepare } = counted();
    await prepare(question(WITH_PARAMETER, seven));
    await prepare(question(WITH_PARAMETER, { parameters }));
    expect(plans()).toBe(planned);
  });

  it('that are asked at a time are planned once; a refusal is not kept', async () => {
    const { plans, prepare } = counted();
    await Promise.all([1, 2, 3].map(() => prepare(question(SQL))));
    expect(plans()).toBe(1);
    const wrong = question('SELECT SUM(nope) FROM t');
    for (const planned of [2, 3]) {
      await expect(prepare(wrong)).rejects.toMatchObject({ code: 'SQL_UNKNOWN_COLUMN' });
      expect(plans()).toBe(planned);
    }
  });
});

it('a plan goes on as long as somebody waits for it', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const planner: Planner = {
    ...directPlanner(nodeCrypto),
    plan: (_question, _tables, signal) => {
      signals.push(signal);
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    },
  };
  const statements = new PreparedStatements(planner);
  const outline = await statements.outline(SQL);
  const stops = [new AbortController(), new AbortController()];
  const calls = stops.map(({ signal }) =>
    statements.prepare(question(SQL), outline, TABLES, signal).catch((error: unknown) => error),
  );
  stops[0]?.abort('first');
  expect(await calls[0]).toBe('first');
  expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
  stops[1]?.abort('second');
  expect(await calls[1]).toBe('second');
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});
