import { describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import type { PartyConnection } from '../../src/client/party-connection.ts';
import { decodeAnswer, encodeAnswer } from '../../src/client/query/answer-codec.ts';
import { type Parties, runQuery } from '../../src/client/query/run-query.ts';
import type { QueryAnswer, QueryProgress, QueryRequest } from '../../src/engine/query.ts';
import type { ErrorCode } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { answerOf, connection } from './answers.ts';

type Listener = (progress: QueryProgress) => void;
type Change = (answer: QueryAnswer, request: QueryRequest) => QueryAnswer;

/** Three parties; the change is applied to the answer of one of them. */
function parties(changed = -1, change: Change = (answer) => answer): Parties {
  return [0, 1, 2].map((party) =>
    connection(party, (request) => {
      const answer = answerOf(request, party);
      return party === changed ? change(answer, request) : answer;
    }),
  ) as unknown as Parties;
}

function failing(...codes: (ErrorCode | undefined)[]): Parties {
  return codes.map((code, party) =>
    connection(party, (request) => {
      if (code === undefined) return answerOf(request, party);
      throw new TacitError(code, `message ${party}`);
    }),
  ) as unknown as Parties;
}

const code = (expected: ErrorCode) => expect.objectContaining({ code: expected });

describe('runQuery', () => {
  it('reconstructs, decodes and adds up the costs', async () => {
    const result = await runQuery(parties(), { sql: 'SELECT' }, nodePlatform);
    expect(result.rows).toEqual([[42, '-46116860184273879.04']]);
    expect(result.columns).toEqual([
      { name: 'n', type: 'BIGINT' },
      { name: 'c', type: 'DECIMAL(12,2)' },
    ]);
    expect(result.stats).toMatchObject({
      seconds: { plan: 0.1, execute: 2.2, verify: 0 },
      rounds: 3,
      bytesSentPerParty: [10, 11, 12],
      bytesToAnalyst: 3 * (8 + 32 + 48),
      security: 'active',
    });
  });

  it('sends the same statement to all parties, and hears of progress from the first', async () => {
    const asked: QueryRequest[] = [];
    const heard: QueryProgress[] = [];
    const told = { state: 'running', rounds: { done: 1, total: 3 } } as const;
    const all = [0, 1, 2].map((party) => ({
      name: `party ${party + 1}`,
      identity: parties()[party]?.identity,
      query: async (request: QueryRequest, _signal: unknown, onProgress?: Listener) => {
        asked.push(request);
        onProgress?.(told);
        return answerOf(request, party);
      },
    })) as unknown as Parties;
    const statement = {
      sql: 'SELECT $1',
      parameters: [{ number: '1' }, null, 'x'],
      network: { name: 'far', roundTripSeconds: 0.1, bytesPerSecond: 1e6 },
      timeoutSeconds: 5,
    };
    const onProgress = (progress: QueryProgress) => heard.push(progress);
    await runQuery(all, statement, nodePlatform, { onProgress });
    expect(asked[0]).toMatchObject(statement);
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[2]).toEqual(asked[0]);
    expect(heard).toEqual([told]);
  });

  it('shows the explanation line by line, with the predicted cost', async () => {
    const explained = [0, 1, 2].map((party) =>
      connection(party, (request) => ({
        ...answerOf(request, party),
        explain: 'one\ntwo',
        explainOnly: true,
        sealed: new Uint8Array(),
      })),
    ) as unknown as Parties;
    const result = await runQuery(explained, { sql: 'EXPLAIN SELECT' }, nodePlatform);
    expect(result.columns).toEqual([{ name: 'explain', type: 'VARCHAR' }]);
    expect(result.rows).toEqual([['one'], ['two']]);
    expect(result.stats.bytesSentPerParty).toEqual([1, 2, 3]);
  });

  it.each<[string, Change, ErrorCode]>([
    ['another program digest', (a) => ({ ...a, programDigest: 'cd' }), 'PLAN_MISMATCH'],
    ['another disclosure', (a) => ({ ...a, disclosures: [] }), 'PLAN_MISMATCH'],
    ['no table', (a) => ({ ...a, tables: [] }), 'PLAN_MISMATCH'],
    ['another shape', (a) => ({ ...a, shape: { columns: [], rows: [] } }), 'PLAN_MISMATCH'],
    ['another cost', (a) => ({ ...a, cost: { ...a.cost, rounds: 9 } }), 'PLAN_MISMATCH'],
    ['an answer of another party', (_, r) => answerOf(r, 0), 'RECEIPT_INVALID'],
    [
      'sealed shares of another party',
      (a, r) => ({ ...a, sealed: answerOf(r, 0).sealed }),
      'PEER_PROTOCOL',
    ],
    [
      'an altered ciphertext',
      (a) => ({ ...a, sealed: a.sealed.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) }),
      'PEER_PROTOCOL',
    ],
  ])('refuses %s from one party', async (_what, change, expected) => {
    for (const party of [1, 2]) {
      await expect(
        runQuery(parties(party, change), { sql: 'SELECT' }, nodePlatform),
      ).rejects.toThrowError(code(expected));
    }
  });

  it('tells the failure that explains the others', async () => {
    const ask = (all: Parties) => runQuery(all, { sql: 'SELECT' }, nodePlatform);
    await expect(ask(failing('SQL_SYNTAX', 'SQL_SYNTAX', 'SQL_SYNTAX'))).rejects.toThrowError(
      code('SQL_SYNTAX'),
    );
    const closed = 'PEER_CLOSED';
    await expect(ask(failing(closed, 'PARTY_UNREACHABLE', closed))).rejects.toThrowError(
      code('PARTY_UNREACHABLE'),
    );
    await expect(ask(failing(closed, closed, 'TACIT_INVARIANT'))).rejects.toThrowError(
      expect.objectContaining({ code: 'TACIT_INVARIANT', message: 'party 3: message 2' }),
    );
  });

  it('cancels the others when one says why it failed', async () => {
    const waiting = (party: number): PartyConnection =>
      connection(
        party,
        (_request, signal) =>
          new Promise((_, reject) => {
            const stop = () => reject(new TacitError('CANCELLED', 'cancelled'));
            if (signal?.aborted) stop();
            signal?.addEventListener('abort', stop);
          }),
      );
    const refusing = connection(0, () => {
      throw new TacitError('SQL_TYPE', 'no');
    });
    await expect(
      runQuery([refusing, waiting(1), waiting(2)], { sql: 'SELECT' }, nodePlatform),
    ).rejects.toThrowError(code('SQL_TYPE'));
    const abort = new AbortController();
    const waiters = [waiting(0), waiting(1), waiting(2)] as const;
    const all = runQuery(waiters, { sql: 'SELECT' }, nodePlatform, { signal: abort.signal });
    abort.abort();
    await expect(all).rejects.toThrowError(code('CANCELLED'));
  });
});

describe('answers on the wire', () => {
  const request = { requestId: '00', sql: '', analystKey: platformKey() };

  it('survive encoding, big integers included', () => {
    const answer = answerOf(request, 1);
    expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer);
  });

  it('are refused when any member is missing or of another kind', () => {
    const text = encodeAnswer(answerOf(request, 1));
    const refused = code('PEER_PROTOCOL');
    expect(() => decodeAnswer('{')).toThrowError(refused);
    let tried = 0;
    const visit = (node: unknown, path: (string | number)[]): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const key of Object.keys(node)) {
        const copy: unknown = JSON.parse(text);
        let target = copy;
        for (const step of path) target = Reflect.get(target as object, step);
        Reflect.set(target as object, key, { unexpected: true });
        tried++;
        expect(() => decodeAnswer(JSON.stringify(copy)), [...path, key].join('.')).toThrowError(
          refused,
        );
        visit(Reflect.get(node, key), [...path, key]);
      }
    };
    visit(JSON.parse(text), []);
    expect(tried).toBeGreaterThan(40);
  });
});

function platformKey(): Uint8Array {
  const key = nodePlatform.createKey();
  if (key instanceof Promise) throw new TypeError('Node makes keys at once');
  return key.publicKey;
}
