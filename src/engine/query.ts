import type { Disclosure } from '../planner/disclosure.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { ParameterValue } from '../planner/parameters.ts';
import type { ResultShape } from '../planner/result-shape.ts';
import type { Cost } from '../program/cost.ts';
import type { Security } from '../program/program.ts';

/** What an analyst sends to every party, identically. */
export interface QueryRequest {
  /** 16 random bytes of the analyst in hex; used once. */
  readonly requestId: string;
  /** One statement. */
  readonly sql: string;
  /** Values of `$1`, `$2` … or of the `?` in order; as public as the text. Absent: none. */
  readonly parameters?: readonly ParameterValue[];
  /** What the parties plan for; absent: a LAN. Every party is told the same, which the program's digest proves. */
  readonly network?: NetworkProfile;
  /** Cancelled when it has run so long; absent: the party's own limit. */
  readonly timeoutSeconds?: number;
  /** The analyst's one-time X25519 public key (32 bytes); results are sealed to it. */
  readonly analystKey: Uint8Array;
  /** SHA-256 in hex of the analyst's receipt before, so that its receipts make a chain; absent: none. */
  readonly previous?: string;
}

/** A request that a party has let in. */
export interface AdmittedQuery extends QueryRequest {
  /** SHA-256 of the analyst's certificate in hex, as the party itself found it out. */
  readonly analyst: string;
}

/** How many queries a party serves. */
export interface QueryLimits {
  /** At a time; all parties should allow the same number. */
  readonly running: number;
  /** Waiting for their turn; at most half of them of one analyst. */
  readonly queued: number;
  /** Longest wait of a query, and longest run. */
  readonly timeoutSeconds: number;
}

/** How far a query is at one party. Only the first party, which gives the turns, knows a place; 1 is next. */
export type QueryProgress =
  | { readonly state: 'queued'; readonly place?: number }
  | { readonly state: 'running'; readonly rounds: RoundsDone };

/** Rounds of messages; what is left is known exactly, because nothing depends on data. */
export interface RoundsDone {
  readonly done: number;
  readonly total: number;
}

/** One party's answer. All fields but `sealed`, `attestation` and `stats` must be equal at all parties. */
export interface QueryAnswer {
  readonly shape: ResultShape;
  readonly disclosures: readonly Disclosure[];
  /** The versions that the statement reads, by name: an older one than before shows that parties went back. */
  readonly tables: readonly TableRead[];
  /** Text of EXPLAIN; for an EXPLAIN statement nothing else is computed and `sealed` is empty. */
  readonly explain: string;
  readonly explainOnly: boolean;
  /** Passive: nobody verified that the parties followed the protocol. */
  readonly security: Security;
  readonly cost: Cost;
  readonly programDigest: string;
  /** Salt of the commitment (32 bytes) and this party's result shares, sealed to the analyst's key. */
  readonly sealed: Uint8Array;
  /** Absent only where nothing was computed on shares: an explanation, or an answer that is public. */
  readonly attestation?: Attestation;
  readonly stats: PartyStats;
}

/** What a party signs with an answer; see src/receipt. */
export interface Attestation {
  /** Canonical text of the receipt's body; equal at all parties. */
  readonly body: string;
  /** SHA-256 over salt and shares in hex. */
  readonly commitment: string;
  /** Milliseconds since 1970 by the party's clock. */
  readonly time: number;
  /** Ed25519 by the party's identity in hex. */
  readonly signature: string;
}

/** One version of a table, as all parties signed it. */
export interface TableRead {
  readonly name: string;
  readonly version: number;
  /** Covers the version and its history; 64 hex digits. */
  readonly digest: string;
}

/** What one party measured. `execute` is all of the exchange between the parties, `verify` the part of it that waits for checks. */
export interface PartyStats {
  readonly seconds: { readonly plan: number; readonly execute: number; readonly verify: number };
  readonly rounds: number;
  readonly bytesSent: number;
  readonly andGates: number;
  readonly multiplications: number;
  readonly memoryPeakBytes: number;
}
