import type { PartyConnection } from '../../src/client/party-connection.ts';
import { resultLabel } from '../../src/client/query/run-query.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateSigningKeys, sealTo, signMessage } from '../../src/crypto/node-keys.ts';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import { LAN } from '../../src/planner/network.ts';
import { attestedMessage, bodyDigest, shareCommitment } from '../../src/receipt/digest.ts';
import { encodeBody } from '../../src/receipt/encode.ts';
import { queryIdOf, requestDigest } from '../../src/receipt/query-id.ts';
import type { ReceiptBody } from '../../src/receipt/receipt.ts';

export const DIGEST = 'ab'.repeat(32);
const VERSION = { name: 't', version: 3, digest: 'cd'.repeat(32) };
const ANALYST = 'ef'.repeat(32);
const SECRETS = [0, 1, 2].map(() => generateSigningKeys());

/** An answer of one number, 42, as party `party` of three would send it. */
export function answerOf(request: QueryRequest, party: number): QueryAnswer {
  return {
    shape: {
      columns: [
        { name: 'n', type: { kind: 'integer', name: 'BIGINT' } },
        { name: 'c', type: { kind: 'decimal', precision: 12, scale: 2 } },
      ],
      rows: [
        {
          cells: [
            { kind: 'number', limbs: [{ shift: 0, position: 0 }] },
            { kind: 'constant', value: -(2n ** 62n) },
          ],
        },
      ],
    },
    disclosures: [{ to: 'analyst', what: 'n' }],
    tables: [VERSION],
    explain: 'a plan',
    explainOnly: false,
    security: 'active',
    cost: {
      rounds: 3,
      bytesPerParty: [1, 2, 3],
      bytesToAnalyst: 264,
      andGates: 4,
      multiplications: 5,
    },
    programDigest: DIGEST,
    ...attested(request, party, bodyOf(request), shareOf(party)),
    stats: {
      seconds: { plan: 0.1, execute: 0.2 + party, verify: 0 },
      rounds: 3,
      bytesSent: 10 + party,
      andGates: 4,
      multiplications: 5,
      memoryPeakBytes: 6,
    },
  };
}

/** The party's share of 42. */
export function shareOf(party: number): Uint8Array {
  const share = new Uint8Array(8);
  new DataView(share.buffer).setBigUint64(0, BigInt(42 + 1000 * (party + 1)), true);
  return share;
}

const saltOf = (party: number) => new Uint8Array(32).fill(party);

/** What party `party` signs and seals, whatever the body says. */
export function attested(
  request: QueryRequest,
  party: number,
  body: ReceiptBody,
  shares: Uint8Array,
): Required<Pick<QueryAnswer, 'attestation' | 'sealed'>> {
  const salt = saltOf(party);
  const queryId = Buffer.from(body.session.queryId, 'hex');
  const commitment = shareCommitment(nodeCrypto, queryId, party + 1, salt, shares);
  const text = encodeBody(body);
  const time = 1_700_000_000_000 + party;
  const message = attestedMessage(bodyDigest(nodeCrypto, text), commitment, time);
  const signature = signMessage(SECRETS[party]?.privateKey ?? new Uint8Array(), message);
  const label = resultLabel(request.requestId, party, DIGEST);
  return {
    attestation: { body: text, commitment: hex(commitment), time, signature: hex(signature) },
    sealed: sealTo(request.analystKey, Buffer.concat([salt, shares]), label),
  };
}

/** The body of a receipt for the answer, as every party would write it. */
export function bodyOf(request: QueryRequest): ReceiptBody {
  const { analystKey, network = LAN, parameters = [], previous = null, requestId, sql } = request;
  const asked = { sql, parameters, network, analyst: ANALYST };
  const digest = requestDigest(nodeCrypto, { ...asked, analystKey, previous });
  const nonces = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
  const consortium = new Uint8Array(32).fill(4);
  const program = Buffer.from(DIGEST, 'hex');
  const parts = { requestId, nonces, consortium, program, request: digest, analystKey };
  const queryId = queryIdOf(nodeCrypto, parts);
  const pairs = [1, 2, 3].flatMap((from) =>
    [1, 2, 3].filter((to) => to !== from).map((to) => ({ from, to })),
  );
  return {
    format: 'tacit/receipt/1',
    suite: { parties: 3, threshold: 1, security: 'active' },
    committee: [1, 2, 3],
    question: asked,
    tables: [{ ...VERSION, definition: {}, certificate: {} }],
    audit: null,
    session: {
      queryId: hex(queryId),
      requestId,
      nonces: nonces.map(hex),
      consortium: hex(consortium),
      request: hex(digest),
      analystKey: hex(analystKey),
    },
    program: DIGEST,
    checks: [],
    sorts: [],
    errorBoundLog2: -128,
    channels: pairs.map((pair) => ({ ...pair, head: '11'.repeat(32) })),
    commitments: [0, 1, 2].map((k) =>
      hex(shareCommitment(nodeCrypto, queryId, k + 1, saltOf(k), shareOf(k))),
    ),
    previous,
  };
}

/** A connection whose party answers by `answer`. */
export function connection(
  party: number,
  answer: (request: QueryRequest, signal?: AbortSignal) => QueryAnswer | Promise<QueryAnswer>,
): PartyConnection {
  const query = async (request: QueryRequest, signal?: AbortSignal) => answer(request, signal);
  const identity = SECRETS[party]?.publicKey ?? new Uint8Array();
  return { name: `party ${party + 1}`, identity, query };
}
