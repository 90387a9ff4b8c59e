import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrialConsortium } from '../../cli/run/trial-consortium.ts';
import { addressOf, parseConsortium } from '../../server/identity/consortium.ts';
import { numbers, numbersAnswer, numbersSql, outcomeOf, Trial } from './trial.ts';

const LONG = process.env['TACIT_LONG'] !== undefined;
const ROWS = 3000;
const OPTIONS = process.env['NODE_OPTIONS'];

let signals: string;
let trial: Trial;

/**
 * Loaded into every process and thread before anything else; in the engine thread of party 2 it fails as the
 * file of that name demands.
 */
const SABOTAGE = `
import { existsSync, writeFileSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';
const folder = process.env.TACIT_TEST_SIGNALS;
const demanded = (what) => existsSync(folder + '/' + what);
if (!isMainThread && workerData?.identity?.name === 'party 2') {
  writeFileSync(folder + '/loaded', '');
  if (demanded('die-at-import')) throw new Error('sabotage');
  if (demanded('exit-at-import')) process.exit(9);
  setInterval(() => {
    if (demanded('exit')) process.exit(9);
    if (demanded('throw')) throw new Error('sabotage');
    while (demanded('hang'));
  }, 20).unref();
}`;

const demand = (what: string) => writeFile(join(signals, what), '');
const withdraw = (what: string) => rm(join(signals, what));

beforeAll(async () => {
  signals = await mkdtemp(join(tmpdir(), 'tacit-test-'));
  const file = join(signals, 'sabotage.mjs');
  await writeFile(file, SABOTAGE);
  process.env['TACIT_TEST_SIGNALS'] = signals;
  process.env['NODE_OPTIONS'] = `--import=${file}`;
  trial = await Trial.start();
  await trial.publish(numbers('t', ROWS));
}, 120_000);

afterAll(async () => {
  if (OPTIONS === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = OPTIONS;
  await trial?.close();
  await rm(signals, { recursive: true });
});

async function expectAnswer(): Promise<void> {
  const { code, done, message } = await outcomeOf(trial.query(numbersSql('t')));
  expect(done?.rows, `${code}: ${message}`).toEqual(numbersAnswer(ROWS));
}

describe('an engine thread', () => {
  it('is where the sabotage of this test runs', async () => {
    expect(existsSync(join(signals, 'loaded'))).toBe(true);
    await expectAnswer();
  });

  for (const end of LONG ? ['exit', 'throw'] : ['exit']) {
    it(`that ends (${end}) ends its party; the query says which party is gone`, async () => {
      await demand(end);
      await wait(200);
      const { code, message } = await outcomeOf(trial.query(numbersSql('t')));
      expect(code, message).toMatch(/^(PARTY_UNREACHABLE|PEER_CLOSED|TACIT_INVARIANT)$/);
      expect(message).toMatch(/party 2|engine thread of a party ended/);
      await withdraw(end);
      await trial.consortium.killParty(1);
      await trial.consortium.startParty(1);
      await expectAnswer();
    }, 60_000);
  }

  it('that hangs is found out in time, and goes on when it can', async () => {
    await demand('hang');
    await wait(100);
    const { code, message } = await outcomeOf(trial.query(numbersSql('t')));
    expect(code, message).toMatch(/^(PEER_TIMEOUT|PARTY_UNREACHABLE)$/);
    expect(message).toMatch(/party 2/);
    const health = await outcomeOf(trial.analyst[1].health());
    expect(health).toMatchObject({ code: 'PEER_TIMEOUT' });
    expect(health.message).toMatch(/party 2 did not answer within \d+ s/);
    await withdraw('hang');
    await expectAnswer();
  }, 90_000);

  for (const end of LONG ? ['die-at-import', 'exit-at-import'] : ['exit-at-import']) {
    it(`that does not start (${end}) keeps its party from starting, at once`, async () => {
      await demand(end);
      await trial.consortium.killParty(1);
      const { code, message, ms } = await outcomeOf(trial.consortium.startParty(1));
      expect(code).toBeDefined();
      expect(message).toMatch(/party 2|engine/);
      expect(ms).toBeLessThan(20_000);
      await withdraw(end);
    }, 60_000);
  }

  it.runIf(LONG)(
    'whose address is taken says so',
    async () => {
      const directory = trial.consortium.directory(1);
      const file = join(directory, 'party.yaml');
      const own = await readFile(file, 'utf8');
      const all = parseConsortium(await readFile(join(directory, 'consortium.json'), 'utf8'));
      const taken = addressOf(all.parties[0]?.exchange ?? '');
      await trial.consortium.killParty(1);
      await writeFile(file, JSON.stringify({ ...JSON.parse(own), exchange: taken }));
      const { code, message } = await outcomeOf(trial.consortium.startParty(1));
      expect(code).toBe('CONFIG_INVALID');
      expect(message).toMatch(/cannot listen at 127\.0\.0\.1:\d+ \(EADDRINUSE\)/);
      await writeFile(file, own);
      await trial.consortium.startParty(1);
      await expectAnswer();
    },
    60_000,
  );
});

describe('a trial that is closed while it starts', () => {
  const moments = LONG ? [0, 5, 20, 50, 100, 200, 500, 1000, 2000] : [0, 200];
  for (const moment of moments) {
    it(`after ${moment} ms leaves nothing behind`, async () => {
      const consortium = await TrialConsortium.create();
      const started = outcomeOf(consortium.start({ owners: [], tls: true, log: 'silent' }));
      await wait(moment);
      const closed = await outcomeOf(consortium.close());
      expect(closed.code).toBeUndefined();
      expect(existsSync(consortium.directory(0))).toBe(false);
      await started;
      expect(existsSync(consortium.directory(0))).toBe(false);
      for (const party of [0, 1, 2]) {
        const id = consortium.processId(party);
        if (id !== undefined) expect(() => process.kill(id, 0)).toThrow(/ESRCH/);
      }
    }, 60_000);
  }
});
