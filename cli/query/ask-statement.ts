import type { QueryResult } from '../../src/client/query/run-query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { pairsToFill } from '../../src/parser/hints.ts';
import { costLine } from '../output/lines.ts';
import { describeReceipt, digestOf, type ReceiptKeeper } from '../receipts/receipt-keeper.ts';

/** Asks one statement; `previous` is the digest of the receipt that its own follows. */
export type AskOnce = (sql: string, previous: string | undefined) => Promise<QueryResult>;

/** Hears of the answer that a statement with JOIN_ROWS(DISCLOSED) gets first, before the second question. */
export type Counted = (count: QueryResult) => Promise<void> | void;

/**
 * Asks a statement. If its join's size is to be disclosed (JOIN_ROWS(DISCLOSED)), the parties answer it with that size first, which the
 * statement then names: two questions, each with a receipt, the second following the first.
 */
export async function askDisclosing(
  ask: AskOnce,
  sql: string,
  previous?: string,
  counted: Counted = () => {},
): Promise<QueryResult> {
  const filled = pairsToFill(sql);
  const first = await ask(sql, previous);
  if (filled === undefined) return first;
  const pairs = Number(first.rows[0]?.[0]);
  if (!Number.isSafeInteger(pairs) || pairs < 0) {
    throw new TacitError('PEER_PROTOCOL', 'the parties did not say how many rows the join has');
  }
  await counted(first);
  const before = first.receipt === undefined ? previous : digestOf(first.receipt.text());
  const answer = await ask(filled(Math.max(1, pairs)), before).catch((error: unknown) => {
    throw explained(error, pairs);
  });
  const known = new Set(answer.disclosures.map(({ what }) => what));
  const more = first.disclosures.filter(({ what }) => !known.has(what));
  return { ...answer, disclosures: [...more, ...answer.disclosures], counted: first };
}

/** Rows can have changed between the two questions. */
function explained(error: unknown, pairs: number): unknown {
  if (!(error instanceof TacitError) || error.code !== 'JOIN_BOUND_EXCEEDED') return error;
  const message = `the join had ${pairs} rows when they were counted, and has more now; ask again`;
  return new TacitError(error.code, message, error.position, { cause: error });
}

/** Asks by `ask` and keeps the receipt of each answer; tells about it, and about a count and its cost, by `say`. `hear` gets the count. */
export function askAndKeep(
  keeper: ReceiptKeeper | undefined,
  ask: AskOnce,
  say: (line: string) => void,
): (sql: string, hear?: (first: QueryResult) => void) => Promise<QueryResult> {
  const counted: Counted = async (first) => {
    const { receipt, rows } = first;
    say(`the join has ${rows[0]?.[0]} rows by its keys, which the parties know now, too`);
    say(costLine(first).trimEnd());
    if (keeper === undefined || receipt === undefined) return;
    const file = await keeper.keep(receipt.text(), 'before');
    say(`receipt ${file}: ${describeReceipt(receipt.body)}`);
  };
  return async (sql, hear) => {
    const result = await askDisclosing(ask, sql, keeper?.previous, async (first) => {
      hear?.(first);
      await counted(first);
    });
    if (keeper === undefined) return result;
    const { receipt } = result;
    if (receipt === undefined) say('no receipt: nothing was computed on shares');
    else say(`receipt ${await keeper.keep(receipt.text())}: ${describeReceipt(receipt.body)}`);
    return result;
  };
}
