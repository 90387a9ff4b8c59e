import type { KeyProvider, Signer } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { execute } from '../executor/execute.ts';
import {
  type Passed,
  packShares,
  passBarrier,
  type ReleasedShares,
  type RevealPermit,
  releaseShares,
} from '../executor/reveal.ts';
import type { FieldEngine } from '../field/instantiate.ts';
import type { Program } from '../program/program.ts';
import type { SortRecord } from '../program/sort-record.ts';
import type { ComputeFactory } from '../proof/batch-compute.ts';
import { BatchMemory } from '../proof/batch-memory.ts';
import { CheckRunner } from '../proof/check-runner.ts';
import { CheckedWitness } from '../proof/checked.ts';
import { Transcript } from '../proof/transcript.ts';
import { UncheckedWitness } from '../proof/unchecked.ts';
import { type GateLog, GateTally } from '../protocol/gate-log.ts';
import { Lane, type Party } from '../protocol/party.ts';
import { type AttemptIds, type Greeting, openSession, type Session } from '../protocol/session.ts';
import type { ShareReader } from '../storage/verified-shares.ts';
import type { Channel } from '../transport/channel.ts';
import { type Committed, commitShares } from './commit-shares.ts';
import { NO_TOTALS, type OpenedTotals } from './open-totals.ts';

/** One attempt at a program by one party. */
export interface Attempt {
  readonly requestId: string;
  readonly analystKey: Uint8Array;
  readonly consortium: Uint8Array;
  readonly program: Program;
  readonly programDigest: Uint8Array;
  readonly channel: Channel;
  readonly engine: FieldEngine;
  /** This party's stored shares, checked when they are read. */
  readonly shares: ShareReader;
  readonly signer: Signer;
  readonly identities: readonly Uint8Array[];
  readonly crypto: CryptoProvider;
  readonly keys: KeyProvider;
  /** Where batches are verified, in active runs. */
  readonly compute: ComputeFactory;
  /** Memory for batches that earlier attempts have used; absent: fresh memory. */
  readonly batches?: BatchMemory;
  /** Shares of blindings to release with the results; absent: none. */
  readonly openTotals?: (permit: RevealPermit) => OpenedTotals;
  /** Monotonic seconds. */
  readonly clock: () => number;
  /** What was agreed on before, and the attempts before this one; see SessionInput. */
  readonly greeting?: Greeting;
  readonly attempts?: AttemptIds;
  /** Receives every gate besides the statistics; for tests and traces. */
  readonly journal?: GateLog;
}

/** Shares for the analyst, what there is to attest of them, and what the attempt cost. */
export interface AttemptResult {
  readonly shares: ReleasedShares;
  readonly opened: OpenedTotals;
  readonly committed: Committed;
  readonly session: Session;
  readonly passed: Passed;
  /** What the sorts of the program did. */
  readonly sorts: SortRecord;
  readonly rounds: number;
  /** Seconds for which the program waited for checks. */
  readonly secondsWaited: number;
  readonly andGates: number;
  readonly multiplications: number;
}

/** Rounds of the session besides the program's: hello, echo, barrier, commitments. */
const SESSION_ROUNDS = 4;

/**
 * Session, execution, barrier, release of this party's result shares and exchange of the commitments to them. Any failure
 * aborts the channel, so that the peers fail at once instead of waiting; no check is left running.
 */
export async function runProgram(attempt: Attempt): Promise<AttemptResult> {
  const { program, crypto, engine } = attempt;
  const channel = new Transcript(attempt.channel, crypto);
  let checks: CheckRunner | undefined;
  try {
    const session = await openSession(channel, attempt);
    const tally = new GateTally();
    const party: Party = {
      self: channel.self,
      parties: program.suite.parties,
      threshold: program.suite.threshold,
      committee: Array.from({ length: 2 * program.suite.threshold + 1 }, (_, k) => k),
      channel,
      streams: session.streams,
      crypto,
      kernels: engine.kernels,
      arena: engine.arena,
      log: attempt.journal === undefined ? tally : both(tally, attempt.journal),
    };
    const batches = attempt.batches ?? new BatchMemory();
    const runner = new CheckRunner(party, attempt.compute, attempt.clock, batches);
    checks = runner;
    const isChecked = program.suite.security === 'active';
    const lane = new Lane(party, isChecked ? new CheckedWitness(runner) : new UncheckedWitness());
    const memory = await execute(lane, attempt.shares, program);
    const passed = await passBarrier(lane, { transcript: channel, records: () => runner.records });
    const { permit } = passed;
    const shares = releaseShares(party, permit, memory, program.results);
    const opened = attempt.openTotals?.(permit) ?? NO_TOTALS;
    const released = concat(packShares(shares), opened.blindings);
    const committed = await commitShares(channel, crypto, permit, session.queryId, released);
    await channel.close();
    const { andGates, multiplications } = tally;
    const rounds = lane.rounds + SESSION_ROUNDS;
    const { secondsWaited } = runner;
    const costs = { rounds, andGates, multiplications, secondsWaited };
    const { sorts } = memory;
    return { shares, opened, committed, session, passed, sorts, ...costs };
  } catch (thrown) {
    // All parties find the same in a guard: nobody is cut off before the bits have arrived.
    if (thrown instanceof TacitError && thrown.code === 'JOIN_BOUND_EXCEEDED')
      await channel.close();
    else channel.abort(thrown instanceof Error ? thrown : new Error(String(thrown)));
    await checks?.settled();
    throw thrown;
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function both(first: GateLog, second: GateLog): GateLog {
  return {
    ands: (step, gates, rows) => {
      first.ands(step, gates, rows);
      second.ands(step, gates, rows);
    },
    products: (step, count) => {
      first.products(step, count);
      second.products(step, count);
    },
    opened: (step, count) => {
      first.opened(step, count);
      second.opened(step, count);
    },
  };
}
