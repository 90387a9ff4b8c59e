import type { QueryAnswer } from '../../engine/query.ts';
import { invariant } from '../../errors/tacit-error.ts';
import type { Security } from '../../program/program.ts';

/** What a statement cost. Seconds: the slowest party's phases, and the wall time at the analyst. */
export interface QueryStats {
  readonly seconds: {
    readonly plan: number;
    readonly execute: number;
    readonly verify: number;
    readonly total: number;
  };
  readonly rounds: number;
  /** msgpack frame bytes to peers, one entry per party. */
  readonly bytesSentPerParty: readonly number[];
  /** Sealed result bytes from all parties together. */
  readonly bytesToAnalyst: number;
  readonly andGates: number;
  readonly multiplications: number;
  /** Passive: nobody verified that the parties followed the protocol. */
  readonly security: Security;
}

/** What the parties measured. */
export function runStats(answers: readonly QueryAnswer[], total: number): QueryStats {
  const most = (of: (answer: QueryAnswer) => number) => Math.max(...answers.map(of));
  const slowest = (of: (answer: QueryAnswer) => number) => toMicroseconds(most(of));
  return {
    seconds: {
      plan: slowest((a) => a.stats.seconds.plan),
      execute: slowest((a) => a.stats.seconds.execute),
      verify: slowest((a) => a.stats.seconds.verify),
      total: toMicroseconds(total),
    },
    rounds: most((a) => a.stats.rounds),
    bytesSentPerParty: answers.map((a) => a.stats.bytesSent),
    bytesToAnalyst: answers.reduce((sum, a) => sum + a.sealed.length, 0),
    andGates: most((a) => a.stats.andGates),
    multiplications: most((a) => a.stats.multiplications),
    security: securityOf(answers),
  };
}

/** What an explained statement would cost; only planning took time. */
export function explainStats(answers: readonly QueryAnswer[], total: number): QueryStats {
  const { plan } = runStats(answers, total).seconds;
  const cost = answers[0]?.cost;
  return {
    seconds: { plan, execute: 0, verify: 0, total: toMicroseconds(total) },
    rounds: cost?.rounds ?? 0,
    bytesSentPerParty: cost?.bytesPerParty ?? [],
    bytesToAnalyst: cost?.bytesToAnalyst ?? 0,
    andGates: cost?.andGates ?? 0,
    multiplications: cost?.multiplications ?? 0,
    security: securityOf(answers),
  };
}

/** The parties were found to say the same. */
function securityOf([answer]: readonly QueryAnswer[]): Security {
  invariant(answer !== undefined, 'stats of at least one answer');
  return answer.security;
}

/** Clocks are not finer than that. */
function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
