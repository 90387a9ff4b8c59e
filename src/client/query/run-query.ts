import { printType } from '../../catalog/types.ts';
import { hex } from '../../crypto/hex.ts';
import type { QueryAnswer, QueryProgress, QueryRequest } from '../../engine/query.ts';
import { invariant, TacitError } from '../../errors/tacit-error.ts';
import { encodeReceipt } from '../../receipt/encode.ts';
import type { ReceiptBody } from '../../receipt/receipt.ts';
import type { AnalystPlatform, OneTimeKey, PartyConnection } from '../party-connection.ts';
import { agreedText } from './answer-codec.ts';
import { decodeRows } from './decode-rows.ts';
import { type Failure, isEcho, worstOf } from './failures.ts';
import type { JsonValue } from './print-value.ts';
import { openResult, type ShareVectors } from './reconstruct.ts';
import { explainStats, type QueryStats, runStats } from './stats.ts';
import {
  partyEntries,
  resultShares,
  verifyCommitments,
  verifySignatures,
} from './verify-attestations.ts';

/** The three parties in the order of their index. */
export type Parties = readonly [PartyConnection, PartyConnection, PartyConnection];

/** What the analyst learns. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly JsonValue[])[];
  readonly stats: QueryStats;
  readonly disclosures: QueryAnswer['disclosures'];
  readonly tables: QueryAnswer['tables'];
  readonly explain: string;
  /** Absent where nothing was computed on shares: an explanation, or an answer that is public. */
  readonly receipt?: QueryReceipt;
  /** What was asked before, if the statement says JOIN_ROWS(DISCLOSED): how many rows the join has. */
  readonly counted?: QueryResult;
}

/** What all parties have signed, verified. */
export interface QueryReceipt {
  readonly body: ReceiptBody;
  /** The canonical text of the whole receipt; made on demand. */
  text(): string;
}

/** A statement and what goes with it. */
export type QueryStatement = Omit<QueryRequest, 'requestId' | 'analystKey'>;

export interface QueryOptions {
  /** Cancels the query at all parties. */
  readonly signal?: AbortSignal | undefined;
  /** Hears every now and then how far the query is, from the party that gives the turns. */
  readonly onProgress?: ((progress: QueryProgress) => void) | undefined;
}

/**
 * Asks all parties one statement and reconstructs the answer: the parties must agree on everything
 * public (PLAN_MISMATCH), every party must have signed it (RECEIPT_INVALID), and the shares of every value must lie on a line
 * (OPENING_INCONSISTENT).
 * For an EXPLAIN statement the rows are the lines of the explanation.
 *
 * @throws the parties' TacitError; PARTY_UNREACHABLE naming the party; CANCELLED after the signal
 */
export async function runQuery(
  parties: Parties,
  statement: QueryStatement,
  platform: AnalystPlatform,
  options: QueryOptions = {},
): Promise<QueryResult> {
  const started = platform.now();
  const key = await platform.createKey();
  const request = { ...statement, requestId: randomId(platform), analystKey: key.publicKey };
  const answers = await askAll(parties, request, platform, options);
  const agreed = agreement(answers);
  const total = () => (platform.now() - started) / 1000;
  const { disclosures, explain, tables } = agreed;
  if (agreed.explainOnly) {
    const rows = explain.split('\n').map((line) => [line]);
    const columns = [{ name: 'explain', type: 'VARCHAR' }];
    return { columns, rows, stats: explainStats(answers, total()), disclosures, tables, explain };
  }
  const columns = agreed.shape.columns.map((c) => ({ name: c.name, type: printType(c.type) }));
  if (answers.every(({ attestation, sealed }) => !attestation && sealed.length === 0)) {
    const rows = decodeRows(agreed.shape, openResult(agreed.shape, NO_SHARES));
    return { columns, rows, stats: runStats(answers, total()), disclosures, tables, explain };
  }
  const signed = verifySignatures(platform, parties, request, answers);
  const payloads = await unsealAll(key, request, answers);
  verifyCommitments(platform, parties, signed, payloads);
  const rows = decodeRows(agreed.shape, openResult(agreed.shape, resultShares(signed, payloads)));
  const { body } = signed;
  const entries = () => partyEntries(signed, payloads);
  const text = () => encodeReceipt({ body, parties: entries(), result: { columns, rows } });
  const stats = runStats(answers, total());
  return { columns, rows, stats, disclosures, tables, explain, receipt: { body, text } };
}

/** Of an answer that is public: nothing in it is to be opened. */
const NO_SHARES: ShareVectors = [new Uint8Array(), new Uint8Array(), new Uint8Array()];

type Answers = readonly [QueryAnswer, QueryAnswer, QueryAnswer];

/** When two parties only report that something went wrong elsewhere, the third may be about to say what. */
const REASON_MS = 2000;

/**
 * All parties at once. No party can finish alone, so the rest is cancelled when one has said why it failed, and
 * soon after two have failed at all; the failure that tells most is thrown.
 */
async function askAll(
  parties: Parties,
  request: QueryRequest,
  platform: AnalystPlatform,
  { signal, onProgress }: QueryOptions,
): Promise<Answers> {
  const stop = new AbortController();
  const cancel = () => stop.abort();
  const failures: Failure[] = [];
  let patience: (() => void) | undefined;
  const ask = async (party: PartyConnection): Promise<QueryAnswer | undefined> => {
    try {
      const listener = party === parties[0] ? onProgress : undefined;
      return await party.query(request, stop.signal, listener);
    } catch (error) {
      const failure = { party: party.name, error };
      failures.push(failure);
      if (!isEcho(failure)) cancel();
      else if (failures.length > 1) patience ??= platform.after(REASON_MS, cancel);
      return undefined;
    }
  };
  const cancelled = () => new TacitError('CANCELLED', 'the query was cancelled');
  if (signal?.aborted) throw cancelled();
  signal?.addEventListener('abort', cancel);
  const [first, second, third] = parties;
  const [a, b, c] = await Promise.all([ask(first), ask(second), ask(third)]);
  patience?.();
  signal?.removeEventListener('abort', cancel);
  if (signal?.aborted) throw cancelled();
  if (failures.length > 0) throw worstOf(failures);
  invariant(a !== undefined && b !== undefined && c !== undefined, 'three answers expected');
  return [a, b, c];
}

function agreement(answers: Answers): QueryAnswer {
  const [first, ...others] = answers;
  const text = agreedText(first);
  for (const [i, other] of others.entries()) {
    if (agreedText(other) !== text) {
      throw new TacitError(
        'PLAN_MISMATCH',
        `party ${i + 2} and party 1 describe different plans or results for this statement`,
      );
    }
  }
  return first;
}

async function unsealAll(
  key: OneTimeKey,
  request: QueryRequest,
  answers: Answers,
): Promise<[Uint8Array, Uint8Array, Uint8Array]> {
  const unseal = async (answer: QueryAnswer, party: number): Promise<Uint8Array> => {
    const label = resultLabel(request.requestId, party, answer.programDigest);
    try {
      return await key.unseal(answer.sealed, label);
    } catch (cause) {
      const message = `the result shares of party ${party + 1} cannot be decrypted`;
      throw new TacitError('PEER_PROTOCOL', message, undefined, { cause });
    }
  };
  const [a, b, c] = answers;
  return Promise.all([unseal(a, 0), unseal(b, 1), unseal(c, 2)]);
}

/** Associated data of one party's sealed result shares: they fit this request and program only. */
export function resultLabel(requestId: string, party: number, programDigest: string): Uint8Array {
  return new TextEncoder().encode(`tacit/result|${requestId}|${party}|${programDigest}`);
}

/** 16 random bytes in hex. */
function randomId(platform: AnalystPlatform): string {
  const bytes = new Uint8Array(16);
  platform.randomFill(bytes);
  return hex(bytes);
}
