import { describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { type Parties, runQuery } from '../../src/client/query/run-query.ts';
import type { QueryRequest } from '../../src/engine/query.ts';
import { decodeReceipt } from '../../src/receipt/decode.ts';
import type { ReceiptBody } from '../../src/receipt/receipt.ts';
import { answerOf, attested, bodyOf, connection, shareOf } from './answers.ts';

type Change = (body: ReceiptBody, request: QueryRequest) => ReceiptBody;

/** Three parties that all sign the same changed body, with their own keys. */
function conspirators(change: Change, signers = [0, 1, 2]): Parties {
  return [0, 1, 2].map((party) =>
    connection(party, (request) => {
      const share = shareOf(party);
      const body = change(bodyOf(request), request);
      const signed = attested(request, signers[party] ?? 0, body, share);
      const { attestation } = attested(request, party, body, share);
      const { signature } = signed.attestation;
      const own = party === signers[party] ? attestation : { ...attestation, signature };
      return {
        ...answerOf(request, party),
        ...attested(request, party, body, share),
        attestation: own,
      };
    }),
  ) as unknown as Parties;
}

const statement = { sql: 'SELECT n FROM t', previous: 'ab'.repeat(32) };
const ask = (parties: Parties) => runQuery(parties, statement, nodePlatform);
const other = '77'.repeat(32);

describe('a receipt on arrival', () => {
  it('is accepted if all parties signed what was asked', async () => {
    const { receipt, rows } = await ask(conspirators((body) => body));
    const decoded = decodeReceipt(new TextEncoder().encode(receipt?.text()));
    expect(decoded.result.rows).toEqual(rows);
    expect(decoded.body.previous).toBe(statement.previous);
    expect(decoded.parties.map(({ party }) => party)).toEqual([1, 2, 3]);
  });

  it.each<[string, string, Change]>([
    ['another statement', 'question', (b) => ({ ...b, question: { ...b.question, sql: 'x' } })],
    ['a parameter', 'question', (b) => ({ ...b, question: { ...b.question, parameters: [null] } })],
    ['another network', 'question', (b) => ({ ...b, question: { ...b.question, network: {} } })],
    ['another receipt before', 'question', (b) => ({ ...b, previous: null })],
    ['another committee', 'question', (b) => ({ ...b, committee: [1, 2] })],
    [
      'another request id',
      'question',
      (b) => ({ ...b, session: { ...b.session, requestId: '00'.repeat(16) } }),
    ],
    [
      'another key of the analyst',
      'question',
      (b) => ({ ...b, session: { ...b.session, analystKey: other } }),
    ],
    ['another program', 'program', (b) => ({ ...b, program: other })],
    [
      'passive security',
      'security',
      (b) => ({ ...b, suite: { ...b.suite, security: 'passive' }, errorBoundLog2: 0 }),
    ],
    ['no table', 'list of tables', (b) => ({ ...b, tables: [] })],
    [
      'an older version',
      'list of tables',
      (b) => ({ ...b, tables: b.tables.map((table) => ({ ...table, version: 2 })) }),
    ],
    ['another query id', 'session', (b) => ({ ...b, session: { ...b.session, queryId: other } })],
    ['another request', 'session', (b) => ({ ...b, session: { ...b.session, request: other } })],
    ['another analyst', 'session', (b) => ({ ...b, question: { ...b.question, analyst: other } })],
    [
      'another nonce',
      'session',
      (b) => ({ ...b, session: { ...b.session, nonces: [other, other, other] } }),
    ],
    [
      'another consortium',
      'session',
      (b) => ({ ...b, session: { ...b.session, consortium: other } }),
    ],
    ['a better error bound', 'error bound', (b) => ({ ...b, errorBoundLog2: -129 })],
    ['a missing channel', 'list of channels', (b) => ({ ...b, channels: b.channels.slice(1) })],
    [
      'a channel twice',
      'list of channels',
      (b) => ({ ...b, channels: b.channels.map((c) => ({ ...c, from: 1, to: 2 })) }),
    ],
    [
      'a missing commitment',
      'list of commitments',
      (b) => ({ ...b, commitments: b.commitments.slice(1) }),
    ],
    [
      'a commitment too many',
      'list of commitments',
      (b) => ({ ...b, commitments: [...b.commitments, other] }),
    ],
  ])('is refused if all parties signed %s', async (_what, member, change) => {
    await expect(ask(conspirators(change))).rejects.toThrowError(
      expect.objectContaining({
        code: 'RECEIPT_INVALID',
        message: expect.stringContaining(`signed a receipt whose ${member} is not this answer's`),
      }),
    );
  });

  it.each([0, 1, 2])(
    'is refused if all parties signed another commitment of party %i',
    async (of) => {
      const commitments = (b: ReceiptBody) => b.commitments.map((c, k) => (k === of ? other : c));
      const parties = conspirators((body) => ({ ...body, commitments: commitments(body) }));
      await expect(ask(parties)).rejects.toThrowError(
        expect.objectContaining({
          code: 'RECEIPT_INVALID',
          message: expect.stringContaining(`party ${of + 1} signed other result shares than all`),
        }),
      );
    },
  );

  it('is refused if the commitments have changed places', async () => {
    const swapped = conspirators((b) => ({ ...b, commitments: b.commitments.toReversed() }));
    await expect(ask(swapped)).rejects.toThrowError(
      expect.objectContaining({ code: 'RECEIPT_INVALID' }),
    );
  });

  it('is refused if one key has signed for two parties', async () => {
    await expect(ask(conspirators((body) => body, [0, 0, 2]))).rejects.toThrowError(
      expect.objectContaining({
        code: 'RECEIPT_INVALID',
        message: expect.stringContaining('party 2 signed its answer with another key'),
      }),
    );
  });

  it('is refused if it is no canonical text', async () => {
    const spaced = [0, 1, 2].map((party) =>
      connection(party, (request) => {
        const answer = answerOf(request, party);
        const attestation = answer.attestation;
        return { ...answer, ...(attestation && { attestation: { ...attestation, body: '{ }' } }) };
      }),
    ) as unknown as Parties;
    await expect(ask(spaced)).rejects.toThrowError(
      expect.objectContaining({ code: 'RECEIPT_INVALID' }),
    );
  });

  it.each([0, 1, 2])('is refused if party %i alone has not signed', async (silent) => {
    const parties = [0, 1, 2].map((party) =>
      connection(party, (request) => {
        const { attestation, ...rest } = answerOf(request, party);
        return party === silent || !attestation ? rest : { ...rest, attestation };
      }),
    ) as unknown as Parties;
    await expect(ask(parties)).rejects.toThrowError(
      expect.objectContaining({
        code: 'RECEIPT_INVALID',
        message: expect.stringContaining(`party ${silent + 1} did not sign its answer`),
      }),
    );
  });
});
