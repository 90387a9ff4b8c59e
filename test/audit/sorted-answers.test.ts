import { beforeAll, describe, expect, it } from 'vitest';
import { auditReceipts } from '../../src/audit/audit.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type AuditedConsortium, auditedConsortium, parsed } from './audited-consortium.ts';
import { type Change, forge, put, resign } from './forger.ts';

const SQL = 'SELECT c, COUNT(*) AS n, SUM(b) AS s FROM t GROUP BY c ORDER BY n DESC, c LIMIT 5';

describe('a receipt of an answer that was sorted', () => {
  let consortium: AuditedConsortium;
  let receipt: Receipt;

  beforeAll(async () => {
    consortium = await auditedConsortium([plainTable([500, 300], variedRow)]);
    receipt = parsed(await consortium.receiptOf(SQL));
  });

  /** The lines that refuse a receipt that all parties have signed. */
  function refused(change: Change): string[] {
    const bytes = forge(receipt, (draft) => {
      change(draft);
      resign(draft, consortium.parties);
    });
    const platform = { crypto: nodeCrypto, keys: nodeKeys };
    const { files } = auditReceipts(platform, [{ name: 'sorted', bytes }], consortium.pins);
    return files.flatMap(({ findings }) =>
      findings.filter(({ verdict }) => verdict === 'fails').map(({ name }) => name),
    );
  }

  it('is believed of a join that is guarded, too', async () => {
    const sql = 'SELECT /*+ JOIN_ROWS(800) */ SUM(l.b), SUM(r.c) FROM t l JOIN t r ON l.a = r.id';
    const asked = parsed(await consortium.receiptOf(sql));
    const bytes = forge(asked, (draft) => resign(draft, consortium.parties));
    const platform = { crypto: nodeCrypto, keys: nodeKeys };
    const { passed, files } = auditReceipts(platform, [{ name: 'join', bytes }], consortium.pins);
    expect(asked.body.question.sql).toBe(sql);
    expect(passed, JSON.stringify(files)).toBe(true);
  });

  it('says what its sorts did, and is believed', () => {
    expect(receipt.body.sorts.flat().length).toBeGreaterThan(0);
    expect(refused(() => undefined)).toEqual([]);
  });

  it.each<[string, (sorts: readonly (readonly number[])[]) => unknown]>([
    ['no sorts', () => []],
    ['a sort more', (sorts) => [...sorts, ...sorts.slice(0, 1)]],
    ['a level more', ([first = [], ...rest]) => [[...first, 1], ...rest]],
    ['a level less', ([first = [], ...rest]) => [first.slice(1), ...rest]],
    [
      'more comparisons',
      ([[first = 0, ...levels] = [], ...rest]) => [[first + 128, ...levels], ...rest],
    ],
    ['too many', ([, ...rest]) => [[2 ** 39], ...rest]],
  ])('that says %s is refused, whoever signs it', (_, change) => {
    expect(refused(put('body.sorts', change(receipt.body.sorts)))).toContain('checks');
  });
});
