import { fromHex, hex } from '../../crypto/hex.ts';
import { queryIdOf } from '../../receipt/query-id.ts';
import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** The query id is the hash of what it must be the hash of (PROTOCOLS A9), with a nonce of every party. */
export function sessionLine({ parties, platform, receipt }: Subject): Outcome {
  const { program, session } = receipt.body;
  if (session.nonces.length !== parties) {
    throw refuted(`the session has ${session.nonces.length} nonces for ${parties} parties`);
  }
  const bytes = (text: string) => fromHex(text) ?? new Uint8Array();
  const queryId = queryIdOf(platform.crypto, {
    requestId: session.requestId,
    nonces: session.nonces.map(bytes),
    consortium: bytes(session.consortium),
    program: bytes(program),
    request: bytes(session.request),
    analystKey: bytes(session.analystKey),
  });
  if (hex(queryId) !== session.queryId) {
    throw refuted('the query id is not the hash of nonces, consortium, program, request and key');
  }
  return holds(
    'the query id binds fresh nonces of all parties, the request, the program and the analyst',
    'SHA-256 has no collisions',
  );
}
