import type { PartyConnection } from '../../src/client/party-connection.ts';
import { resultLabel } from '../../src/client/query/run-query.ts';
import { sealTo } from '../../src/crypto/node-keys.ts';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';

export const DIGEST = 'ab'.repeat(32);

/** An answer of one number, 42, as party `party` of three would send it. */
export function answerOf(request: QueryRequest, party: number): QueryAnswer {
  const share = new Uint8Array(8);
  new DataView(share.buffer).setBigUint64(0, BigInt(42 + 1000 * (party + 1)), true);
  const label = resultLabel(request.requestId, party, DIGEST);
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
    tables: [{ name: 't', version: 3, digest: 'cd'.repeat(32) }],
    explain: 'a plan',
    explainOnly: false,
    security: 'active',
    cost: {
      rounds: 3,
      bytesPerParty: [1, 2, 3],
      bytesToAnalyst: 168,
      andGates: 4,
      multiplications: 5,
    },
    programDigest: DIGEST,
    sealed: sealTo(request.analystKey, share, label),
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

/** A connection whose party answers by `answer`. */
export function connection(
  party: number,
  answer: (request: QueryRequest, signal?: AbortSignal) => QueryAnswer | Promise<QueryAnswer>,
): PartyConnection {
  const query = async (request: QueryRequest, signal?: AbortSignal) => answer(request, signal);
  return { name: `party ${party + 1}`, query };
}
