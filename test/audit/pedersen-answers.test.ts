import { beforeAll, describe, expect, it } from 'vitest';
import { auditReceipts } from '../../src/audit/audit.ts';
import type { Finding } from '../../src/audit/finding.ts';
import { fromBase64, toBase64 } from '../../src/client/base64.ts';
import { addBlindings, decodeBlinding, encodeBlinding } from '../../src/commit/pedersen.ts';
import { nobleCrypto, nobleKeys } from '../../src/crypto/noble.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { encodeReceipt } from '../../src/receipt/encode.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { TestTable } from '../oracle/tables.ts';
import { type PlainRow, plainTable, variedRow } from '../security/plain-table.ts';
import { type AuditedConsortium, auditedConsortium, parsed } from './audited-consortium.ts';

const AUDITED = ['a', 'c', 'flag', 'word'];
const ROWS = [20, 13, 0];

/** A table of three owners, one of them without rows, with commitments to a, c, flag and word. */
function table(row: (k: number) => PlainRow): TestTable {
  const plain = plainTable(ROWS, row);
  const columns = plain.definition.columns.map((column) =>
    AUDITED.includes(column.name) ? { ...column, audit: true as const } : column,
  );
  return { ...plain, definition: { ...plain.definition, columns } };
}

/** The same owners' table of another name and other rows. */
function named(name: string): TestTable {
  const other = table((k) => ({ ...variedRow(k), a: 1 }));
  return { ...other, definition: { ...other.definition, name } };
}

const rows = Array.from({ length: 33 }, (_, k) => variedRow(k));
const sum = (values: readonly (bigint | number | null | boolean)[]) =>
  values.reduce<bigint>((total, value) => total + BigInt(value ?? 0), 0n);

let consortium: AuditedConsortium;
let receipt: Uint8Array;
const SQL =
  'SELECT SUM(a), COUNT(a), AVG(a), SUM(c), COUNT(*), SUM(flag), COUNT(word), MIN(a), SUM(b) FROM t';

beforeAll(async () => {
  consortium = await auditedConsortium([table(variedRow), named('u')]);
  receipt = await consortium.receiptOf(SQL);
});

function audit(
  bytes: Uint8Array,
  platform = { crypto: nodeCrypto, keys: nodeKeys },
  isPinned = true,
) {
  const pins = isPinned ? consortium.pins : undefined;
  return auditReceipts(platform, [{ name: 'r', bytes }], pins);
}

function tierOf(bytes: Uint8Array, isPinned = true): Finding | undefined {
  const [file] = audit(bytes, undefined, isPinned).files;
  return file?.findings.find(({ name }) => name === 'tiers');
}

/** The tier line of a receipt that somebody with all parties' keys has changed: nothing but the owners stands in the way. */
function tierAfter(change: (receipt: Receipt) => Receipt, from = receipt): Finding | undefined {
  return tierOf(new TextEncoder().encode(encodeReceipt(change(parsed(from)))));
}

describe('answers that show totals of audited columns', () => {
  it("are verified against the owners' commitments, the rest by the parties", () => {
    const { files, passed } = audit(receipt);
    expect(files[0]?.findings.filter(({ verdict }) => verdict === 'fails')).toEqual([]);
    expect(passed).toBe(true);
    const [row = []] = parsed(receipt).result.rows;
    expect(row[0]).toBe(Number(sum(rows.map(({ a }) => a))));
    expect(BigInt(String(row[3]))).toBe(sum(rows.map(({ c }) => c)));
    const text = tierOf(receipt)?.text ?? '';
    const [two = '', one = ''] = text.split('; ');
    expect(two).toMatch(
      /^tier 2 .*: sum\(a\), count\(a\), avg\(a\), sum\(c\), count_star\(\), sum\(flag\), count\(word\)$/,
    );
    expect(one).toMatch(/^tier 1 .*: min\(a\), sum\(b\)$/);
  });

  it('are verified alike by the providers of a browser', () => {
    expect(audit(receipt, { crypto: nobleCrypto, keys: nobleKeys } as never)).toEqual(
      audit(receipt),
    );
  });

  it('are tier 1 while nobody says whose keys to believe', () => {
    const found = tierOf(receipt, false);
    expect(found?.verdict).toBe('holds');
    expect(found?.text).not.toContain('tier 2');
    expect(found?.text).toContain("owners' keys are not pinned");
  });

  it('carry no commitments and no blindings where nothing is a total', async () => {
    for (const sql of [
      'SELECT SUM(a) FROM t WHERE b > 0',
      'SELECT SUM(a) > 5 FROM t',
      'SELECT SUM(b) FROM t',
    ]) {
      const bytes = await consortium.receiptOf(sql);
      expect(parsed(bytes).body.audit).toBeNull();
      expect(tierOf(bytes)?.text).toMatch(/^tier 1/);
      expect(audit(bytes).passed).toBe(true);
    }
  });

  it('prove an average alone where it tells its sum anyhow', async () => {
    const bytes = await consortium.receiptOf('SELECT AVG(c) FROM t');
    // Sums of c have up to 2^51 in 33 rows of 2^45.
    expect(parsed(bytes).body.audit?.totals).toHaveLength(1);
    expect(tierOf(bytes)?.text).toMatch(/^tier 2 .*: avg\(c\)$/);
    const nullable = await consortium.receiptOf('SELECT AVG(a) FROM t');
    expect(parsed(nullable).body.audit).toBeNull();
  });
});

describe('nobody can pass off another answer', () => {
  const rowsOf = (one: Receipt, column: number, value: unknown): Receipt => ({
    ...one,
    result: {
      ...one.result,
      rows: one.result.rows.map((row) => row.map((cell, k) => (k === column ? value : cell))),
    },
  });
  const fails = (found: Finding | undefined, why: RegExp) => {
    expect(found?.verdict).toBe('fails');
    expect(found?.text).toMatch(why);
  };

  it('by another number', () => {
    const value = (column: number) => parsed(receipt).result.rows[0]?.[column];
    const opens = /do not open/;
    fails(
      tierAfter((one) => rowsOf(one, 0, Number(value(0)) + 1)),
      /do not open|not the quotient/,
    );
    fails(
      tierAfter((one) => rowsOf(one, 1, Number(value(1)) - 1)),
      opens,
    );
    fails(
      tierAfter((one) => rowsOf(one, 2, Number(value(2)) + 1e-9)),
      /not the quotient/,
    );
    // Equal in the parties' field, where the shares live, and in 64 bits.
    for (const wrap of [2n ** 61n - 1n, -(2n ** 61n - 1n), 2n ** 64n]) {
      fails(
        tierAfter((one) => rowsOf(one, 3, String(BigInt(String(value(3))) + wrap))),
        opens,
      );
    }
    fails(
      tierAfter((one) => rowsOf(one, 4, 34)),
      /number of rows/,
    );
    fails(
      tierAfter((one) => rowsOf(one, 5, -Number(value(5)))),
      opens,
    );
    for (const odd of [null, '12', 1.5, true, 'x', '']) {
      fails(
        tierAfter((one) => rowsOf(one, 0, odd)),
        /do not open|not a number/,
      );
    }
  });

  it('by another blinding, even if both copies agree', () => {
    for (const component of [0, 1, 2])
      fails(
        tierAfter((one) => shifted(one, component)),
        /do not open/,
      );
  });

  it('by blindings whose copies differ', () => {
    const found = tierAfter((one) =>
      withShares(one, (bytes, party) => (party === 0 ? plusOne(bytes, 0) : bytes)),
    );
    fails(found, /different copies/);
  });

  it('by commitments of another column, part, or owner', () => {
    const parts = (change: (list: NonNullable<Receipt['body']['audit']>['parts']) => unknown) =>
      tierAfter((one) => {
        const { audit: own } = one.body;
        if (!own) throw new TypeError('a receipt with commitments');
        return {
          ...one,
          body: { ...one.body, audit: { ...own, parts: change(own.parts) as typeof own.parts } },
        };
      });
    const swap = (text: string) => text.slice(64, 128) + text.slice(0, 64) + text.slice(128);
    fails(
      parts((list) => list.map((part) => ({ ...part, commitments: swap(part.commitments) }))),
      /has not signed/,
    );
    fails(
      parts(([a, b, ...rest]) => [b, a, ...rest]),
      /has not signed/,
    );
    fails(
      parts((list) => list.slice(1)),
      /other totals/,
    );
    fails(
      parts((list) => list.map((part) => ({ ...part, commitments: part.commitments.slice(64) }))),
      /malformed/,
    );
    fails(
      parts((list) =>
        list.map((part) => ({ ...part, commitments: 'ff'.repeat(part.commitments.length / 2) })),
      ),
      /malformed/,
    );
    fails(
      tierAfter((one) => {
        const { audit: own } = one.body;
        const [first = 0, ...rest] = own?.totals ?? [];
        return {
          ...one,
          body: { ...one.body, audit: own && { ...own, totals: [first + 1, ...rest] } },
        };
      }),
      /other totals/,
    );
  });

  it('by leaving the commitments away', () => {
    fails(
      tierAfter((one) => {
        const { audit: own, ...rest } = one.body;
        const tail = 64 * (own?.totals.length ?? 0);
        const stripped = withShares(one, (bytes) => bytes.subarray(0, bytes.length - tail));
        return { ...stripped, body: { ...rest, audit: null } };
      }),
      /are missing/,
    );
  });

  it('by commitments that the same owners have signed to other rows', async () => {
    const other = parsed(await consortium.receiptOf(SQL.replace('FROM t', 'FROM u'))).body.audit;
    expect(other?.parts).toHaveLength(ROWS.length);
    const audit = other && { ...other, table: 't' };
    fails(
      tierAfter((one) => ({ ...one, body: { ...one.body, audit } })),
      /has not signed/,
    );
  });

  it('by openings where nothing may be opened', async () => {
    const bytes = await consortium.receiptOf('SELECT SUM(b) FROM t');
    const { audit: own } = parsed(receipt).body;
    fails(
      tierAfter((one) => ({ ...one, body: { ...one.body, audit: own } }), bytes),
      /does not show|no canonical/,
    );
  });
});

describe('a sum that may be NULL', () => {
  it('is proven unless it is 0', async () => {
    const empty = await auditedConsortium([
      table((k) => ({ ...variedRow(k), a: null, flag: false })),
    ]);
    const bytes = await empty.receiptOf('SELECT SUM(a), COUNT(a), SUM(flag) FROM t');
    expect(parsed(bytes).result.rows).toEqual([[null, 0, 0]]);
    const [file] = auditReceipts(
      { crypto: nodeCrypto, keys: nodeKeys },
      [{ name: 'r', bytes }],
      empty.pins,
    ).files;
    const found = file?.findings.find(({ name }) => name === 'tiers');
    expect(found?.text).toMatch(
      /tier 2 .*: count\(a\); tier 1 .*: sum\(a\), sum\(flag\) \(a sum of 0/,
    );
  });
});

/** The receipt with every party's shares replaced. */
function withShares(
  one: Receipt,
  change: (bytes: Uint8Array, party: number) => Uint8Array,
): Receipt {
  const parties = one.parties.map((entry, party) => {
    const bytes = fromBase64(entry.shares) ?? new Uint8Array();
    return { ...entry, shares: toBase64(change(bytes.slice(), party)) };
  });
  return { ...one, parties };
}

/** Both copies of one component of the first total's blinding, one larger. */
function shifted(one: Receipt, component: number): Receipt {
  return withShares(one, (bytes, party) => {
    if (party === component) return plusOne(bytes, 0, one.body.audit?.totals.length);
    if ((party + 1) % 3 === component) return plusOne(bytes, 1, one.body.audit?.totals.length);
    return bytes;
  });
}

/** Side 0: left, 1: right component of the first total's blinding. */
function plusOne(
  bytes: Uint8Array,
  side: number,
  totals = parsed(receipt).body.audit?.totals.length ?? 0,
): Uint8Array {
  const at = bytes.length - 64 * totals + 32 * side;
  const before = decodeBlinding(bytes.subarray(at, at + 32)) ?? 0n;
  bytes.set(encodeBlinding(addBlindings([before, 1n])), at);
  return bytes;
}
