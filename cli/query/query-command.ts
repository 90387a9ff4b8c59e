import { type QueryResult, runQuery } from '../../src/client/query/run-query.ts';
import type { QueryProgress } from '../../src/engine/query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { NetworkProfile } from '../../src/planner/network.ts';
import type { ParameterValue } from '../../src/planner/parameters.ts';
import { nodePlatform } from '../connect/analyst-platform.ts';
import { type MemberConnections, openMember } from '../consortium/member.ts';
import { createWriter, type Format } from '../output/writer.ts';
import { receiptFile } from '../receipts/receipt-file.ts';
import type { ReceiptKeeper } from '../receipts/receipt-keeper.ts';
import { untilInterrupted } from '../run/interrupt.ts';
import { type Output, runStatements } from '../run/run-statements.ts';
import { askAndKeep } from './ask-statement.ts';
import { readNetwork } from './network-profile.ts';
import { parseParameter } from './parameters.ts';
import { ProgressLine } from './progress-line.ts';
import { readSql, type SqlSource } from './read-sql.ts';

export interface QueryOptions extends SqlSource {
  /** Directory of an analyst. */
  readonly as: string;
  readonly param: readonly string[];
  readonly format: Format;
  /** `lan`, `wan` or a file; absent: the parties' own choice. */
  readonly network?: string;
  /** In seconds; absent: the parties' own limit. */
  readonly timeout?: number;
  readonly progress: boolean;
  /** New file for the receipt, and that of the receipt before it. */
  readonly receipt?: string;
  readonly previous?: string;
  /** Show plans, costs and disclosures instead of running. */
  readonly explain: boolean;
}

/** `tacit query` and `tacit explain`: the exit code is 0 if every statement was answered. A signal cancels. */
export async function queryCommand(options: QueryOptions, output: Output): Promise<number> {
  const statements = await readSql(options);
  const keeper = await keeperOf(options, statements);
  const network = options.network === undefined ? undefined : await readNetwork(options.network);
  const member = await openMember(options.as);
  const stop = new AbortController();
  const line = options.progress
    ? new ProgressLine(output.stderr, process.stderr.isTTY === true)
    : undefined;
  const settings: AskSettings = {
    ...{ parameters: options.param.map(parseParameter), signal: stop.signal, line },
    ...(network === undefined ? {} : { network }),
    ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
  };
  const ask = askAndKeep(
    keeper,
    (sql, previous) =>
      askOnce(member.connections, { sql, ...(previous && { previous }) }, settings),
    (text) => output.stderr(`${text}\n`),
  );
  const writer = createWriter(options.format);
  const run = runStatements(statements, options.explain, ask, writer, output);
  return untilInterrupted(
    async () => ((await run) === 0 ? 0 : 1),
    async () => {
      stop.abort();
      // What was under way says that it was cancelled.
      await run.catch(() => {});
      member.close();
    },
  );
}

async function keeperOf(
  { previous, receipt }: QueryOptions,
  statements: string,
): Promise<ReceiptKeeper | undefined> {
  if (receipt !== undefined) return receiptFile(receipt, statements, previous);
  if (previous === undefined) return undefined;
  throw new TacitError('CONFIG_INVALID', '--previous needs --receipt, which says what follows it');
}

interface AskSettings {
  readonly parameters: readonly ParameterValue[];
  readonly network?: NetworkProfile;
  readonly timeoutSeconds?: number;
  readonly signal: AbortSignal;
  readonly line: ProgressLine | undefined;
}

async function askOnce(
  connections: MemberConnections,
  question: { readonly sql: string; readonly previous?: string },
  { line, signal, ...settings }: AskSettings,
): Promise<QueryResult> {
  const onProgress = line && ((done: QueryProgress) => line.show(done, performance.now()));
  try {
    const statement = { ...question, ...settings };
    return await runQuery(connections, statement, nodePlatform, { signal, onProgress });
  } finally {
    line?.clear();
  }
}
