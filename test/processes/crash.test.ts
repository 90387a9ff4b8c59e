import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import { Rng } from '../oracle/rng.ts';
import {
  numbers,
  numbersAnswer,
  numbersSql,
  type Outcome,
  outcomeOf,
  PATIENCE_MS,
  Trial,
} from './trial.ts';

const LONG = process.env['TACIT_LONG'] !== undefined;
const SEED = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const ROWS = 100_000;
/** Two requests per party and more. */
const UPLOAD_ROWS = 400_000;

/** Which of the owner's calls to the victim the kill goes with: shortly before it, or shortly after. */
type Call = 'begin' | 'blocks' | 'commit' | 'propose' | 'sign' | 'certify';
type Moment = { readonly call: Call; readonly ms: number } | 'query';

const MOMENTS: readonly Moment[] = LONG
  ? [
      ...Array<Moment>(10).fill('query'),
      { call: 'begin', ms: 0 },
      { call: 'blocks', ms: 0 },
      { call: 'blocks', ms: 5 },
      { call: 'blocks', ms: 30 },
      { call: 'blocks', ms: 80 },
      { call: 'commit', ms: -1 },
      { call: 'commit', ms: 0 },
      { call: 'commit', ms: 1 },
      { call: 'commit', ms: 3 },
      { call: 'commit', ms: 10 },
      { call: 'propose', ms: 0 },
      { call: 'sign', ms: -1 },
      { call: 'sign', ms: 1 },
      { call: 'certify', ms: -1 },
      { call: 'certify', ms: 1 },
      { call: 'certify', ms: 5 },
    ]
  : [{ call: 'blocks', ms: 5 }, { call: 'sign', ms: 0 }, { call: 'certify', ms: -1 }, 'query'];

let trial: Trial;
let queryMs = 0;

beforeAll(async () => {
  trial = await Trial.start();
  await trial.publish(numbers('t', ROWS));
  for (let warm = 0; warm < 2; warm++) {
    const { done, ms } = await outcomeOf(trial.query(numbersSql('t')));
    expect(done?.rows).toEqual(numbersAnswer(ROWS));
    queryMs = ms;
  }
}, 120_000);
afterAll(() => trial?.close());

/** The victim's uploads; the first call of the kind, or a later one of `blocks`, kills it. */
function fatal(
  inner: PartyUploads,
  victim: number,
  { call, ms }: Exclude<Moment, 'query'>,
  nth: number,
): PartyUploads {
  let count = 0;
  const around =
    <A extends unknown[], R>(kind: Call, make: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (kind !== call || count++ !== nth) return make(...args);
      if (ms < 0) await trial.consortium.killParty(victim);
      const made = make(...args);
      made.catch(() => {});
      if (ms > 0) await wait(ms);
      await trial.consortium.killParty(victim);
      return made;
    };
  return {
    define: (definition) => inner.define(definition),
    accept: (table, digest, signature) => inner.accept(table, digest, signature),
    definitions: (table) => inner.definitions(table),
    begin: around('begin', (part) => inner.begin(part)),
    blocks: around('blocks', (id, sequence, sealed) => inner.blocks(id, sequence, sealed)),
    commit: around('commit', (id) => inner.commit(id)),
    discard: (id) => inner.discard(id),
    uploads: (table) => inner.uploads(table),
    propose: around('propose', (signed) => inner.propose(signed)),
    sign: around('sign', (pending) => inner.sign(pending)),
    certify: around('certify', (certificate) => inner.certify(certificate)),
    state: (table) => inner.state(table),
  };
}

function expectClear(outcome: Outcome<unknown>, victim: number, hint: string): void {
  expect(outcome.code, `${hint}: ${outcome.message}`).toMatch(
    /^(PEER_CLOSED|PARTY_UNREACHABLE|PEER_TIMEOUT)$/,
  );
  expect(outcome.message, hint).toContain(`party ${victim + 1}`);
  expect(outcome.ms, hint).toBeLessThan(PATIENCE_MS);
}

async function killDuringQuery(victim: number, delay: number, hint: string): Promise<string> {
  const asked = outcomeOf(trial.query(numbersSql('t')));
  await wait(delay);
  await trial.consortium.killParty(victim);
  const outcome = await asked;
  if (outcome.done) expect(outcome.done.rows, hint).toEqual(numbersAnswer(ROWS));
  else expectClear(outcome, victim, hint);
  // Without the party nothing is answered, and that is said at once.
  const without = await outcomeOf(trial.query(numbersSql('t')));
  expect(without.code, hint).toBe('PARTY_UNREACHABLE');
  expectClear(without, victim, hint);
  await trial.consortium.startParty(victim);
  return outcome.message ?? 'answered before';
}

async function killDuringPublish(
  victim: number,
  moment: Exclude<Moment, 'query'>,
  name: string,
  nth: number,
  hint: string,
): Promise<string> {
  const table = numbers(name, UPLOAD_ROWS);
  const around = (party: PartyUploads, i: number) =>
    i === victim ? fatal(party, victim, moment, nth) : party;
  const published = await outcomeOf(trial.publish(table, around));
  const isMade = published.code === undefined;
  if (!isMade) expectClear(published, victim, hint);
  await trial.consortium.startParty(victim);
  const before = await outcomeOf(trial.query(numbersSql(name)));
  if (isMade) expect(before.code, hint).toBeUndefined();
  if (before.done) expect(before.done.rows, hint).toEqual(numbersAnswer(UPLOAD_ROWS));
  else expect(before.code, hint).toMatch(/^(SQL_UNKNOWN_TABLE|PLAN_MISMATCH)$/);
  // The same call again goes on where it was, and rows that are there already do not count twice.
  if (!isMade) await trial.publish(table);
  const after = await trial.query(numbersSql(name));
  expect(after.rows, hint).toEqual(numbersAnswer(UPLOAD_ROWS));
  return `${published.message ?? 'published before'}; then ${before.message ?? 'answered'}`;
}

describe(`kill -9 of a party, seed ${SEED}`, () => {
  const rng = new Rng(SEED);
  for (const [i, moment] of MOMENTS.entries()) {
    const victim = rng.below(3);
    const share = rng.below(1000) / 1000;
    const nth = typeof moment !== 'string' && moment.call === 'blocks' ? rng.below(3) : 0;
    const where = typeof moment === 'string' ? moment : `${moment.call} ${nth} ${moment.ms} ms`;
    const name = `${i + 1}: party ${victim + 1} during ${where}`;
    it(name, async () => {
      const hint = `seed ${SEED}, ${name}`;
      const delay = Math.round(share * queryMs);
      const told =
        moment === 'query'
          ? await killDuringQuery(victim, delay, hint)
          : await killDuringPublish(victim, moment, `p${i}`, nth, hint);
      process.stdout.write(`  ${hint}${moment === 'query' ? ` after ${delay} ms` : ''}: ${told}\n`);
      const { rows } = await trial.query(numbersSql('t'));
      expect(rows, hint).toEqual(numbersAnswer(ROWS));
    }, 120_000);
  }
});
