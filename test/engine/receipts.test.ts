import { beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { runQuery } from '../../src/client/query/run-query.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { errorBoundLog2 } from '../../src/program/check-error.ts';
import { checkShape } from '../../src/program/checks.ts';
import { decodeReceipt } from '../../src/receipt/decode.ts';
import { receiptDigest, shareCommitment } from '../../src/receipt/digest.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type Consortium, inProcessConsortium } from './consortium.ts';

const SQL = 'SELECT COUNT(*), SUM(b), SUM(a * b) FROM t WHERE a < 700';
const TABLE = plainTable([400, 300], variedRow);

async function receiptOf(consortium: Consortium, sql = SQL, previous?: string) {
  const statement = { sql, ...(previous === undefined ? {} : { previous }) };
  const result = await runQuery(consortium.parties, statement, nodePlatform);
  const text = result.receipt?.text() ?? '';
  return { ...result, text, decoded: decodeReceipt(new TextEncoder().encode(text)) };
}

describe('the receipt of an answer', () => {
  let consortium: Consortium;
  const record: TraceEntry[] = [];
  let first: Awaited<ReturnType<typeof receiptOf>>;
  beforeAll(async () => {
    consortium = await inProcessConsortium([TABLE], () => ({ record }));
    first = await receiptOf(consortium);
  });

  it('is canonical and says what was asked and answered', () => {
    const { body, result } = first.decoded;
    expect(body).toEqual(first.receipt?.body);
    expect(result).toEqual({ columns: first.columns, rows: first.rows });
    expect(body.question).toMatchObject({ sql: SQL, parameters: [], network: { name: 'lan' } });
    expect(body.suite).toEqual({ parties: 3, threshold: 1, security: 'active' });
    const tables = body.tables.map(({ digest, name, version }) => ({ name, version, digest }));
    expect(tables).toEqual(first.tables);
    const [used] = consortium.stores[0]?.tables() ?? [];
    expect(body.tables[0]?.certificate).toEqual(JSON.parse(JSON.stringify(used?.certificate)));
  });

  it('lists every batch that was verified, with all messages of its check', () => {
    const { checks, errorBoundLog2: bound } = first.decoded.body;
    const batches = new Set(record.flatMap(({ step }) => /^v(.+)\/o$/.exec(step)?.[1] ?? []));
    expect(checks.map(({ batch }) => batch)).toEqual([...batches].sort());
    expect(new Set(checks.map(({ kind }) => kind))).toEqual(new Set(['and', 'product']));
    expect(bound).toBe(errorBoundLog2(checks.map(({ kind, size }) => checkShape(kind, size))));
    expect(bound).toBeLessThan(-40);
  });

  it('holds the shares behind the commitments of all parties, under fresh salts', () => {
    const { body, parties } = first.decoded;
    const queryId = Buffer.from(body.session.queryId, 'hex');
    expect(new Set(parties.map(({ salt }) => salt)).size).toBe(3);
    expect(body.commitments).toEqual(parties.map(({ commitment }) => commitment));
    for (const { commitment, party, salt, shares } of parties) {
      const bytes = [Buffer.from(salt, 'hex'), Buffer.from(shares, 'base64')] as const;
      expect(hex(shareCommitment(nodeCrypto, queryId, party, ...bytes))).toBe(commitment);
    }
  });

  it('names the receipt before it, if the analyst says so', async () => {
    expect(first.decoded.body.previous).toBeNull();
    const digest = hex(receiptDigest(nodeCrypto, first.text));
    const { decoded } = await receiptOf(consortium, SQL, digest);
    expect(decoded.body.previous).toBe(digest);
  });

  it('shares nothing with that of the same question asked again but what is public', async () => {
    const { decoded } = await receiptOf(consortium);
    const fresh = ({ body, parties }: Receipt) => [
      ...[body.session.queryId, body.session.requestId, body.session.request],
      ...[body.session.analystKey, ...body.session.nonces],
      ...body.channels.map(({ head }) => head),
      ...body.checks.flatMap(({ heads, opened, reveals }) => [
        ...[...heads, ...reveals, ...opened.x, ...opened.y, ...opened.h],
      ]),
      ...parties.flatMap(({ commitment, salt, shares, signature }) => [
        ...[commitment, salt, shares, signature],
      ]),
    ];
    const [a, b] = [fresh(first.decoded), fresh(decoded)];
    expect(new Set([...a, ...b]).size).toBe(a.length + b.length);
    expect(decoded.body.program).toBe(first.decoded.body.program);
  });

  it.each(['SELECT 1 AS one', 'SELECT COUNT(*) FROM t', `EXPLAIN ${SQL}`])(
    'does not exist where nothing is computed on shares: %s',
    async (sql) => {
      const { receipt } = await consortium.query(sql);
      expect(receipt).toBeUndefined();
    },
  );
});

describe('the receipt of a passive answer', () => {
  it('says that nothing was verified', async () => {
    const consortium = await inProcessConsortium(
      [TABLE],
      () => ({}),
      (parts) => ({ ...parts, security: 'passive' }),
    );
    const { body } = (await receiptOf(consortium)).decoded;
    expect(body.suite.security).toBe('passive');
    expect(body).toMatchObject({ checks: [], errorBoundLog2: 0 });
  });
});
