import { describe, expect, it } from 'vitest';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { textBounds, typeLimits } from '../../src/catalog/types.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { prepare } from '../../src/engine/prepare.ts';
import type { Kernels } from '../../src/field/kernels.ts';
import { LAN } from '../../src/planner/network.ts';
import { type ClearRows, evaluate } from '../../src/program/evaluate.ts';
import { measure } from '../../src/program/measure.ts';
import type { Security, Stage } from '../../src/program/program.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { defineInProcess, publishable, sharedDefinition } from '../oracle/publish.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';
import { runParties, SECURITIES, storesWith } from '../program/run-parties.ts';
import { clearRows } from '../sql/clear-rows.ts';
import { plainTable, variedRow } from './plain-table.ts';

/** PROTOCOLS 9, attack 22: an owner whose two forms of a value differ, or whose Shamir shares are of no line; CHECK TABLE finds it. */

const ROWS = 1100;
const CHECK = 'CHECK TABLE t';

const consortiumOf = (tables: readonly TestTable[], security: Security) =>
  inProcessConsortium(tables, undefined, (parts) => ({ ...parts, security }));

/** What CHECK TABLE says, with its statistics compared with EXPLAIN. */
async function check(
  { query, stores }: Consortium,
  security: Security,
): Promise<Record<string, unknown>> {
  const { columns, rows, stats } = await query(CHECK);
  expect(columns).toEqual([
    { name: 'column_name', type: 'VARCHAR' },
    { name: 'consistent', type: 'BOOLEAN' },
  ]);
  // Every part made a version.
  const tables = (stores[0]?.tables() ?? []).toSorted((a, b) => b.number - a.number).slice(0, 1);
  const explained = prepare(CHECK, { tables }, LAN, nodeCrypto, [], security);
  const { total } = explained.measurement;
  const measured = [stats.rounds, stats.bytesSentPerParty, stats.andGates, stats.multiplications];
  expect(measured).toEqual([
    ...[total.rounds, total.bytesPerParty, total.andGates, total.multiplications],
  ]);
  expect(stats.bytesToAnalyst).toBe(total.bytesToAnalyst);
  expect(await query(`EXPLAIN ${CHECK}`)).toMatchObject({ explain: explained.explain });
  return Object.fromEntries(rows.map(([name, consistent]) => [String(name), consistent]));
}

/** Publishes a table's only part with kernels of the owner's own; commitments fit what is uploaded. */
async function publishWith(
  { stores }: Consortium,
  table: TestTable,
  change: (kernels: Kernels, context: UploadContext) => Partial<Kernels>,
): Promise<void> {
  const honest: UploadContext = { crypto: nodeCrypto, ...(await loadKernels()) };
  const sessions = await defineInProcess(honest, sharedDefinition(table), stores);
  const own = { crypto: nodeCrypto, ...(await loadKernels()) };
  const { kernels } = own;
  const context = { ...own, kernels: { ...kernels, ...change(kernels, own) } };
  const [part] = table.parts;
  const session = sessions.get(part?.owner ?? '');
  if (part === undefined || session === undefined) throw new TypeError('one part');
  const name = table.definition.name;
  const made = { table: name, operation: 'append', part: publishable(part) } as const;
  await publishRows(session, context, made);
}

/** The owner flips bit `bit` of the `call`-th column's value in a row, in the Boolean form only. */
const otherBit = (call: number, bit: number, row: number) => {
  let calls = 0;
  return (kernels: Kernels, { arena }: UploadContext): Partial<Kernels> => ({
    wordsToPlanes: (src, dst, blocks, stride, planes) => {
      kernels.wordsToPlanes(src, dst, blocks, stride, planes);
      if (calls++ !== call) return;
      const at = dst + bit * stride + (row >> 3);
      arena.u8[at] = (arena.u8[at] ?? 0) ^ (1 << (row & 7));
    },
  });
};

/** The owner moves one row's share of the `call`-th column (with one limb) off the line: the share of party 3. */
const offLine = (call: number, row: number) => {
  let calls = 0;
  return (kernels: Kernels, { arena }: UploadContext): Partial<Kernels> => ({
    fpLin2: (x, c0, y, c1, z, n) => {
      kernels.fpLin2(x, c0, y, c1, z, n);
      if (calls++ === 2 * call + 1) {
        const at = z + 8 * row;
        arena.u8[at] = (arena.u8[at] ?? 0) ^ 1;
      }
    },
  });
};

/** Every width and sign that has two pieces, or one of a single bit. */
function wideTable(): TestTable {
  const bounds = [
    typeLimits({ kind: 'integer', name: 'BIGINT' }),
    { min: 0n, max: 2n ** 63n - 1n },
    { min: -(2n ** 31n), max: 2n ** 31n - 1n },
    { min: 0n, max: 2n ** 32n - 1n },
    { min: 0n, max: 2n ** 32n },
    { min: -(2n ** 32n), max: 5n },
    { min: -1n, max: 0n },
    { min: -2n, max: -2n },
  ];
  const columns = bounds.map(
    (range, k): ColumnDefinition => ({
      ...{ name: `c${k}`, nullable: false, bounds: range },
      type: { kind: 'integer', name: 'BIGINT' },
    }),
  );
  const values = bounds.map(({ min, max }) =>
    BigInt64Array.from([min, max, (min + max) / 2n, max > min ? min + 1n : min]),
  );
  return {
    definition: { name: 't', columns, keys: [] },
    parts: [{ owner: 'a', rows: 4, columns: values.map((column) => ({ values: column })) }],
  };
}

describe.each(SECURITIES)('CHECK TABLE, %s', (security) => {
  it.each([
    ['columns of all types', randomTable(11, { rows: ROWS, owners: 3 })],
    ['columns of all widths', wideTable()],
    ['a table without rows', plainTable([0], variedRow)],
  ])('finds nothing wrong with honest owners: %s', async (_, table) => {
    const found = await check(await consortiumOf([table], security), security);
    const expected = table.definition.columns.map(({ name }) => [name, true]);
    expect(found).toEqual(Object.fromEntries(expected));
  });

  it('finds a value that differs in one bit of one row', async () => {
    // Columns as they are published: id, a, b, c (of 47 bits, signed), flag, word.
    for (const [column, name, bit] of [
      [0, 'id', 0],
      [2, 'b', 9],
      [3, 'c', 31],
      [3, 'c', 46],
      [4, 'flag', 0],
    ] as const) {
      const consortium = await consortiumOf([], security);
      const table = plainTable([ROWS], variedRow);
      await publishWith(consortium, table, otherBit(column, bit, ROWS - 1));
      const honest = { id: true, a: true, b: true, c: true, flag: true, word: true };
      expect(await check(consortium, security)).toEqual({ ...honest, [name]: false });
    }
  });

  it('may be asked about columns that are never revealed', async () => {
    const table = plainTable([ROWS], variedRow);
    const columns = table.definition.columns.map((column) => ({
      ...column,
      reveal: 'never' as const,
    }));
    const guarded = { ...table, definition: { ...table.definition, columns } };
    const consortium = await consortiumOf([guarded], security);
    expect(Object.values(await check(consortium, security))).toEqual(columns.map(() => true));
    const { disclosures } = await consortium.query(CHECK);
    expect(disclosures.filter(({ to }) => to === 'analyst')).toEqual([
      {
        to: 'analyst',
        what: 'whether both stored forms of each column of t agree in all rows, halves of wide numbers each',
      },
    ]);
  });

  // In an active consortium the verification of the sum fails; in a passive one the sum is uniform.
  it('notices shares that lie on no line', async () => {
    const consortium = await consortiumOf([], security);
    await publishWith(consortium, plainTable([ROWS], variedRow), offLine(1, 77));
    const answer = consortium.query(CHECK);
    if (security === 'active') {
      await expect(answer).rejects.toMatchObject({ code: 'OPENING_INCONSISTENT' });
    } else {
      const rows = ['id', 'a', 'b', 'c', 'flag', 'word'].map((name) => [name, name !== 'a']);
      expect((await answer).rows).toEqual(rows);
    }
  });
});

describe('CHECK TABLE', () => {
  const tables = [plainTable([ROWS], variedRow)];

  it.each(SECURITIES)('is 0 in chunks as in the clear, %s', async (security) => {
    const table = plainTable([2500, 70], variedRow);
    const stores = await storesWith(table);
    const version = (stores[0]?.tables() ?? []).reduce((a, b) => (a.number > b.number ? a : b));
    const { program } = prepare(CHECK, { tables: [version] }, LAN, nodeCrypto, [], security);
    const chunked = (stage: Stage) =>
      stage.kind === 'rows' ? { ...stage, chunkRows: 1024 } : stage;
    const small = { ...program, stages: program.stages.map(chunked) };
    const zeros = program.results.reveal.map(() => 0n);
    const run = await runParties(small, stores);
    expect(run.values).toEqual(zeros);
    const { total } = measure(small);
    expect([run.rounds, run.bytesSent]).toEqual([total.rounds, total.bytesPerParty]);
    const rows = clearRows([version], [table]);
    expect(evaluate(small, rows).scalars).toEqual(zeros);
    const limb: ClearRows['limb'] = (part, column, which) =>
      rows.limb(part, column, which).map((v, row) => (column === 3 && row === 69 ? v + 1n : v));
    const { scalars } = evaluate(small, { ...rows, limb });
    // Of column c, both halves are wrong.
    expect(scalars.flatMap((value, k) => (value === 0n ? [] : [k]))).toEqual([3, 4]);
  });

  it('refuses what it cannot check', async () => {
    const { query } = await inProcessConsortium(tables);
    await expect(query('CHECK TABLE\nclaims')).rejects.toMatchObject({
      code: 'SQL_UNKNOWN_TABLE',
      position: { line: 2, column: 1 },
    });
    const given = () =>
      prepare(CHECK, { tables: [] }, LAN, nodeCrypto, [{ number: '1' }], 'active');
    expect(given).toThrow(expect.objectContaining({ code: 'SQL_TYPE' }));
  });

  it('leaves secret text out, which has one form', async () => {
    const text: ColumnDefinition = {
      ...{ name: 'x', type: { kind: 'varchar' }, nullable: false, bytes: 3 },
      bounds: textBounds(3),
    };
    const number = { name: 'y', type: text.type, nullable: false, dictionary: ['a', 'b', 'c'] };
    const both: readonly ColumnDefinition[] = [text, { ...number, bounds: { min: 0n, max: 2n } }];
    const shown = [text.name, number.name].flatMap((_, k) => {
      const definition = { name: 't', columns: both.slice(0, k + 1), keys: [] };
      const parts = [{ id: 'p', owner: 'a', rows: 2, root: '' }];
      const version = { definition, parts, digest: '', number: 1 };
      const { program, shape } = prepare(CHECK, { tables: [version] }, LAN, nodeCrypto);
      return [[program.stages.length, shape.rows.map(({ cells }) => cells[0])]];
    });
    expect(shown).toEqual([
      [0, []],
      [1, [{ kind: 'constant', value: 'y' }]],
    ]);
  });
});
