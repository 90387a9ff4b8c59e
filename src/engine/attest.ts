import { revealOf } from '../catalog/table.ts';
import { hex } from '../crypto/hex.ts';
import type { Signer } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { RevealPermit } from '../executor/reveal.ts';
import { errorBoundLog2, shufflesOf } from '../program/check-error.ts';
import type { CheckRecord } from '../proof/check-record.ts';
import { attestedMessage, bodyDigest } from '../receipt/digest.ts';
import { encodeBody } from '../receipt/encode.ts';
import type { ReceiptBody, ReceiptCheck, ReceiptTable } from '../receipt/receipt.ts';
import type { StoredVersion } from '../storage/share-store.ts';
import type { Question } from './planner.ts';
import type { Prepared } from './prepare.ts';
import type { AdmittedQuery, Attestation } from './query.ts';
import type { AttemptResult } from './run-program.ts';

/** What a party attests: an answer it has helped to compute. */
export interface Answered {
  readonly request: AdmittedQuery;
  readonly question: Question;
  readonly prepared: Prepared;
  /** What the statement reads, in the order of its names. */
  readonly versions: readonly StoredVersion[];
  readonly run: AttemptResult;
  readonly consortium: Uint8Array;
}

/** Who attests. */
export interface Attester {
  readonly self: number;
  readonly signer: Signer;
  readonly crypto: CryptoProvider;
  /** Milliseconds since 1970. */
  readonly time: () => number;
}

/** The signature for everybody, and what goes to the analyst's key: the salt of the commitment, the result shares, those of blindings. */
export interface Attested {
  readonly attestation: Attestation;
  readonly sealed: Uint8Array;
}

/**
 * Signs an answer (PROTOCOLS A10): the body that all parties sign alike, with the salted commitments of all of them to their result
 * shares. Nothing is signed without the permit of the last barrier, nor before every party has committed itself.
 */
export function attest(
  { crypto, self, signer, time }: Attester,
  _permit: RevealPermit,
  answered: Answered,
): Attested {
  const body = encodeBody(bodyOf(answered));
  const { commitments, salt, shares } = answered.run.committed;
  const commitment = commitments[self];
  invariant(commitment !== undefined, 'a party commits itself, too');
  const sealed = new Uint8Array(salt.length + shares.length);
  sealed.set(salt);
  sealed.set(shares, salt.length);
  const now = Math.trunc(time());
  const signature = signer.sign(attestedMessage(bodyDigest(crypto, body), commitment, now));
  const attestation = { body, commitment: hex(commitment), time: now, signature: hex(signature) };
  return { attestation, sealed };
}

/** Nothing in here is this party's own, so that all parties write the same. */
function bodyOf(answered: Answered): ReceiptBody {
  const { consortium, prepared, question, request, run, versions } = answered;
  const { committed, opened, passed, session } = run;
  const { suite } = prepared.program;
  const shapes = passed.records.map(({ shape }) => shape);
  return {
    format: 'tacit/receipt/1',
    suite,
    committee: Array.from({ length: 2 * suite.threshold + 1 }, (_, k) => k + 1),
    question: {
      sql: question.sql,
      parameters: question.parameters,
      network: question.network,
      analyst: request.analyst,
    },
    tables: versions.map(tableOf),
    audit: opened.audit,
    session: {
      queryId: hex(session.queryId),
      requestId: request.requestId,
      nonces: session.nonces.map(hex),
      consortium: hex(consortium),
      request: hex(session.request),
      analystKey: hex(request.analystKey),
    },
    program: hex(prepared.digest),
    sorts: run.sorts,
    checks: passed.records.map(checkOf),
    errorBoundLog2:
      suite.security === 'active' ? errorBoundLog2(shapes, shufflesOf(prepared.program)) : 0,
    channels: passed.heads.map(({ from, to, head }) => {
      return { from: from + 1, to: to + 1, head: hex(head) };
    }),
    commitments: committed.commitments.map(hex),
    previous: request.previous ?? null,
  };
}

function tableOf(version: StoredVersion): ReceiptTable {
  const { certificate, definition, digest, number, owners } = version;
  // As the digest reads it: what is not said is said, and the order of owners does not matter.
  const columns = definition.columns.map((column) => ({ ...column, reveal: revealOf(column) }));
  const shared = { table: { ...definition, columns }, owners: [...owners].sort() };
  return { name: definition.name, version: number, digest, definition: shared, certificate };
}

function checkOf({ batch, heads, opened, reveals, shape }: CheckRecord): ReceiptCheck {
  const digits = (values: readonly bigint[]) => values.map(String);
  return {
    batch,
    kind: shape.kind,
    size: shape.size,
    heads: heads.map(hex),
    reveals: reveals.map(hex),
    opened: { x: digits(opened.x), y: digits(opened.y), h: digits(opened.h) },
  };
}
