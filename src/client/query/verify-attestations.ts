import { combineBlindings, splitShares } from '../../commit/blinding.ts';
import { fromHex, hex } from '../../crypto/hex.ts';
import type { Attestation, QueryAnswer, QueryRequest } from '../../engine/query.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { LAN } from '../../planner/network.ts';
import { errorBoundLog2 } from '../../program/check-error.ts';
import { checkShape } from '../../program/checks.ts';
import { decodeBody } from '../../receipt/decode.ts';
import { attestedMessage, bodyDigest, SALT_BYTES, shareCommitment } from '../../receipt/digest.ts';
import { encodeBody } from '../../receipt/encode.ts';
import { queryIdOf, requestDigest } from '../../receipt/query-id.ts';
import type { PartyAttestation, ReceiptBody } from '../../receipt/receipt.ts';
import { toBase64 } from '../base64.ts';
import type { AnalystPlatform, PartyConnection } from '../party-connection.ts';
import type { ShareVectors } from './reconstruct.ts';

type Platform = Pick<AnalystPlatform, 'sha256' | 'verify'>;

/** What all parties have signed alike, with each one's own part. */
export interface Signed {
  readonly body: ReceiptBody;
  readonly attestations: readonly Attestation[];
}

/**
 * Requires that every party has signed the same body, that it is about this request, says what the answers say and has every
 * party's own commitment (PROTOCOLS A10). Identities are the pinned ones, never what the answer says.
 *
 * @throws RECEIPT_INVALID naming the party
 */
export function verifySignatures(
  platform: Platform,
  parties: readonly PartyConnection[],
  request: QueryRequest,
  answers: readonly QueryAnswer[],
): Signed {
  const attestations = answers.map(({ attestation }, k) => {
    if (attestation === undefined) throw refuse(parties, k, 'did not sign its answer');
    return attestation;
  });
  const [first] = attestations;
  const [answer] = answers;
  if (first === undefined || answer === undefined) throw refuse(parties, 0, 'did not answer');
  const digest = bodyDigest(platform, first.body);
  for (const [k, { body, commitment, signature, time }] of attestations.entries()) {
    if (body !== first.body) {
      throw refuse(parties, k, `and ${nameOf(parties, 0)} signed different receipts`);
    }
    const message = attestedMessage(digest, bytesOf(commitment), time);
    const identity = parties[k]?.identity ?? new Uint8Array();
    if (!platform.verify(identity, message, bytesOf(signature))) {
      throw refuse(parties, k, 'signed its answer with another key than its own');
    }
  }
  const body = bodyOf(parties, first.body);
  const wrong = wrongMember(platform, body, request, answer);
  if (wrong !== undefined) {
    throw refuse(parties, 0, `and the others signed a receipt whose ${wrong} is not this answer's`);
  }
  for (const [k, { commitment }] of attestations.entries()) {
    if (body.commitments[k] === commitment) continue;
    throw refuse(parties, k, 'signed other result shares than all parties signed as its own');
  }
  return { body, attestations };
}

/**
 * Requires that every party's payload (salt and shares, as unsealed) is what it has committed itself to.
 *
 * @throws RECEIPT_INVALID naming the party
 */
export function verifyCommitments(
  platform: Platform,
  parties: readonly PartyConnection[],
  { body, attestations }: Signed,
  payloads: readonly Uint8Array[],
): void {
  const queryId = bytesOf(body.session.queryId);
  for (const [k, payload] of payloads.entries()) {
    const { salt, shares } = openPayload(payload);
    const commitment = shareCommitment(platform, queryId, k + 1, salt, shares);
    if (hex(commitment) === attestations[k]?.commitment) continue;
    throw refuse(parties, k, 'sent other result shares than it signed');
  }
}

/**
 * The parties' result shares, without those of the blindings of totals behind them, of which both copies must be equal.
 *
 * @throws PEER_PROTOCOL, OPENING_INCONSISTENT
 */
export function resultShares(
  { body }: Signed,
  [first, second, third]: readonly [Uint8Array, Uint8Array, Uint8Array],
): ShareVectors {
  const totals = body.audit?.totals.length ?? 0;
  const split = (payload: Uint8Array) => splitShares(openPayload(payload).shares, totals);
  const [a, b, c] = [split(first), split(second), split(third)];
  combineBlindings([a.blindings, b.blindings, c.blindings], totals);
  return [a.results, b.results, c.results];
}

/** The salt of the commitment, and the shares behind it. */
function openPayload(payload: Uint8Array) {
  return { salt: payload.subarray(0, SALT_BYTES), shares: payload.subarray(SALT_BYTES) };
}

/** The parties' entries of the receipt. */
export function partyEntries(
  { attestations }: Signed,
  payloads: readonly Uint8Array[],
): PartyAttestation[] {
  return attestations.map(({ commitment, signature, time }, k) => {
    const { salt, shares } = openPayload(payloads[k] ?? new Uint8Array());
    const own = { salt: hex(salt), shares: toBase64(shares) };
    return { party: k + 1, commitment, ...own, time, signature };
  });
}

/** Which member of the body does not follow from the request and the answer, if any. */
function wrongMember(
  platform: Platform,
  body: ReceiptBody,
  request: QueryRequest,
  answer: QueryAnswer,
): string | undefined {
  const { analystKey, network = LAN, parameters = [], previous = null, requestId, sql } = request;
  const { question, session, suite } = body;
  const asked = { sql, parameters, network, analyst: question.analyst };
  // Through the canonical text, because members may come in any order.
  const expected = encodeBody({
    ...body,
    question: asked,
    session: { ...session, requestId, analystKey: hex(analystKey) },
    committee: [1, 2, 3],
    previous,
  });
  if (expected !== encodeBody(body)) return 'question';
  if (body.program !== answer.programDigest) return 'program';
  if (suite.security !== answer.security) return 'security';
  const tables = body.tables.map(({ digest, name, version }) => [name, version, digest]);
  const read = answer.tables.map(({ digest, name, version }) => [name, version, digest]);
  if (JSON.stringify(tables) !== JSON.stringify(read)) return 'list of tables';
  const digest = requestDigest(platform, { ...asked, analystKey, previous });
  const nonces = session.nonces.map(bytesOf);
  const consortium = bytesOf(session.consortium);
  const parts = { requestId, nonces, consortium, program: bytesOf(body.program), analystKey };
  const queryId = queryIdOf(platform, { ...parts, request: digest });
  const isSession = hex(queryId) === session.queryId && hex(digest) === session.request;
  if (!isSession || nonces.length !== 3) return 'session';
  const pairs = body.channels.map(({ from, to }) => `${from}${to}`);
  if (pairs.join() !== '12,13,21,23,31,32') return 'list of channels';
  if (body.commitments.length !== 3) return 'list of commitments';
  const shapes = body.checks.map(({ kind, size }) => checkShape(kind, size));
  const bound = suite.security === 'active' ? errorBoundLog2(shapes) : 0;
  // Shuffles add to it; who compiles the question again finds exactly how much.
  return body.errorBoundLog2 >= bound ? undefined : 'error bound';
}

function bodyOf(parties: readonly PartyConnection[], text: string): ReceiptBody {
  try {
    return decodeBody(text);
  } catch (error) {
    const what = error instanceof TacitError ? error.message : 'unreadable';
    throw refuse(parties, 0, `and the others signed no receipt: ${what}`);
  }
}

function refuse(parties: readonly PartyConnection[], k: number, what: string): TacitError {
  const message = `${nameOf(parties, k)} ${what}; the answer is refused`;
  return new TacitError('RECEIPT_INVALID', message);
}

function nameOf(parties: readonly PartyConnection[], k: number): string {
  return parties[k]?.name ?? `party ${k + 1}`;
}

/** Checked hex. */
function bytesOf(text: string): Uint8Array {
  return fromHex(text) ?? new Uint8Array();
}
