import type { Disclosure } from '../planner/disclosure.ts';
import type { ResultShape } from '../planner/result-shape.ts';
import type { Cost } from '../program/cost.ts';

/** What an analyst sends to every party, identically. */
export interface QueryRequest {
  /** 16 random bytes of the analyst in hex; used once. */
  readonly requestId: string;
  /** One statement. */
  readonly sql: string;
  /** The analyst's one-time X25519 public key (32 bytes); results are sealed to it. */
  readonly analystKey: Uint8Array;
}

/** One party's answer. All fields but `sealed` and `stats` must be equal at all parties. */
export interface QueryAnswer {
  readonly shape: ResultShape;
  readonly disclosures: readonly Disclosure[];
  /** Text of EXPLAIN; for an EXPLAIN statement nothing else is computed and `sealed` is empty. */
  readonly explain: string;
  readonly explainOnly: boolean;
  readonly cost: Cost;
  readonly programDigest: string;
  /** This party's result shares, sealed to the analyst's key. */
  readonly sealed: Uint8Array;
  readonly stats: PartyStats;
}

/** What one party measured. */
export interface PartyStats {
  readonly seconds: { readonly plan: number; readonly execute: number; readonly verify: number };
  readonly rounds: number;
  readonly bytesSent: number;
  readonly andGates: number;
  readonly multiplications: number;
  readonly memoryPeakBytes: number;
}
