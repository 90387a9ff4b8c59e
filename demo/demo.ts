import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../cli/config.ts';
import { createWriter } from '../cli/output/writer.ts';
import { untilInterrupted } from '../cli/run/interrupt.ts';
import { type Output, runStatements } from '../cli/run/run-statements.ts';
import { TrialSession } from '../cli/run/session.ts';
import type { QueryReceipt } from '../src/client/query/run-query.ts';
import { SECURITY_DEFAULT, type Security } from '../src/program/program.ts';
import { generateDemo } from './generate.ts';
import { QUESTIONS } from './questions.ts';
import { KeptReceipts } from './receipts.ts';

const SEED = 20251122;

const INTRODUCTION = `Two publishers know who saw an advertisement; an advertiser knows who bought. None of them shows its
rows to anybody. Each cuts its table into secret shares for three parties, and an analyst asks SQL,
the last time about all three together.
`;

/** The demo: generates data, starts three parties, publishes, and asks the questions. Returns the exit code. */
export async function runDemo(
  output: Output,
  security: Security = SECURITY_DEFAULT,
): Promise<number> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'tacit-demo-'));
  const session = await TrialSession.create();
  const say = (line: string) => output.stderr(`${line}\n`);
  return untilInterrupted(
    async () => {
      output.stdout(INTRODUCTION);
      const config = loadConfig(await generateDemo(folder, SEED));
      await session.open(config, { log: 'error', security }, say);
      const place = await mkdtemp(join(tmpdir(), 'tacit-receipts-'));
      const receipts = await KeptReceipts.open(place, session.consortiumText);
      const failed = await askQuestions(session, receipts, output);
      output.stdout(receipts.instructions());
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      output.stdout(`\nEverything took ${seconds} s on this machine.\n`);
      return failed === 0 ? 0 : 1;
    },
    async () => {
      await session.close();
      await rm(folder, { recursive: true, force: true });
    },
  );
}

async function askQuestions(
  session: TrialSession,
  receipts: KeptReceipts,
  output: Output,
): Promise<number> {
  // For a person everything belongs together: cost lines follow their tables on stdout.
  const together: Output = { stdout: output.stdout, stderr: output.stdout };
  let failed = 0;
  for (const [i, { question, sql }] of QUESTIONS.entries()) {
    const statement = sql.trim();
    const shown = statement.replaceAll(/^/gm, '    ');
    output.stdout(`\n${i + 1}. ${question}\n\n${shown}\n\n`);
    let receipt: QueryReceipt | undefined;
    const query = async (text: string) => {
      const result = await session.query(text, receipts.previous);
      receipt = result.receipt;
      return result;
    };
    failed += await runStatements(statement, false, query, createWriter('table'), together);
    if (receipt === undefined) continue;
    const { line, passed } = await receipts.keepAndVerify(receipt);
    output.stdout(`${line}\n`);
    if (!passed) failed++;
  }
  return failed;
}
