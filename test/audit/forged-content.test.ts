import { beforeAll, describe, expect, it } from 'vitest';
import { versionDigest } from '../../src/catalog/digest.ts';
import type { Certificate } from '../../src/catalog/version.ts';
import { fromHex, hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { type Asked, queryIdOf, requestDigest } from '../../src/receipt/query-id.ts';
import { type Change, type Draft, otherDigit, put, reversed, twice, without } from './forger.ts';
import { type ForgeryGround, forgeryGround, SQL } from './forgery-ground.ts';

/**
 * What the parties sign must follow from the statement, the tables and the program: every forgery here is signed by all of them, as
 * if their keys were stolen, and still refused.
 */

const ONES = '1'.repeat(64);
let ground: ForgeryGround;

beforeAll(async () => {
  ground = await forgeryGround();
});

const refused = (change: Change) => ground.refusedAlthoughSigned(change);

/** Makes request digest and query id fit the rest. */
function rehash({ body }: Draft): void {
  const bytes = (text: string) => fromHex(text) ?? new Uint8Array();
  const { previous, question, session } = body;
  const analystKey = bytes(session.analystKey);
  const asked = { ...question, analystKey, previous } as unknown as Asked;
  const request = requestDigest(nodeCrypto, asked);
  const queryId = queryIdOf(nodeCrypto, {
    requestId: session.requestId,
    nonces: session.nonces.map(bytes),
    consortium: bytes(session.consortium),
    program: bytes(body.program),
    ...{ request, analystKey },
  });
  body.session = { ...session, request: hex(request), queryId: hex(queryId) };
}

describe('question and session', () => {
  it.each<[string, Change, string]>([
    ['statement', put('body.question.sql', SQL.replace('>', '<')), 'question'],
    ['analyst', put('body.question.analyst', ONES), 'question'],
    ['receipt before', put('body.previous', ONES), 'question'],
    ['parameter', put('body.question.parameters', [true]), 'question'],
    ['network', put('body.question.network.bytesPerSecond', 1), 'question'],
    ['one-time key', put('body.session.analystKey', ONES), 'session'],
    ['request id', put('body.session.requestId', ONES.slice(32)), 'session'],
    ['request', put('body.session.request', ONES), 'session'],
    ['nonce', put('body.session.nonces.1', ONES), 'session'],
    ['number of nonces', without('body.session.nonces', 0), 'session'],
    ['consortium', put('body.session.consortium', ONES), 'consortium'],
    ['program', put('body.program', ONES), 'session'],
    ['query id', put('body.session.queryId', ONES), 'session'],
  ])('with another %s are refused', (_, change, line) => {
    const lines = refused(change);
    expect(lines).toContain(line);
    expect(lines).not.toContain('signatures');
  });

  it.each<[string, Change, string]>([
    ['statement', put('body.question.sql', SQL.replace('>', '<')), 'program'],
    ['EXPLAIN', put('body.question.sql', `EXPLAIN ${SQL}`), 'program'],
    ['statement that is none', put('body.question.sql', 'SELECT'), 'program'],
    ['table', put('body.question.sql', SQL.replace('FROM t', 'FROM u')), 'program'],
    ['analyst', put('body.question.analyst', ONES), 'analyst'],
    ['program', (draft) => put('body.program', ground.other.body.program)(draft), 'program'],
    ['network', put('body.question.network', { name: 'x' }), 'program'],
    ['parameter', put('body.question.parameters', [{ digits: '1' }]), 'program'],
  ])('with another %s are refused, even if everything is hashed anew', (_, change, line) => {
    const lines = refused((draft) => {
      change(draft);
      rehash(draft);
    });
    expect(lines).toContain(line);
    expect(lines).not.toContain('session');
  });
});

describe('tables', () => {
  const T = 'body.tables.0';
  const PROPOSAL = `${T}.certificate.proposal`;
  const altered = (path: string) => put(path, (text: string) => otherDigit(text));

  it('of an older version are refused, though it was certified', () => {
    const older: Change = (draft) => put('body.tables', [ground.older])(draft);
    const lines = refused(older);
    expect(lines).not.toContain('tables');
    expect(lines).toContain('program');
    const hashed = refused((draft) => {
      older(draft);
      rehash(draft);
    });
    expect(hashed).toContain('program');
  });

  it('with the digest of another version are refused', () => {
    const lines = refused((draft) => put(`${T}.digest`, ground.older.digest)(draft));
    expect(lines).toContain('tables');
  });

  it.each<[string, Change]>([
    ['a number', put(`${T}.version`, 1)],
    ['a digest', altered(`${T}.digest`)],
    ['a name', put(`${T}.name`, 'u')],
    ['rows', put(`${PROPOSAL}.parts.0.rows`, 8)],
    ['more rows than there can be', put(`${PROPOSAL}.parts.0.rows`, 2 ** 50)],
    ['a root', altered(`${PROPOSAL}.parts.0.root`)],
    ['an owner', put(`${PROPOSAL}.parts.0.owner`, 'owner 1')],
    ['a stranger', put(`${PROPOSAL}.owner`, 'ann')],
    ['a part twice', twice(`${PROPOSAL}.parts`)],
    ['a part gone', without(`${PROPOSAL}.parts`, 0)],
    ['a history', altered(`${PROPOSAL}.base`)],
    ['owners', put(`${T}.definition.owners`, ['owner 0'])],
    ['bounds', put(`${T}.definition.table.columns.1.bounds.max`, '2000')],
    ['bounds that are none', put(`${T}.definition.table.columns.1.bounds.max`, '-1')],
    ['a policy', put(`${T}.definition.table.columns.1.reveal`, 'rows')],
    ['more than is read', put(`${T}.definition`, (all: object) => ({ ...all, note: 1 }))],
    ['more than is certified', put(`${T}.certificate`, (all: object) => ({ ...all, note: 1 }))],
    ['no signature of its owner', altered(`${T}.certificate.ownerSignature`)],
    ['a signature too few', without(`${T}.certificate.signatures`, 2)],
    ['a signature too many', twice(`${T}.certificate.signatures`, 2)],
    ['signatures in another order', reversed(`${T}.certificate.signatures`)],
  ])('with %s are refused', (_, change) => {
    const lines = refused(change);
    expect(lines).toContain('tables');
    expect(lines).not.toContain('signatures');
  });

  it('with other rows and a digest that fits are refused: nobody certified them', () => {
    const lines = refused((draft) => {
      put(`${PROPOSAL}.parts.0.rows`, 8)(draft);
      const [table] = draft.body.tables as unknown as { certificate: Certificate }[];
      if (!table) throw new TypeError('a table');
      put(`${T}.digest`, versionDigest(nodeCrypto, table.certificate.proposal))(draft);
    });
    expect(lines).toContain('tables');
  });

  it('listed twice, or that the statement does not name, are refused', () => {
    expect(refused(twice('body.tables'))).toContain('tables');
    const more = refused((draft) =>
      put('body.tables', (list: unknown[]) => [...list, ground.other.body.tables[0]])(draft),
    );
    expect(more).toEqual(['program']);
  });
});

describe('checks', () => {
  const C = 'body.checks.0';

  it.each<[string, Change]>([
    ['left out', without('body.checks', 1)],
    ['all left out', put('body.checks', [])],
    ['listed twice', twice('body.checks')],
    ['of another size', put(`${C}.size`, (size: number) => size + 1)],
    ['of another kind', put(`${C}.kind`, (kind: string) => (kind === 'and' ? 'product' : 'and'))],
    ['of another batch', put(`${C}.batch`, '0.9.9a9')],
    ['in another order', reversed('body.checks')],
    ['of another query', (draft) => put('body.checks', ground.again.body.checks)(draft)],
    ['with another head', put(`${C}.heads.0`, ONES)],
    ['with another coin', put(`${C}.reveals.2`, ONES)],
    ['without a coin', without(`${C}.reveals`, 0)],
    ['without an opened share', without(`${C}.opened.x`, 0)],
    ['with an opened share more', twice(`${C}.opened.y`)],
    ['with another share of x', put(`${C}.opened.x.0`, '1')],
    ['with another share of h', put(`${C}.opened.h.2`, '1')],
    ['with a product that is wrong', put(`${C}.opened.h`, ['1', '1', '1'])],
    ['with no element', put('body.checks.1.opened.y.0', `${2n ** 64n - 1n}`)],
  ])('%s are refused', (_, change) => {
    expect(refused(change)).toEqual(['checks']);
  });

  it.each<[string, Change]>([
    ['a sort', put('body.sorts', [[5]])],
    ['a sort without comparisons', put('body.sorts', [[]])],
  ])('%s that the program does not make is refused', (_, change) => {
    expect(refused(change)).toEqual(['checks', 'error bound']);
  });

  it('of any sizes do not change the error bound', () => {
    for (const by of [-1, 1, 20]) {
      const other = put('body.errorBoundLog2', (bound: number) => bound + by);
      expect(refused(other)).toEqual(['error bound']);
    }
  });

  it('are not avoided by calling the answer passive', () => {
    const lines = refused((draft) => {
      put('body.suite.security', 'passive')(draft);
      put('body.checks', [])(draft);
      put('body.errorBoundLog2', 0)(draft);
    });
    expect(lines).toEqual(['consortium', 'program']);
  });
});

describe('transcripts', () => {
  it.each<[string, Change]>([
    ['left out', without('body.channels', 3)],
    ['listed twice', twice('body.channels')],
    ['in another order', reversed('body.channels')],
    ['of a party with itself', put('body.channels.0.to', 1)],
  ])('%s are refused', (_, change) => {
    expect(refused(change)).toEqual(['transcripts']);
  });
});
