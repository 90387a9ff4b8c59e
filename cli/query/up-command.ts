import { buildGateway, type JsonReply, type Question } from '../../server/gateway/app.ts';
import { listen } from '../../server/listen.ts';
import { createLog } from '../../server/log.ts';
import { VERSION } from '../../server/version.ts';
import { type QueryResult, runQuery } from '../../src/client/query/run-query.ts';
import { ERRORS } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { SECURITY_DEFAULT, type Security } from '../../src/program/program.ts';
import { loadConfig } from '../config.ts';
import { nodePlatform } from '../connect/analyst-platform.ts';
import type { MemberConnections } from '../consortium/member.ts';
import { jsonWriter } from '../output/json.ts';
import { digestOf } from '../receipts/receipt-keeper.ts';
import { untilInterrupted } from '../run/interrupt.ts';
import type { Output } from '../run/run-statements.ts';
import { TrialSession } from '../run/session.ts';
import { compareListings } from '../tables/compare-listings.ts';
import { listTables } from '../tables/tables-command.ts';
import { type AskOnce, askDisclosing, type Counted } from './ask-statement.ts';

export interface UpOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Default: active. */
  readonly security?: Security;
  readonly verbose: boolean;
}

const HOST = '127.0.0.1';

/** `tacit up`: a consortium of a configuration on this machine that answers SQL over HTTP until a signal comes. */
export async function upCommand(
  config: string,
  { port, security = SECURITY_DEFAULT, verbose }: UpOptions,
  output: Output,
): Promise<number> {
  const settings = loadConfig(config);
  const session = await TrialSession.create();
  let previous: string | undefined;
  const gateway = buildGateway({
    query: (question, signal) =>
      answer(session.analyst, question, previous, signal, (receipt) => {
        previous = digestOf(receipt);
      }),
    consortium: () => session.consortiumText,
    tables: () => describeTables(session.analyst),
    alive: async () => {
      await Promise.all(session.analyst.map((party) => party.health()));
    },
    version: VERSION,
    security,
    log: createLog(verbose ? 'info' : 'error', 'up'),
  });
  return untilInterrupted(
    async () => {
      const say = (line: string) => output.stderr(`${line}\n`);
      await session.open(settings, { log: verbose ? 'info' : 'error', security }, say);
      const at = await listen(gateway, { host: HOST, port }, '--port');
      output.stdout(`http://${HOST}:${at}\n`);
      say('POST /v1/query {"sql": "..."} answers; Ctrl-C stops everything');
      return new Promise<number>(() => {});
    },
    async () => {
      await gateway.close();
      await session.close();
    },
  );
}

/**
 * What `tacit run --format json` would print for the statement, with the receipt if it was asked for. `previous` is the digest of the
 * receipt given out last; `given` hears of a new one.
 */
async function answer(
  analyst: MemberConnections,
  { parameters, receipt, sql }: Question,
  previous: string | undefined,
  signal: AbortSignal,
  given: (receipt: string) => void,
): Promise<JsonReply> {
  const writer = jsonWriter(receipt);
  const statement = { sql, at: { line: 1, column: 1 } };
  const ask: AskOnce = (text, before) => {
    const chained = receipt && before !== undefined ? { previous: before } : {};
    const question = { sql: text, parameters, ...chained };
    return runQuery(analyst, question, nodePlatform, { signal });
  };
  let count: QueryResult | undefined;
  const counted: Counted = (first) => {
    count = first;
    if (receipt && first.receipt) given(first.receipt.text());
  };
  try {
    const result = await askDisclosing(ask, sql, previous, counted);
    if (receipt && result.receipt) given(result.receipt.text());
    return { status: 200, json: writer.result(statement, result).stdout.join('') };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return {
      status: ERRORS[error.code].status,
      json: writer.failure({ ...statement, counted: count }, error).stdout.join(''),
    };
  }
}

async function describeTables(analyst: MemberConnections): Promise<JsonReply> {
  const tables = compareListings(await Promise.all(analyst.map(listTables)));
  return { status: 200, json: `${JSON.stringify({ tables })}\n` };
}
