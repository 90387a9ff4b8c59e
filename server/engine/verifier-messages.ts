import type { Batch } from '../../src/proof/batch-compute.ts';
import type { LogLevel } from '../identity/party-directory.ts';
import type { PlainError } from './messages.ts';

/** What the verifier thread knows of its party. */
export interface VerifierData {
  readonly party: string;
  readonly log: LogLevel;
}

/** From the engine thread to the verifier thread; `batch` numbers the batches that are open. */
export type ToVerifier =
  | {
      readonly kind: 'open';
      readonly call: number;
      readonly batch: number;
      readonly self: number;
      readonly work: Batch;
    }
  | {
      readonly kind: 'start';
      readonly call: number;
      readonly batch: number;
      readonly coin: Uint8Array;
    }
  | {
      readonly kind: 'fold';
      readonly call: number;
      readonly batch: number;
      readonly values: readonly bigint[];
    }
  | { readonly kind: 'release'; readonly batch: number };

/** From the verifier thread back: an answer to each call, `peakBytes` being the batch's memory there so far. */
export type FromVerifier =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened'; readonly call: number; readonly peakBytes: number }
  | {
      readonly kind: 'started';
      readonly call: number;
      readonly peakBytes: number;
      readonly claim: bigint;
      readonly corners: Uint8Array;
    }
  | {
      readonly kind: 'folded';
      readonly call: number;
      readonly peakBytes: number;
      readonly sums: Uint8Array;
    }
  | { readonly kind: 'failure'; readonly call: number; readonly error: PlainError };
