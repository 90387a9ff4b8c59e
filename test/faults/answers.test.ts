import { beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { type Parties, resultLabel, runQuery } from '../../src/client/query/run-query.ts';
import { hex } from '../../src/crypto/hex.ts';
import type { Signer } from '../../src/crypto/keys.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import type { Attestation, QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import { P } from '../../src/field/p61.ts';
import { SEAL_OVERHEAD_BYTES } from '../../src/program/measure.ts';
import { decodeBody } from '../../src/receipt/decode.ts';
import {
  attestedMessage,
  bodyDigest,
  SALT_BYTES,
  shareCommitment,
} from '../../src/receipt/digest.ts';
import { encodeBody } from '../../src/receipt/encode.ts';
import type { ReceiptBody } from '../../src/receipt/receipt.ts';
import { SQL, type Stage, stage } from './attack.ts';

type Forge = (answer: QueryAnswer, request: QueryRequest) => QueryAnswer;

/** Other shares, sealed as the party itself would, and signed. */
const shares =
  (words: (count: number) => readonly bigint[]): Forge =>
  (answer, request) => {
    const count = (answer.sealed.length - SEAL_OVERHEAD_BYTES) / 8;
    const payload = new Uint8Array(SALT_BYTES + words(count).length * 8);
    const view = new DataView(payload.buffer);
    words(count).forEach((word, k) => {
      view.setBigUint64(SALT_BYTES + 8 * k, word, true);
    });
    const label = resultLabel(request.requestId, PARTY, answer.programDigest);
    const sealed = nodeKeys.seal(request.analystKey, payload, label);
    return resigned({ ...answer, sealed }, PARTY, payload);
  };

/** A party signs what it likes with its own key: other shares, or another body. */
function resigned(
  answer: QueryAnswer,
  party: number,
  payload?: Uint8Array,
  change: (body: ReceiptBody) => ReceiptBody = (body) => body,
): QueryAnswer {
  const { attestation } = answer;
  if (attestation === undefined) throw new Error('a party signs its answers');
  const body = encodeBody(change(decodeBody(attestation.body)));
  const queryId = Buffer.from(decodeBody(body).session.queryId, 'hex');
  const [salt, own] = [payload?.subarray(0, SALT_BYTES), payload?.subarray(SALT_BYTES)];
  const commitment =
    salt && own
      ? shareCommitment(nodeCrypto, queryId, party + 1, salt, own)
      : Buffer.from(attestation.commitment, 'hex');
  const message = attestedMessage(bodyDigest(nodeCrypto, body), commitment, attestation.time);
  const signature = hex(signers[party]?.sign(message) ?? new Uint8Array());
  return {
    ...answer,
    attestation: { ...attestation, body, commitment: hex(commitment), signature },
  };
}

/** Of all parties. */
const signers: Signer[] = [];

/** As if the party had told the others before they signed what it signs now. */
function committedBefore(answers: readonly QueryAnswer[]): QueryAnswer[] {
  const commitment = answers[PARTY]?.attestation?.commitment ?? '';
  return answers.map((answer, party) =>
    resigned(answer, party, undefined, (body) => ({
      ...body,
      commitments: body.commitments.map((other, k) => (k === PARTY ? commitment : other)),
    })),
  );
}

const altered =
  (change: Partial<Attestation>): Forge =>
  (answer) =>
    answer.attestation ? { ...answer, attestation: { ...answer.attestation, ...change } } : answer;

const PARTY = 1;
const repeated = (word: bigint) => (count: number) => Array<bigint>(count).fill(word);

interface Forgery {
  readonly fault: string;
  readonly forge: Forge;
  /** The party has made up its mind before anybody signs. */
  readonly isEarly?: true;
  readonly code: string;
  readonly message: RegExp;
}

const FORGERIES: readonly Forgery[] = [
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
    isEarly: true,
    code: 'OPENING_INCONSISTENT',
    message: /do not lie on a line.*withheld/,
  },
  {
    fault: 'shares of zero',
    forge: shares(repeated(0n)),
    isEarly: true,
    code: 'OPENING_INCONSISTENT',
    message: /do not lie on a line.*withheld/,
  },
  {
    fault: 'a share outside the field',
    forge: shares(repeated(P)),
    isEarly: true,
    code: 'PEER_PROTOCOL',
    message: /party 2 sent a result share outside the field/,
  },
  {
    fault: 'one share too few',
    forge: shares((count) => repeated(1n)(count - 1)),
    isEarly: true,
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
    fault: 'other shares than it committed itself to, signed',
    forge: shares(repeated(1n)),
    code: 'RECEIPT_INVALID',
    message: /party 2 signed other result shares than all parties signed as its own/,
  },
  {
    fault: 'other shares than it signed',
    forge: (answer, request) => ({
      ...shares(repeated(1n))(answer, request),
      attestation: answer.attestation as Attestation,
    }),
    code: 'RECEIPT_INVALID',
    message: /party 2 sent other result shares than it signed/,
  },
  {
    fault: 'no signature',
    forge: ({ attestation: _, ...answer }) => answer,
    code: 'RECEIPT_INVALID',
    message: /party 2 did not sign its answer/,
  },
  {
    fault: 'a signature of nobody',
    forge: altered({ signature: '0'.repeat(128) }),
    code: 'RECEIPT_INVALID',
    message: /party 2 signed its answer with another key/,
  },
  {
    fault: 'another time than signed',
    forge: altered({ time: 1 }),
    code: 'RECEIPT_INVALID',
    message: /party 2 signed its answer with another key/,
  },
  {
    fault: 'another commitment than signed',
    forge: altered({ commitment: '0'.repeat(64) }),
    code: 'RECEIPT_INVALID',
    message: /party 2 signed its answer with another key/,
  },
  {
    fault: 'a receipt of another question',
    forge: (answer) =>
      resigned(answer, PARTY, undefined, (body) => ({
        ...body,
        question: { ...body.question, sql: 'SELECT 1' },
      })),
    code: 'RECEIPT_INVALID',
    message: /party 2 and party 1 signed different receipts/,
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
    target = await stage((parts) => {
      signers[parts.self] = parts.signer;
      return parts;
    });
  });

  it.each(FORGERIES)('$fault', async ({ forge, code, isEarly, message }) => {
    let answers: Promise<readonly QueryAnswer[]> | undefined;
    const ask = async (request: QueryRequest, signal?: AbortSignal) => {
      const asked = target.consortium.parties.map((party) => party.query(request, signal));
      const forged = (await Promise.all(asked)).map((answer, k) =>
        k === PARTY ? forge(answer, request) : answer,
      );
      return isEarly ? committedBefore(forged) : forged;
    };
    const parties = target.consortium.parties.map((party, k) => ({
      name: party.name,
      identity: party.identity,
      query: async (request: QueryRequest, signal?: AbortSignal) => {
        answers ??= ask(request, signal);
        return (await answers)[k] as QueryAnswer;
      },
    })) as unknown as Parties;
    const failure = await runQuery(parties, { sql: SQL }, nodePlatform).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    await target.recovers();
  });
});
