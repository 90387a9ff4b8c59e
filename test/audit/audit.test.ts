import { beforeAll, describe, expect, it } from 'vitest';
import { type Audit, auditReceipts } from '../../src/audit/audit.ts';
import { reportOf } from '../../src/audit/report.ts';
import type { AuditPlatform } from '../../src/audit/subject.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nobleCrypto, nobleKeys } from '../../src/crypto/noble.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { receiptDigest } from '../../src/receipt/digest.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type AuditedConsortium, auditedConsortium } from './audited-consortium.ts';

const node: AuditPlatform = { crypto: nodeCrypto, keys: nodeKeys };
const noble: AuditPlatform = { crypto: nobleCrypto, keys: nobleKeys };
const TABLE = plainTable([20, 13], variedRow);

/** Statements whose answers are opened in different ways: scalars, planes, folds, quotients, order, text. */
const STATEMENTS = [
  'SELECT COUNT(a) FROM t',
  'SELECT word, COUNT(*) AS n, SUM(a) AS s FROM t WHERE b > 3 GROUP BY word',
  'SELECT MIN(a), MAX(b), AVG(c) FROM t',
  'SELECT word, AVG(a) AS m FROM t GROUP BY word ORDER BY m DESC LIMIT 2',
  'SELECT flag, SUM(a * b) FROM t GROUP BY flag HAVING COUNT(*) > 1',
  'SELECT SUM(c) FROM t WHERE word IS NULL',
  'CHECK TABLE t',
];

let consortium: AuditedConsortium;

beforeAll(async () => {
  consortium = await auditedConsortium([TABLE]);
});

const audit = (files: readonly Uint8Array[], pins?: string, platform = node): Audit =>
  auditReceipts(
    platform,
    files.map((bytes, k) => ({ name: `${k + 1}.json`, bytes })),
    pins,
  );

const verdicts = ({ files }: Audit) =>
  files.flatMap(({ findings }) => findings.map(({ name, verdict }) => `${name} ${verdict}`));
const failed = (found: Audit) =>
  verdicts(found).flatMap((line) => (line.endsWith(' fails') ? [line.slice(0, -6)] : []));

describe('an honest receipt', () => {
  it.each(STATEMENTS)(
    'is verified, with the providers of Node and of browsers: %s',
    async (sql) => {
      const receipt = await consortium.receiptOf(sql);
      const found = audit([receipt], consortium.pins);
      expect(failed(found)).toEqual([]);
      expect(found.passed).toBe(true);
      expect(verdicts(found).every((line) => line.endsWith(' holds'))).toBe(true);
      expect(reportOf(found).at(-1)).toBe('verified: 1 receipt');
      expect(audit([receipt], consortium.pins, noble)).toEqual(found);
    },
  );

  it('with parameters is verified', async () => {
    const parameters = [{ number: '3' }, 'AK', null, true];
    const sql = 'SELECT COUNT(*) FROM t WHERE b > $1 AND (word = $2 OR a = $3 OR flag = $4)';
    const receipt = await consortium.receiptOf(sql, { parameters });
    expect(failed(audit([receipt], consortium.pins))).toEqual([]);
  });

  it('is consistent in itself without pinned keys, which the first line says', async () => {
    const receipt = await consortium.receiptOf(STATEMENTS[1] as string);
    const found = audit([receipt]);
    expect(found.passed).toBe(true);
    const open = verdicts(found).filter((line) => line.endsWith(' open'));
    expect(open).toEqual(['consortium open', 'signatures open', 'analyst open']);
    const report = reportOf(found);
    expect(report[0]).toBe('keys not pinned: internal consistency only');
    expect(report.at(-1)).toBe('consistent in itself: 1 receipt; whose it is was not checked');
  });

  it('reads like this', async () => {
    const receipt = await consortium.receiptOf(STATEMENTS[1] as string);
    const lines = reportOf(audit([receipt], consortium.pins));
    const timeless = lines.map((line) => line.replaceAll(/\d{4}-\S+Z/g, 'TIME'));
    expect(timeless.join('\n')).toMatchInlineSnapshot(`
      "1.json
        ok      file          the file is the one canonical text of this receipt, byte for byte
        ok      consortium    the parties were bound to the pinned consortium of alice, bob, carol; at most 1 of them may collude [if SHA-256 has no collisions]
        ok      committee     party 1 (alice), party 2 (bob), party 3 (carol) computed the answer, and each of them attests it
        ok      signatures    all 3 parties signed this answer and their own shares of it, by their clocks between TIME and TIME [if the pinned keys are theirs and Ed25519 cannot be forged]
        ok      analyst       asked by ann, an analyst of the consortium
        ok      question      the session is about this statement, asked under a one-time key
        ok      session       the query id binds fresh nonces of all parties, the request, the program and the analyst [if SHA-256 has no collisions]
        ok      tables        t version 2, 33 rows of owner 0, owner 1: signed by the owner who made the version and by all parties, as commitments to the shares that they hold [if the owners published what they meant to]
        ok      program       the SQL text compiles to exactly the program that all parties ran
        ok      checks        all AND gates (960 with padding) and all 664 products were verified in 2 batch(es), none left out [if at most 1 of the 3 parties deviated; more could invent these records]
        ok      error bound   a deviation would have passed all checks with probability at most 2^-56
        ok      transcripts   both ends of all 6 channels attest the same transcript
        ok      shares        every party's result shares are those behind its commitment in the body, which was there before anybody signed
        ok      result        the shares of all parties are consistent and say exactly the 3 row(s) shown
        ok      tiers         tier 1 (attested): word, n, s [if at most 1 of the 3 parties deviated]
        ok      chain         the first receipt of its chain
      verified: 1 receipt"
    `);
  });
});

describe('a passive receipt', () => {
  it('says that nothing was verified', async () => {
    const passive = await auditedConsortium([TABLE], 'passive');
    const receipt = await passive.receiptOf(STATEMENTS[1] as string);
    const found = audit([receipt], passive.pins);
    expect(found.passed).toBe(true);
    const report = reportOf(found);
    expect(report.join('\n')).toContain('NOTHING was verified');
    expect(report.at(-1)).toBe('attested, NOT verified: 1 receipt of passive parties');
    const other = passive.pins.replace('"passive"', '"active"');
    expect(failed(audit([receipt], other))).toContain('consortium');
  });
});

describe('a chain', () => {
  let chain: Uint8Array[];
  beforeAll(async () => {
    chain = [];
    for (const sql of STATEMENTS.slice(0, 3)) {
      const before = chain.at(-1);
      const text = before && new TextDecoder().decode(before);
      const previous = text === undefined ? {} : { previous: hex(receiptDigest(nodeCrypto, text)) };
      chain.push(await consortium.receiptOf(sql, previous));
    }
  });

  it('is verified as a whole', () => {
    const found = audit(chain, consortium.pins);
    expect(failed(found)).toEqual([]);
    expect(reportOf(found).at(-1)).toBe('verified: 3 receipts');
  });

  it('may begin after its beginning, which the line says', () => {
    const report = reportOf(audit(chain.slice(1), consortium.pins)).join('\n');
    expect(report).toContain('follows a receipt that is not here');
    expect(report).toContain('verified: 2 receipts');
  });

  it.each([
    ['with one left out', [0, 2]],
    ['in another order', [0, 2, 1]],
    ['with one twice', [0, 0, 1]],
    ['with its beginning at the end', [1, 2, 0]],
  ])('%s is rejected', (_, order) => {
    const files = order.map((k) => chain[k] ?? new Uint8Array());
    expect(failed(audit(files, consortium.pins))).toContain('chain');
  });

  it('with a file that cannot be read is rejected', () => {
    const [first, second] = chain as [Uint8Array, Uint8Array];
    const found = audit([first.slice(1), second], consortium.pins);
    expect(failed(found)).toEqual(['file', 'chain']);
  });
});

describe('a consortium file', () => {
  it.each([
    ['another consortium', async () => (await auditedConsortium([TABLE])).pins],
    ['other roles', async () => consortium.pins.replace('"analyst"', '"admin"')],
    [
      'another owner',
      async () => {
        const { members, ...rest } = JSON.parse(consortium.pins);
        return JSON.stringify({ ...rest, members: members.slice(1) });
      },
    ],
    [
      'parties in another order',
      async () => {
        const { parties, ...rest } = JSON.parse(consortium.pins);
        const swapped = [parties[1], parties[0], parties[2]];
        const indexed = swapped.map((party, index) => ({ ...party, index }));
        return JSON.stringify({ ...rest, parties: indexed });
      },
    ],
  ])('of %s does not verify the receipt', async (_, pins) => {
    const receipt = await consortium.receiptOf(STATEMENTS[0] as string);
    expect(failed(audit([receipt], await pins()))).toContain('consortium');
  });

  it('that is malformed is an error, not a verdict', () => {
    const pins = JSON.parse(consortium.pins);
    const [party, ...others] = pins.parties;
    for (const bad of [
      '',
      '[]',
      JSON.stringify({ ...pins, more: 1 }),
      JSON.stringify({ ...pins, threshold: 2 }),
      JSON.stringify({ ...pins, parties: [party, party, ...others.slice(1)] }),
      JSON.stringify({
        ...pins,
        parties: [{ ...party, identityKey: others[0].identityKey }, ...others],
      }),
      JSON.stringify({ ...pins, parties: [{ ...party, certificate: 'none' }, ...others] }),
    ]) {
      expect(() => audit([new Uint8Array()], bad)).toThrowError(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      );
    }
  });
});
