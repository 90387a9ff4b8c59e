import { beforeAll, describe, expect, it } from 'vitest';
import type { SentMessage, Tamper, TraceEntry } from '../../../src/transport/memory.ts';
import { Rng } from '../../oracle/rng.ts';
import { askEach, codesOf, type Outcome } from '../attack.ts';
import {
  type Battlefield,
  battlefield,
  type Honest,
  honestRun,
  STATEMENTS,
} from './battlefield.ts';
import { KINDS, type Kind, kindOf } from './kinds.ts';
import { lie } from './lie.ts';

/**
 * One party lies in one message of an otherwise real run, for every kind of message, at random places and in random ways. Nobody
 * may get an answer, and the check that is there for the kind must be what says so.
 */
const SEED = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const LONG = process.env['TACIT_LONG'] === '1';
const LIES = Number(process.env['TACIT_LIES'] ?? (LONG ? 200 : 3));

let field: Battlefield;
let honest: readonly Honest[];

beforeAll(async () => {
  console.log(`tampers: seed ${SEED}, ${LIES} of each kind`);
  field = await battlefield();
  const runs: Honest[] = [];
  for (const sql of STATEMENTS) runs.push(await honestRun(field, sql));
  honest = runs;
});

/** A message of the kind in one of the honest runs. */
interface Target {
  readonly run: Honest;
  readonly entry: TraceEntry;
}

function targetsOf(kind: Kind): Target[] {
  return honest.flatMap((run) =>
    run.trace.filter(({ step }) => kindOf(step) === kind).map((entry) => ({ run, entry })),
  );
}

/** Changes the one message; everything else is as the party really sent it. */
function lying(rng: Rng, kind: Kind, { entry }: Target): Tamper {
  let done = false;
  return {
    message: (message: SentMessage) => {
      const { from, to, step } = entry;
      if (done || message.from !== from || message.to !== to || message.step !== step) {
        return [message];
      }
      done = true;
      return [{ ...message, payload: lie(rng, kind.content, message.payload) }];
    },
  };
}

interface Tally {
  caught: number;
  readonly accidents: string[];
  readonly wrong: string[];
}

function isCatch({ caughtBy }: Kind, outcome: Outcome): boolean {
  if ('answer' in outcome) return false;
  return caughtBy.some(
    ({ code, message }) => outcome.code === code && message.test(outcome.message),
  );
}

/** What the analyst was told, where no party can notice the lie. */
async function judgeAnalyst(kind: Kind, { entry, run }: Target, tamper: Tamper, tally: Tally) {
  const place = `${entry.step} of party ${entry.from + 1} to party ${entry.to + 1} in ${run.sql}`;
  const outcome = await field.under({ tamper }, () =>
    field.consortium.query(run.sql).then(
      () => undefined,
      ({ code = 'no code', message }) => ({ code, message }),
    ),
  );
  if (outcome === undefined) tally.wrong.push(place);
  else if (isCatch(kind, outcome)) tally.caught++;
  else tally.accidents.push(`${outcome.code} at ${place}`);
}

/** What the honest parties did about one lie. */
function judge(kind: Kind, { entry, run }: Target, outcomes: readonly Outcome[], tally: Tally) {
  const place = `${entry.step} of party ${entry.from + 1} to party ${entry.to + 1} in ${run.sql}`;
  const codes = codesOf(outcomes);
  const ofHonest = outcomes.filter((_, party) => party !== entry.from);
  // A party that alone heard a good barrier may release its shares: one party's shares tell nothing and make no receipt.
  const allowed = kind.name === 'barrier' ? 1 : 0;
  if (ofHonest.filter((outcome) => 'answer' in outcome).length > allowed) tally.wrong.push(place);
  else if (ofHonest.some((outcome) => isCatch(kind, outcome))) tally.caught++;
  else tally.accidents.push(`${codes.join()} at ${place}`);
}

describe('one lying party', () => {
  it('can lie in every kind of message', () => {
    for (const { trace } of honest) for (const { step } of trace) kindOf(step);
    expect(KINDS.filter((kind) => targetsOf(kind).length === 0).map(({ name }) => name)).toEqual(
      [],
    );
  });

  for (const [number, kind] of KINDS.entries()) {
    it(
      `is caught in each ${kind.name}`,
      async () => {
        const rng = new Rng(SEED + number);
        const targets = targetsOf(kind);
        const tally: Tally = { caught: 0, accidents: [], wrong: [] };
        for (let k = 0; k < LIES; k++) {
          // Every message of the kind in turn before any comes twice.
          const target = targets[(k + rng.below(targets.length)) % targets.length] as Target;
          const tamper = lying(rng, kind, target);
          if (kind.atAnalyst) {
            await judgeAnalyst(kind, target, tamper, tally);
            continue;
          }
          const outcomes = await field.under({ tamper }, () =>
            askEach(field.consortium, target.run.sql),
          );
          judge(kind, target, outcomes, tally);
        }
        if (LONG) console.log(`${kind.name}: ${tally.caught} of ${LIES} caught by its check`);
        expect(tally.wrong).toEqual([]);
        const most = kind.bulk ? Math.floor(LIES / 10) : 0;
        expect(tally.accidents.length, tally.accidents.join('\n')).toBeLessThanOrEqual(most);
      },
      LONG ? 600_000 : 60_000,
    );
  }

  it('leaves the parties able to answer', async () => {
    for (const run of honest) {
      expect((await honestRun(field, run.sql)).rows).toBe(run.rows);
    }
  });
});
