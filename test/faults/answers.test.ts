import { beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { type Parties, resultLabel, runQuery } from '../../src/client/query/run-query.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import { P } from '../../src/field/p61.ts';
import { SQL, type Stage, stage } from './attack.ts';

type Forge = (answer: QueryAnswer, request: QueryRequest) => QueryAnswer;

/** Other shares, sealed as the party itself would. */
const shares =
  (words: (count: number) => readonly bigint[]): Forge =>
  (answer, request) => {
    const count = (answer.sealed.length - 48) / 8;
    const bytes = new Uint8Array(words(count).length * 8);
    const view = new DataView(bytes.buffer);
    words(count).forEach((word, k) => {
      view.setBigUint64(8 * k, word, true);
    });
    const label = resultLabel(request.requestId, PARTY, answer.programDigest);
    return { ...answer, sealed: nodeKeys.seal(request.analystKey, bytes, label) };
  };

const PARTY = 1;
const repeated = (word: bigint) => (count: number) => Array<bigint>(count).fill(word);

const FORGERIES: readonly { fault: string; forge: Forge; code: string; message: RegExp }[] = [
  {
    fault: 'one byte of the sealed shares altered',
    forge: (answer) => ({ ...answer, sealed: answer.sealed.map((b, k) => (k === 60 ? b ^ 1 : b)) }),
    code: 'PEER_PROTOCOL',
    message: /shares of party 2 cannot be decrypted/,
  },
  {
    fault: 'sealed shares cut short',
    forge: (answer) => ({ ...answer, sealed: answer.sealed.subarray(1) }),
    code: 'PEER_PROTOCOL',
    message: /shares of party 2 cannot be decrypted/,
  },
  {
    fault: 'sealed for another party',
    forge: (answer, request) => {
      const label = resultLabel(request.requestId, 0, answer.programDigest);
      const sealed = nodeKeys.seal(request.analystKey, new Uint8Array(8), label);
      return { ...answer, sealed };
    },
    code: 'PEER_PROTOCOL',
    message: /shares of party 2 cannot be decrypted/,
  },
  {
    fault: 'other shares',
    forge: shares(repeated(12345n)),
    code: 'OPENING_INCONSISTENT',
    message: /do not lie on a line.*withheld/,
  },
  {
    fault: 'shares of zero',
    forge: shares(repeated(0n)),
    code: 'OPENING_INCONSISTENT',
    message: /do not lie on a line.*withheld/,
  },
  {
    fault: 'a share outside the field',
    forge: shares(repeated(P)),
    code: 'PEER_PROTOCOL',
    message: /party 2 sent a result share outside the field/,
  },
  {
    fault: 'one share too few',
    forge: shares((count) => repeated(1n)(count - 1)),
    code: 'PEER_PROTOCOL',
    message: /result shares of different lengths/,
  },
  {
    fault: 'no shares at all',
    forge: (answer) => ({ ...answer, sealed: new Uint8Array() }),
    code: 'PEER_PROTOCOL',
    message: /shares of party 2 cannot be decrypted/,
  },
  {
    fault: 'another program digest',
    forge: (answer) => ({ ...answer, programDigest: '0'.repeat(64) }),
    code: 'PLAN_MISMATCH',
    message: /party 2 and party 1 describe different plans/,
  },
  {
    fault: 'another column type',
    forge: (answer) => ({
      ...answer,
      shape: {
        ...answer.shape,
        columns: answer.shape.columns.map((column) => ({ ...column, name: `${column.name}!` })),
      },
    }),
    code: 'PLAN_MISMATCH',
    message: /party 2 and party 1 describe different plans/,
  },
  {
    fault: 'fewer disclosures',
    forge: (answer) => ({ ...answer, disclosures: answer.disclosures.slice(1) }),
    code: 'PLAN_MISMATCH',
    message: /party 2 and party 1 describe different plans/,
  },
];

describe('the analyst refuses an answer that one party altered', () => {
  let target: Stage;
  beforeAll(async () => {
    target = await stage();
  });

  it.each(FORGERIES)('$fault', async ({ forge, code, message }) => {
    const parties = target.consortium.parties.map((party, k) => ({
      name: party.name,
      query: async (request: QueryRequest, signal?: AbortSignal) => {
        const answer = await party.query(request, signal);
        return k === PARTY ? forge(answer, request) : answer;
      },
    })) as unknown as Parties;
    const failure = await runQuery(parties, { sql: SQL }, nodePlatform).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    await target.recovers();
  });
});
