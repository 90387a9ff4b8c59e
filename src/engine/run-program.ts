import type { KeyProvider, Signer } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { execute } from '../executor/execute.ts';
import { passBarrier, type ReleasedShares, releaseShares } from '../executor/reveal.ts';
import type { FieldEngine } from '../field/instantiate.ts';
import type { Program } from '../program/program.ts';
import { UncheckedWitness } from '../proof/unchecked.ts';
import { type GateLog, GateTally } from '../protocol/gate-log.ts';
import { Lane, type Party } from '../protocol/party.ts';
import { type AttemptIds, type Greeting, openSession } from '../protocol/session.ts';
import type { ShareStore } from '../storage/share-store.ts';
import type { Channel } from '../transport/channel.ts';

/** One attempt at a program by one party. */
export interface Attempt {
  readonly requestId: string;
  readonly analystKey: Uint8Array;
  readonly consortium: Uint8Array;
  readonly program: Program;
  readonly programDigest: Uint8Array;
  readonly channel: Channel;
  readonly engine: FieldEngine;
  readonly store: ShareStore;
  readonly signer: Signer;
  readonly identities: readonly Uint8Array[];
  readonly crypto: CryptoProvider;
  readonly keys: KeyProvider;
  /** What was agreed on before, and the attempts before this one; see SessionInput. */
  readonly greeting?: Greeting;
  readonly attempts?: AttemptIds;
  /** Receives every gate besides the statistics; for tests and traces. */
  readonly journal?: GateLog;
}

/** Shares for the analyst and what the attempt cost. */
export interface AttemptResult {
  readonly shares: ReleasedShares;
  readonly rounds: number;
  readonly andGates: number;
  readonly multiplications: number;
}

/** Rounds of the session besides the program's: hello, echo, barrier. */
const SESSION_ROUNDS = 3;

/**
 * Session, execution, barrier and release of this party's result shares. Any failure aborts the channel, so that the
 * peers fail at once instead of waiting.
 */
export async function runProgram(attempt: Attempt): Promise<AttemptResult> {
  const { channel, program, crypto, engine } = attempt;
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
    const lane = new Lane(party, new UncheckedWitness());
    const memory = await execute(lane, attempt.store, program);
    const permit = await passBarrier(party, session.queryId);
    const shares = releaseShares(party, permit, memory, program.results);
    await channel.close();
    const { andGates, multiplications } = tally;
    return { shares, rounds: lane.rounds + SESSION_ROUNDS, andGates, multiplications };
  } catch (thrown) {
    channel.abort(thrown instanceof Error ? thrown : new Error(String(thrown)));
    throw thrown;
  }
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
