import type { CheckKind } from '../program/checks.ts';
import type { Suite } from '../program/program.ts';
import type { SortRecord } from '../program/sort-record.ts';

/** Longest file of a receipt, in bytes. */
export const RECEIPT_BYTES_MAX = 256 * 1024 * 1024;

/**
 * What the parties attest of one answer, and what an analyst keeps to show to others. All byte strings are lower-case
 * hex, all big integers decimal strings, parties are numbered from 1; encode.ts has the one canonical text.
 */
export interface Receipt {
  readonly body: ReceiptBody;
  /** By party, all of them. */
  readonly parties: readonly PartyAttestation[];
  /** The answer for readers; the verifier recomputes it from the shares. */
  readonly result: {
    readonly columns: readonly { readonly name: string; readonly type: string }[];
    readonly rows: readonly (readonly unknown[])[];
  };
}

/** Identical at all parties: the common part of what they sign. */
export interface ReceiptBody {
  readonly format: 'tacit/receipt/1';
  readonly suite: Suite;
  /** Parties that computed, from 1. */
  readonly committee: readonly number[];
  readonly question: ReceiptQuestion;
  /** What the statement names, in the order of its names, with everything a planner needs to know of it. */
  readonly tables: readonly ReceiptTable[];
  /** What owners have committed to, if the answer shows totals of it over whole parts; else null. */
  readonly audit: ReceiptAudit | null;
  readonly session: ReceiptSession;
  /** SHA-256 of the canonical program; recompiling the question gives it again. */
  readonly program: string;
  /** What the sorts of the program did, which says how many comparisons were to be checked. */
  readonly sorts: SortRecord;
  /** By batch. */
  readonly checks: readonly ReceiptCheck[];
  /** log2 of the probability that all checks pass although something is wrong; computed from the checks' sizes; 0 in passive runs. */
  readonly errorBoundLog2: number;
  /**
   * Digest of everything that was sent from one party to another after the session's hellos, for each ordered pair; by
   * `from`, then `to`. Salted by a secret of the pair, so it tells others nothing.
   */
  readonly channels: readonly {
    readonly from: number;
    readonly to: number;
    readonly head: string;
  }[];
  /**
   * What every member of the committee committed itself to before anybody signed, in their order: SHA-256 of tag, query id, party, salt
   * and shares. All signatures cover all of them, so that nobody can show other shares later.
   */
  readonly commitments: readonly string[];
  /** SHA-256 of the analyst's receipt before this one (of its canonical text), if it said so. */
  readonly previous: string | null;
}

export interface ReceiptQuestion {
  readonly sql: string;
  /** As JSON values in the request's own codec. */
  readonly parameters: readonly unknown[];
  /** What was planned for, also if the request left it open. */
  readonly network: object;
  /** SHA-256 of the analyst's certificate. */
  readonly analyst: string;
}

export interface ReceiptTable {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  /** Catalog's `SharedDefinition` (table and owners), with big integers as digits and sorted keys. */
  readonly definition: object;
  /** Catalog's `Certificate` of the version, signatures included, with sorted keys. */
  readonly certificate: object;
}

/** The commitments of one table's parts, and which totals of it the parties open the blindings of (src/commit). */
export interface ReceiptAudit {
  readonly table: string;
  /** Places in the table's list of audited totals, each once. */
  readonly totals: readonly number[];
  /** In the order of the version's parts: the commitments to all audited totals, and the owner's signature of them. */
  readonly parts: readonly { readonly commitments: string; readonly signature: string }[];
}

/** What the query id is a hash of (PROTOCOLS A9). */
export interface ReceiptSession {
  readonly queryId: string;
  readonly requestId: string;
  readonly nonces: readonly string[];
  readonly consortium: string;
  readonly request: string;
  readonly analystKey: string;
}

/** One batch's verification; all of it is masked, so it tells nothing. */
export interface ReceiptCheck {
  readonly batch: string;
  readonly kind: CheckKind;
  readonly size: number;
  /** Head and last preimage of every party's chain of coins. */
  readonly heads: readonly string[];
  readonly reveals: readonly string[];
  /** Every party's share of x(r), y(r) and h(r) as field elements. */
  readonly opened: {
    readonly x: readonly string[];
    readonly y: readonly string[];
    readonly h: readonly string[];
  };
}

/** One party's signature under the body, and the shares behind its commitment there. */
export interface PartyAttestation {
  readonly party: number;
  /** The same as this party's in `commitments` of the body. */
  readonly commitment: string;
  readonly salt: string;
  /** This party's result shares, then those of the blindings of the totals in `audit`, base64. */
  readonly shares: string;
  /** Milliseconds since 1970 by the party's clock. */
  readonly time: number;
  /** Ed25519 by the party's identity. */
  readonly signature: string;
}
