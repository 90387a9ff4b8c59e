import type { QueryResult } from '../../src/client/query/run-query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { pairsToFill } from '../../src/parser/hints.ts';
import { describeReceipt, digestOf, type ReceiptKeeper } from '../receipts/receipt-keeper.ts';

/** Asks one statement; `previous` is the digest of the receipt that its own follows. */
export type AskOnce = (sql: string, previous: string | undefined) => Promise<QueryResult>;

/**
 * Asks a statement. If its join's size is to be disclosed (JOIN_ROWS(DISCLOSED)), the parties answer it with that size first, which the
 * statement then names: two questions, each with a receipt, the second following the first.
 */
export async function askDisclosing(
  ask: AskOnce,
  sql: string,
  previous?: string,
): Promise<QueryResult> {
  const filled = pairsToFill(sql);
  const first = await ask(sql, previous);
  if (filled === undefined) return first;
  const pairs = Number(first.rows[0]?.[0]);
  if (!Number.isSafeInteger(pairs) || pairs < 0) {
    throw new TacitError('PEER_PROTOCOL', 'the parties did not say how many rows the join has');
  }
  const before = first.receipt === undefined ? previous : digestOf(first.receipt.text());
  const answer = await ask(filled(Math.max(1, pairs)), before);
  const counted = first.disclosures.filter(({ to }) => to === 'analyst');
  return { ...answer, disclosures: [...counted, ...answer.disclosures], counted: first };
}

/** Asks by `ask` and keeps the receipt of each answer; tells about it by `say`. */
export function askAndKeep(
  keeper: ReceiptKeeper | undefined,
  ask: AskOnce,
  say: (line: string) => void,
): (sql: string) => Promise<QueryResult> {
  return async (sql) => {
    const result = await askDisclosing(ask, sql, keeper?.previous);
    const { counted, receipt } = result;
    if (counted !== undefined)
      say(`the join has ${counted.rows[0]?.[0]} rows by its keys, which the parties know now, too`);
    if (keeper === undefined) return result;
    if (counted?.receipt !== undefined) {
      const { body, text } = counted.receipt;
      say(`receipt ${await keeper.keep(text(), 'before')}: ${describeReceipt(body)}`);
    }
    if (receipt === undefined) say('no receipt: nothing was computed on shares');
    else say(`receipt ${await keeper.keep(receipt.text())}: ${describeReceipt(receipt.body)}`);
    return result;
  };
}
